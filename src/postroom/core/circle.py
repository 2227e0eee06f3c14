"""The collaboration circle: how strong a connection is, and who is in it (E8, E9)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from postroom.core.rollup import Pair
from postroom.core.weeks import Period

WEIGHTS: Final = {
    ("mail", True): 1.0,
    ("mail", False): 0.7,
    ("chat", True): 0.4,
    ("chat", False): 0.4,
    ("reaction", True): 0.2,
    ("reaction", False): 0.2,
    ("call", True): 1.0,
    ("call", False): 1.0,
    ("meeting", True): 1.0,
    ("meeting", False): 1.0,
}
"""``(kind, is_sent)`` → what an interaction adds; of a call or a meeting each quarter of an hour.

What is sent connects with everybody it goes to, what is received with its sender, a call or a meeting with everybody
in it; divided by the root of the number of other participants.
"""
TEN_THOUSAND: Final = 10_000
"""Strength is kept in ten-thousandths, so that its sums do not depend on their order."""
MOST: Final = 50
"""So many colleagues are in a circle at most."""
STAYS_WEEKS: Final = 2
"""A colleague leaves after so many weeks outside the first ``MOST``."""

WeekPairs = Mapping[int, Collection[Pair]]
"""The first day of a week → what a user had with each colleague in it."""


class Connection(NamedTuple):
    """A colleague in a circle."""

    colleague: int
    strength: int
    """0 to 100 of the greatest in this circle."""
    before: int | None
    """What it was in the period before by the same measure, so maybe above 100; ``None``: there was no connection."""
    reciprocity: int | None
    """Percent: 100 where as much came as went; ``None`` where they only met."""
    parts: Pair
    """What it is made of, over the period."""


class Circle(NamedTuple):
    """Who a user works with most."""

    connections: list[Connection]
    """The strongest first."""
    further: int
    """Colleagues who may be named and are not among them, as their connection is weaker."""
    not_named: int
    """Colleagues who have not consented."""


def circle_of(period: Period, weeks: WeekPairs, may_be_named: Collection[int]) -> Circle:
    """The circle of a user in a period; ``weeks``: all there are, as who is in it depends on the weeks before (E9)."""
    now, before = sums(period, weeks), sums(period.before, weeks)
    strong = {colleague: pair for colleague, pair in now.items() if pair.strength > 0}
    nameable = {c: pair for c, pair in strong.items() if c in may_be_named}
    members = set(nameable) if len(nameable) <= MOST else _members(period, weeks, may_be_named)
    greatest = max((nameable[colleague].strength for colleague in members), default=0)
    connections = [
        Connection(
            colleague,
            scaled(nameable[colleague].strength, greatest) or 0,
            scaled(before[colleague].strength, greatest) if colleague in before else None,
            reciprocity(nameable[colleague]),
            nameable[colleague],
        )
        for colleague in sorted(members, key=lambda c: (-nameable[c].strength, c))
    ]
    return Circle(connections, len(nameable) - len(members), len(strong) - len(nameable))


def sums(period: Period, weeks: WeekPairs) -> dict[int, Pair]:
    """What a user had with each colleague in the whole period."""
    found: dict[int, list[Pair]] = defaultdict(list)
    for sunday in period.sundays:
        for pair in weeks.get(sunday, ()):
            found[pair.colleague].append(pair)
    return {colleague: _sum(pairs) for colleague, pairs in found.items()}


def _sum(pairs: list[Pair]) -> Pair:
    if len(pairs) == 1:
        return pairs[0]
    totals = Pair(*map(sum, zip(*pairs, strict=True)))
    return totals._replace(colleague=pairs[0].colleague, last_at=max(pair.last_at for pair in pairs))


def scaled(strength: int, greatest: int) -> int | None:
    """Strength in percent of the greatest; at least 1 where there is a connection; ``None`` where there is none."""
    return max(1, round(100 * strength / greatest)) if strength > 0 and greatest > 0 else None


def reciprocity(pair: Pair) -> int | None:
    """How even giving and getting are, in percent; calls and meetings do not count, as they are nobody's alone."""
    most = max(pair.given, pair.got)
    return round(100 * min(pair.given, pair.got) / most) if most else None


def _members(period: Period, weeks: WeekPairs, may_be_named: Collection[int]) -> set[int]:
    """Who is in the circle in the last week of the period.

    Who comes into the first ``MOST`` takes a place that is free, and after ``STAYS_WEEKS`` the place of the weakest
    who is not among the first that week.
    """
    members: set[int] = set()
    latest: list[set[int]] = []
    for totals in _windows(period, weeks):
        there = (c for c in totals if totals[c] > 0 and c in may_be_named)
        ranked = sorted(there, key=lambda c: (-totals[c], c))
        first = ranked[:MOST]
        latest = [*latest, set(first)][-STAYS_WEEKS:]
        members = {c for c in members if totals[c] > 0 and any(c in some for some in latest)}
        yielding = [c for c in ranked[MOST:] if c in members]
        for colleague in first:
            if colleague in members:
                continue
            if len(members) == MOST and yielding and all(colleague in some for some in latest):
                members.remove(yielding.pop())
            if len(members) < MOST:
                members.add(colleague)
    return members


def _windows(period: Period, weeks: WeekPairs) -> Iterable[Counter[int]]:
    """The strengths in periods of this length, ending week by week from the first week there is."""
    totals: Counter[int] = Counter()
    for sunday in range(min(weeks), period.last, 7):
        for pair in weeks.get(sunday, ()):
            totals[pair.colleague] += pair.strength
        for pair in weeks.get(sunday - 7 * period.weeks, ()):
            totals[pair.colleague] -= pair.strength
        yield totals
