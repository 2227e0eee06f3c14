"""What uploads are answered by: whose addresses these are, and which items are known. A batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from postroom.core.reasons import IMPORT
from postroom.core.seal import Token
from postroom.store.rows import select_in


class ConcernedUser(NamedTuple):
    """A user, whether *Collect passive data* is on, and whether they are disabled."""

    id: int
    collects: bool
    is_disabled: bool


class KnownItem(NamedTuple):
    """An item as it was sent last."""

    id: int
    """Of its row; 0 where it has none yet."""
    digest: Token
    is_before_depth: bool
    """Whether it was dated before the crawling depth of then."""
    settled: frozenset[int | None] | None = None
    """Who need not be asked again, users and ``None`` for the customer lens: they wait for it, or let it in.

    ``None`` where that was not asked for.
    """


def users_of_tokens(workspace_id: int, tokens: Sequence[Token]) -> dict[Token, ConcernedUser]:
    """The users who have these addresses, aliases too, by the token of the address."""
    rows = select_in(
        "SELECT a.token, a.user_id, u.collects_since, u.disabled_at FROM store_useraddress a "
        "JOIN store_user u ON u.id = a.user_id "
        "WHERE a.token IN ({}) AND a.workspace_id = %s AND a.closed_in IS NULL",
        tokens,
        [workspace_id],
    )
    return {bytes(row[0]): ConcernedUser(row[1], row[2] is not None, row[3] is not None) for row in rows}


def known_items(keys: Sequence[Token], *, reconsider: bool = False) -> dict[Token, KnownItem]:
    """Those of the items that are known, by key; with ``reconsider`` also who need not be asked again (F6)."""
    rows = select_in("SELECT key, id, digest, at, depth_at FROM store_item WHERE key IN ({})", keys)
    settled = _settled([row[1] for row in rows]) if reconsider else {}
    return {
        bytes(key): KnownItem(
            id_,
            bytes(digest),
            depth_at is not None and at < depth_at,
            frozenset(settled.get(id_, ())) if reconsider else None,
        )
        for key, id_, digest, at, depth_at in rows
    }


def _settled(ids: Sequence[int]) -> dict[int, set[int | None]]:
    """Who waits for these items, or let their messages in, by item."""
    settled: dict[int, set[int | None]] = defaultdict(set)
    waiting = select_in("SELECT item_id, user_id FROM store_waiting WHERE item_id IN ({})", ids)
    let_in = select_in(
        "SELECT i.id, d.user_id FROM store_item i JOIN store_copy c ON c.id = i.copy_id "
        "JOIN store_decision d ON d.message_id = c.message_id AND d.is_current "
        "WHERE i.id IN ({}) AND d.outcome = %s",
        ids,
        [IMPORT],
    )
    for item, user in (*waiting, *let_in):
        settled[item].add(user)
    return settled
