"""Accept what a connector says of mail folders: shown for diagnosis, never counted (K3)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.db import transaction

from postroom.actions.count_answers import count_answers
from postroom.actions.item_answer import DUPLICATE, REJECTED, UPDATED, ItemAnswer
from postroom.actions.item_record import address, item_moment
from postroom.actions.record import Record, text
from postroom.actions.rejection import Rejected
from postroom.store.models import Source
from postroom.store.read.item_keys import users_of_tokens
from postroom.store.read.uploads import folders_said
from postroom.store.secrets import seal_of
from postroom.store.write.turn import take_turn
from postroom.store.write.uploads import FolderRow, store_folders

FIELDS: Final = ("user", "folder", "total", "uploaded", "from", "to")
KIND: Final = "folder"
MAX_FOLDER_CHARS: Final = 200
_MAX_COUNT: Final = 2**63 - 1


class _Said(NamedTuple):
    """What was said of one folder."""

    user: str
    folder: str
    total: int
    uploaded: int
    from_at: int | None
    until_at: int | None


def accept_statistics(source: Source, records: Sequence[Any], *, now: int | None = None) -> list[ItemAnswer]:
    """Keep what was said last of each folder of a user; the answers in order, without ids.

    ``updated``: said for the first time, or otherwise than before; ``duplicate``: the same again.
    """
    now = int(time.time()) if now is None else now
    read = [_read(record) for record in records]
    users = _users(source, {said.user for said in read if isinstance(said, _Said)})
    with transaction.atomic():
        take_turn(source.workspace)
        latest = folders_said(source, set(users.values()))
        rows: dict[tuple[int, str], FolderRow] = {}
        answers = []
        for index, said in enumerate(read):
            status, reason, field = UPDATED, None, None
            if isinstance(said, Rejected):
                status, reason, field = REJECTED, said.reason, said.field
            elif said.user not in users:
                status, reason, field = REJECTED, "unknown_user", "user"
            else:
                place = users[said.user], said.folder
                status = DUPLICATE if latest.get(place) == said[2:] else UPDATED
                latest[place] = said[2:]
                rows[place] = FolderRow(users[said.user], *said[1:])
            answers.append(ItemAnswer(index=index, id=None, status=status, reason=reason, field=field))
        store_folders(source, rows.values(), datetime.fromtimestamp(now, UTC))
        count_answers(source, KIND, answers, now)
    return answers


def _read(sent: Any) -> _Said | Rejected:
    try:
        record = Record(sent, FIELDS)
        said = _Said(
            record.need("user", address, "user_required"),
            record.need("folder", _folder),
            record.need("total", _count),
            record.need("uploaded", _count),
            record.read("from", item_moment, None),
            record.read("to", item_moment, None),
        )
    except Rejected as refusal:
        return refusal
    if said.uploaded > said.total:
        return Rejected("more_than_total", "uploaded")
    if said.from_at is not None and said.until_at is not None and said.from_at > said.until_at:
        return Rejected("ends_before_it_begins", "to")
    return said


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Rejected("wrong_type")
    if not 0 <= value <= _MAX_COUNT:
        raise Rejected("count_invalid")
    return value


def _users(source: Source, addresses: Iterable[str]) -> dict[str, int]:
    """The users who have these addresses, by address."""
    seal = seal_of(source.workspace)
    tokens = {seal.address(address): address for address in addresses}
    found = users_of_tokens(source.workspace_id, list(tokens))
    return {tokens[token]: user.id for token, user in found.items()}


_folder = text(MAX_FOLDER_CHARS)
