"""What an uploaded activity says: a call, meeting, task or comment."""

from __future__ import annotations

from typing import Any, Final

from postroom.actions.item_record import (
    NOBODY,
    ReadItem,
    address,
    happened,
    item_id,
    item_moment,
    line,
    one_of,
    people,
)
from postroom.actions.record import Record
from postroom.actions.rejection import Rejected
from postroom.core.upload import ACTIVITY_TYPES, UploadedActivity

FIELDS = ("id", "type", "user", "participants", "start", "end", "subject")
MAX_SUBJECT_CHARS: Final = 2_000
MAX_SECONDS: Final = 366 * 86_400
ENGAGING: Final = ("call", "meeting")
"""What can become an engagement."""

_type = one_of(ACTIVITY_TYPES, "activity_type_unknown")
_subject = line(MAX_SUBJECT_CHARS)


def read_activity(sent: Any, now: int) -> ReadItem:
    """Read an activity; raises ``Rejected``."""
    record = Record(sent, FIELDS)
    id_ = record.need("id", item_id, "id_required")
    type_ = record.need("type", _type)
    user = record.need("user", address, "user_required")
    participants = tuple(record.read("participants", people, NOBODY))
    start = record.need("start", happened(now), "date_required")
    end = record.read("end", item_moment, None)
    seconds = None if end is None else end - start
    if seconds is not None and not 0 <= seconds <= MAX_SECONDS:
        raise Rejected("ends_before_it_begins" if seconds < 0 else "lasts_too_long", "end")
    done = UploadedActivity(type_, user, participants, start, seconds, record.read("subject", _subject, ""))
    return ReadItem(id_, done, start, "", user, (user, *participants), type_ in ENGAGING)
