"""What uploads are answered by: whose addresses these are, and which items are known. A batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from postroom.core.reasons import IMPORT
from postroom.core.seal import Token
from postroom.store.rows import select_in


class ConcernedUser(NamedTuple):
    """A user, and whether *Collect passive data* is on."""

    id: int
    collects: bool


class KnownItem(NamedTuple):
    """An item as it was sent last."""

    id: int
    """Of its row; 0 where it has none yet."""
    digest: Token
    is_before_depth: bool
    """Whether it was dated before the crawling depth of then."""
    may_be_reconsidered: bool = False
    """Whether the customer lens did not import its message and does not wait for it; looked up only when asked for."""


def users_of_tokens(workspace_id: int, tokens: Sequence[Token]) -> dict[Token, ConcernedUser]:
    """The users who have these addresses, aliases too, by the token of the address."""
    rows = select_in(
        "SELECT a.token, a.user_id, u.collects_since FROM store_useraddress a "
        "JOIN store_user u ON u.id = a.user_id "
        "WHERE a.token IN ({}) AND a.workspace_id = %s AND a.closed_in IS NULL",
        tokens,
        [workspace_id],
    )
    return {bytes(row[0]): ConcernedUser(row[1], row[2] is not None) for row in rows}


def known_items(keys: Sequence[Token], *, reconsider: bool = False) -> dict[Token, KnownItem]:
    """Those of the items that are known, by key; with ``reconsider`` also which may be decided again (F6)."""
    rows = select_in("SELECT key, id, digest, at, depth_at FROM store_item WHERE key IN ({})", keys)
    out = _not_imported(keys) if reconsider else frozenset()
    return {
        bytes(key): KnownItem(id_, bytes(digest), depth_at is not None and at < depth_at, id_ in out)
        for key, id_, digest, at, depth_at in rows
    }


def _not_imported(keys: Sequence[Token]) -> frozenset[int]:
    """The items that the customer lens does not wait for and whose messages it did not import, by id."""
    rows = select_in(
        "SELECT i.id FROM store_item i LEFT JOIN store_copy c ON c.id = i.copy_id "
        "LEFT JOIN store_decision d ON d.message_id = c.message_id AND d.is_current AND d.lens = 'customer' "
        "WHERE i.key IN ({}) AND (d.outcome IS NULL OR d.outcome <> %s) AND NOT EXISTS "
        "(SELECT 1 FROM store_waiting w WHERE w.item_id = i.id AND w.user_id IS NULL)",
        keys,
        [IMPORT],
    )
    return frozenset(row[0] for row in rows)
