"""Sets of UIDs as IMAP writes them: ``1:3,7``. Sorted ranges, so that a million in a row take no room."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

MOST: Final = 2**32 - 1
"""The largest UID."""

_RANGE: Final = re.compile(r"(\d{1,10})(?::(\d{1,10}))?")


class Uids:
    """A set of UIDs. Immutable."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self.ranges = tuple(_joined(sorted(ranges)))
        """First and last of each range, apart from one another, ascending."""

    @classmethod
    def of(cls, uids: Iterable[int]) -> Uids:
        """The set of these."""
        return cls((uid, uid) for uid in uids)

    @classmethod
    def read(cls, text: str) -> Uids:
        """The set that is written so. Raises ``ValueError``."""
        ranges = []
        for part in text.split(",") if text else ():
            found = _RANGE.fullmatch(part)
            if not found:
                raise ValueError
            first, last = int(found[1]), int(found[2] or found[1])
            ranges.append((min(first, last), max(first, last)))
        return cls(ranges)

    def __str__(self) -> str:
        return ",".join(f"{a}:{b}" if a != b else f"{a}" for a, b in self.ranges)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __sub__(self, other: Uids) -> Uids:
        """Those of this set that are not in the other one."""
        left: list[tuple[int, int]] = []
        cuts = iter(other.ranges)
        cut = next(cuts, None)
        for first, last in self.ranges:
            while cut and cut[1] < first:
                cut = next(cuts, None)
            while cut and cut[0] <= last:
                if first < cut[0]:
                    left.append((first, cut[0] - 1))
                first = cut[1] + 1
                if cut[1] > last:
                    break
                cut = next(cuts, None)
            if first <= last:
                left.append((first, last))
        return Uids(left)

    def __or__(self, other: Uids) -> Uids:
        """Those of both sets."""
        return Uids((*self.ranges, *other.ranges))

    def below(self, end: int) -> Uids:
        """Those smaller than ``end``."""
        return self - Uids([(end, MOST)]) if end <= MOST else self

    def highest(self, most: int) -> list[int]:
        """So many of the highest, at most, descending."""
        found: list[int] = []
        for first, last in reversed(self.ranges):
            found.extend(range(last, max(first - 1, last - (most - len(found))), -1))
            if len(found) >= most:
                break
        return found


def _joined(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sorted ranges, those that touch made one."""
    if not ranges:
        return
    begin, end = ranges[0]
    for _, (first, last) in pairwise(ranges):
        if first <= end + 1:
            end = max(end, last)
        else:
            yield begin, end
            begin, end = first, last
    yield begin, end
