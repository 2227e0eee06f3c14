"""Uploaded items: new, changed, taken out; what each call was answered; what connectors say of folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from postroom.core.seal import Token
from postroom.store.models import Item, Source, UploadCall
from postroom.store.write.rows import change, insert, reserve_ids

_ITEM = "id, workspace_id, source_id, kind, user_id, key, digest, state, at, received_at, depth_at, sealed"


class ItemRow(NamedTuple):
    """An item as it is to be stored."""

    id: int | None
    """Of the row that it changes; ``None``: it is new."""
    kind: str
    owner: int | None
    key: Token
    digest: Token
    at: int
    depth_at: int | None
    sealed: bytes | None
    """``None``: nobody waits for it; it was skipped."""
    waiting: Sequence[tuple[int | None, int]]
    """Who waits for it, and in which rank: a user, or ``None`` for the customer lens."""

    @property
    def state(self) -> str:
        return "waiting" if self.waiting else "skipped"


def store_items(source: Source, items: Sequence[ItemRow], now: int) -> None:
    """Store items, and who waits for them. For those that are there already nobody may be waiting."""
    workspace_id = source.workspace_id
    new = [item for item in items if item.id is None]
    known = [item for item in items if item.id is not None]
    ids = [*reserve_ids(Item, len(new)), *(item.id for item in known)]
    insert(
        "store_item",
        _ITEM,
        [
            (
                id_,
                workspace_id,
                source.pk,
                i.kind,
                i.owner,
                i.key,
                i.digest,
                i.state,
                i.at,
                now,
                i.depth_at,
                i.sealed,
            )
            for id_, i in zip(ids, new, strict=False)
        ],
    )
    change(
        "UPDATE store_item SET digest = %s, state = %s, at = %s, received_at = %s, depth_at = %s, sealed = %s, "
        "copy_id = NULL WHERE id = %s",
        [(i.digest, i.state, i.at, now, i.depth_at, i.sealed, i.id) for i in known],
    )
    insert(
        "store_waiting",
        "item_id, workspace_id, user_id, kind, rank, at, problem",
        [
            (id_, workspace_id, user, item.kind, rank, item.at, "")
            for id_, item in zip(ids, [*new, *known], strict=True)
            for user, rank in item.waiting
        ],
    )


def await_again(source: Source, items: Sequence[ItemRow]) -> None:
    """Have those in ``waiting``, who do not wait for these items, wait once more; the items are there unchanged."""
    change(
        "UPDATE store_item SET state = 'waiting', sealed = %s WHERE id = %s",
        [(i.sealed, i.id) for i in items],
    )
    insert(
        "store_waiting",
        "item_id, workspace_id, user_id, kind, rank, at, problem",
        [
            (i.id, source.workspace_id, user, i.kind, rank, i.at, "")
            for i in items
            for user, rank in i.waiting
        ],
    )


def remove_items(item_ids: Sequence[int]) -> None:
    """Take items out, as if they had never been sent. Nobody may be waiting for them."""
    Item.objects.filter(pk__in=item_ids).delete()


def record_call(
    source: Source, kind: str, statuses: Mapping[str, int], reasons: Mapping[str, int], at: datetime
) -> None:
    """Note what a call was answered: how many items with each status and each reason (K9)."""
    UploadCall.objects.create(source=source, kind=kind, at=at, statuses=statuses, reasons=reasons)


class FolderRow(NamedTuple):
    """What a connector says of a mail folder."""

    user: int
    folder: str
    total: int
    uploaded: int
    from_at: int | None
    until_at: int | None


def store_folders(source: Source, rows: Iterable[FolderRow], at: datetime) -> None:
    """Keep what was said ``at`` that time instead of what was said before of the same folders."""
    sent_at = connection.ops.adapt_datetimefield_value(at)
    change(
        "INSERT INTO store_folderstatistics (source_id, user_id, folder, total, uploaded, from_at, until_at, sent_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (source_id, user_id, folder) DO UPDATE SET "
        "total = excluded.total, uploaded = excluded.uploaded, from_at = excluded.from_at, "
        "until_at = excluded.until_at, sent_at = excluded.sent_at",
        [(source.pk, *row, sent_at) for row in rows],
    )
