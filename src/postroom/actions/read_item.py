"""Read an uploaded record of any kind; a refusal is a value, since it is the answer to that record alone (K5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from postroom.actions.activity_record import read_activity
from postroom.actions.chat_record import read_chat, read_reaction
from postroom.actions.item_record import ReadItem, item_id
from postroom.actions.mail_record import read_mail
from postroom.actions.rejection import Rejected
from postroom.core.upload import ACTIVITY, CHAT, MAIL, REACTION

_READERS: Final[dict[str, Callable[[Any, int], ReadItem]]] = {
    MAIL: read_mail,
    CHAT: read_chat,
    REACTION: read_reaction,
    ACTIVITY: read_activity,
}


def read_item(kind: str, record: Any, now: int) -> ReadItem | Rejected:
    """What a record of this kind says, or why it is refused. ``now`` is in Unix seconds."""
    try:
        return _READERS[kind](record, now)
    except Rejected as refusal:
        return refusal


def id_of(record: Any) -> str | None:
    """The id of a record that was refused, where it has one."""
    try:
        return item_id(record.get("id")) or None if isinstance(record, dict) else None
    except Rejected:
        return None
