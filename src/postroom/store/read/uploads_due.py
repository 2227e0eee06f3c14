"""Which uploaded items are due: a lens waits for them, and for the people lens its user has consented (P4)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from django.db import connection

from postroom.core.upload import lens_bits
from postroom.store.rows import Row, select_in

_USERS_AT_ONCE: Final = 50
"""Users whose items are taken up together."""

_CONSENTING = (
    "SELECT u.id FROM store_user u WHERE u.workspace_id = {workspace} AND u.collects_since IS NOT NULL AND EXISTS "
    "(SELECT 1 FROM store_waiting w WHERE w.workspace_id = {workspace} AND w.user_id = u.id AND w.problem = '')"
)


@dataclass(slots=True)
class DueItem:
    """An item, and who waits for it now."""

    id: int
    source: int
    kind: str
    key: bytes
    digest: bytes
    owner: int | None
    """In whose mailbox a mail stands."""
    sealed: bytes
    depth_at: int | None
    received_at: int
    was_judged: bool = False
    """It became a copy before, as it is now."""
    deleted_at: int | None = None
    deleted_by: str = ""
    """See ``store.models.Item``."""
    waiting: list[int] = field(default_factory=list)
    """Ids of the rows that are due."""
    users: list[int] = field(default_factory=list)
    """For whom the people lens is due."""
    is_for_customers: bool = False
    """The customer lens is due."""

    @property
    def is_again(self) -> bool:
        """Whether the customer lens is to decide it again (F6)."""
        return self.was_judged and self.is_for_customers

    @property
    def lenses(self) -> int:
        """The lenses that are due, as bits."""
        return lens_bits(self.is_for_customers, bool(self.users))


def workspaces_with_uploads_due() -> list[int]:
    """The workspaces in which some uploaded item is due, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id FROM store_workspace s WHERE EXISTS (SELECT 1 FROM store_waiting w "  # noqa: S608
            "WHERE w.workspace_id = s.id AND w.user_id IS NULL AND w.problem = '') "
            f"OR EXISTS ({_CONSENTING.format(workspace='s.id')}) ORDER BY s.id"
        )
        return [row[0] for row in cursor.fetchall()]


def due_item_ids(workspace_id: int, most: int) -> list[int]:
    """The next items that are due: for each user sent before received, and each newest first (P4).

    Users take turns, so that none waits for all of another's. Where many are due, lots are drawn each time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CONSENTING.format(workspace="%s"), [workspace_id, workspace_id])
        users = sorted(row[0] for row in cursor.fetchall())
        if len(users) > _USERS_AT_ONCE:
            users = random.sample(users, _USERS_AT_ONCE)

        def of(user: int | None, most: int) -> list[int]:
            of_user = "user_id IS NULL" if user is None else "user_id = %s"
            cursor.execute(
                f"SELECT item_id FROM store_waiting WHERE workspace_id = %s AND {of_user} AND problem = '' "  # noqa: S608
                "ORDER BY rank, at DESC LIMIT %s",
                [workspace_id, *([] if user is None else [user]), most],
            )
            return [row[0] for row in cursor.fetchall()]

        of_users = _in_turn([of(user, -(-most // len(users))) for user in users])
        return list(dict.fromkeys(_in_turn([of(None, most), of_users])))[:most]


def _in_turn(queues: Sequence[Sequence[int]]) -> list[int]:
    """The first of each queue, then the second of each, and so on."""
    return [item for turn in zip_longest(*queues) for item in turn if item is not None]


def waiting_for_nothing(item_ids: Sequence[int]) -> list[int]:
    """The rows that wait for these items though nothing is kept of what they say."""
    rows = select_in(
        "SELECT w.id FROM store_waiting w JOIN store_item i ON i.id = w.item_id "
        "WHERE i.id IN ({}) AND i.sealed IS NULL AND w.problem = ''",
        item_ids,
    )
    return [row[0] for row in rows]


def due_items(item_ids: Sequence[int], most_bytes: int) -> list[DueItem]:
    """Those of these items that are due, in their order, as many as have ``most_bytes`` together, but one at least."""
    items = {item.id: item for item in items_of(item_ids, most_bytes)}
    for waiting, item, user, consents in _waiting(list(items)):
        if user is None or consents is not None:
            due = items[item]
            due.waiting.append(waiting)
            if user is None:
                due.is_for_customers = True
            else:
                due.users.append(user)
    return [item for item in items.values() if item.waiting]


def items_of(item_ids: Sequence[int], most_bytes: int) -> list[DueItem]:
    """These items in their order, as many as have ``most_bytes`` together, but one at least; nobody waits for them."""
    rows = select_in("SELECT id, length(sealed) FROM store_item WHERE id IN ({})", item_ids)
    sizes: dict[int, int | None] = {row[0]: row[1] for row in rows}
    chosen: list[int] = []
    room = most_bytes
    for id_ in item_ids:
        size = sizes.get(id_)
        if size is not None and (size <= room or not chosen):
            chosen.append(id_)
            room -= size
    items = {
        row[0]: DueItem(
            row[0],
            row[1],
            row[2],
            bytes(row[3]),
            bytes(row[4]),
            row[5],
            bytes(row[6]),
            row[7],
            row[8],
            bool(row[9]),
            row[10],
            row[11] or "",
        )
        for row in select_in(
            "SELECT id, source_id, kind, key, digest, user_id, sealed, depth_at, received_at, "
            "copy_id IS NOT NULL, deleted_at, deleted_by FROM store_item "
            "WHERE id IN ({}) AND sealed IS NOT NULL",
            chosen,
        )
    }
    return [items[id_] for id_ in chosen if id_ in items]


def still_due(items: Sequence[DueItem]) -> dict[int, frozenset[int]]:
    """Which rows of these items are due still, by item; none of an item that changed meanwhile."""
    ids = [item.id for item in items]
    digests = {
        row[0]: bytes(row[1]) for row in select_in("SELECT id, digest FROM store_item WHERE id IN ({})", ids)
    }
    rows: dict[int, set[int]] = {item.id: set() for item in items}
    for waiting, item, user, consents in _waiting(ids):
        if user is None or consents is not None:
            rows[item].add(waiting)
    return {
        item.id: frozenset(rows[item.id]) if digests.get(item.id) == item.digest else frozenset()
        for item in items
    }


def _waiting(item_ids: Sequence[int]) -> list[Row]:
    return select_in(
        "SELECT w.id, w.item_id, w.user_id, u.collects_since FROM store_waiting w "
        "LEFT JOIN store_user u ON u.id = w.user_id WHERE w.item_id IN ({}) AND w.problem = '' ORDER BY w.id",
        item_ids,
    )
