"""Interactions as columns: what the database hands over, and the local times that go with it; and pairs as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from postroom.core.rollup import PAIR_FIELDS

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PAIR: Final = np.dtype([(name, "<i4" if code == "i" else "<i8") for name, code in PAIR_FIELDS.items()])
"""What a user had with a colleague, as ``core.rollup`` packs it."""

SENT, AUTOMATIC, INSIDE, OUTSIDE = 8, 16, 32, 64
"""Bits of ``Columns.marks`` above the number of the kind."""
_KIND: Final = 7
_STEP: Final = 6 * 86_400
"""Seconds between two looks at a time zone's offset: none changed it there and back in less (Recife 2000: a week)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Interactions of some users, in any order; each array has one number for each of them."""

    user: Ints
    at: Ints
    """Unix seconds."""
    marks: Ints
    """The kind's place in ``metrics.KINDS``, and the bits ``SENT``, ``AUTOMATIC``, ``INSIDE``, ``OUTSIDE``."""
    others: Ints
    seconds: Ints
    """How long it took; 0 where it has no length."""
    answered_at: Ints
    """Of a received mail: when it was first answered; of a sent one: when the mail it answers had come; else -1."""
    answered_sides: Ints
    """Of a sent mail that answers one: the bits ``INSIDE`` and ``OUTSIDE`` of that; else 0."""
    local: Ints
    """The time by the clock in the user's time zone, in seconds as if that were UTC."""
    named_row: Ints
    """For each colleague in them, the place of the interaction in the other arrays; rising in what is read of users."""
    named: Ints
    """The colleague's user id."""
    named_is_sender: Bools

    @property
    def kind(self) -> Ints:
        """The kinds' places in ``metrics.KINDS``."""
        return self.marks & _KIND

    def of_users(self, first: int, last: int) -> Columns:
        """Those of the users with ids from ``first`` to ``last``, where all are ordered by user."""
        begin, end = np.searchsorted(self.user, [first, last + 1])
        named_begin, named_end = np.searchsorted(self.named_row, [begin, end])
        rows, named = slice(begin, end), slice(named_begin, named_end)
        return Columns(
            self.user[rows],
            self.at[rows],
            self.marks[rows],
            self.others[rows],
            self.seconds[rows],
            self.answered_at[rows],
            self.answered_sides[rows],
            self.local[rows],
            self.named_row[named] - begin,
            self.named[named],
            self.named_is_sender[named],
        )

    def has(self, bit: int) -> Bools:
        """Which have this bit of ``marks``."""
        found: Bools = np.not_equal(self.marks & bit, 0)
        return found


def local_times(user: Ints, at: Ints, zones: dict[int, str]) -> Ints:
    """The times by the clocks on the users' walls; ``zones``: by user, an empty name is UTC."""
    local = at.copy()
    if not len(at):
        return local
    order = np.argsort(user, kind="stable")
    ids, starts = np.unique(user[order], return_index=True)
    of_zone: dict[str, list[Ints]] = {}
    for id_, rows in zip(ids.tolist(), np.split(order, starts[1:]), strict=True):
        of_zone.setdefault(zones.get(id_, ""), []).append(rows)
    for zone, parts in of_zone.items():
        rows = np.concatenate(parts)
        changes, offsets = _offsets(zone or "UTC", int(at[rows].min()), int(at[rows].max()))
        local[rows] += offsets[np.searchsorted(changes, at[rows], side="right")]
    return local


def _offsets(zone: str, first: int, last: int) -> tuple[Ints, Ints]:
    """When the offset from UTC changes between two moments, and the offsets before, between and after, in seconds."""
    changes: list[int] = []
    offsets = [_offset(zone, first)]
    for begin in range(first, last + 1, _STEP):
        end = min(begin + _STEP, last)
        if _offset(zone, end) != offsets[-1]:
            changes.append(_change(zone, begin, end))
            offsets.append(_offset(zone, end))
    return np.array(changes, np.int64), np.array(offsets, np.int64)


def _change(zone: str, before: int, after: int) -> int:
    """The first moment with the offset of ``after``, which is not that of ``before``."""
    wanted = _offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == wanted:
            after = middle
        else:
            before = middle
    return after


@lru_cache(maxsize=65_536)
def _offset(zone: str, at: int) -> int:
    offset = datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
