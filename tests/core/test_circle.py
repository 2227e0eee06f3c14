"""The circle: scaled to the greatest, stable over two weeks, fifty at most, nobody named who may not be (E8, E9)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroom.core import circle as module
from postroom.core.circle import MOST, Circle, Connection, WeekPairs, circle_of, reciprocity, scaled, sums
from postroom.core.rollup import Pair
from postroom.core.weeks import Period

FIRST = 100 * 7 - 4
WEEK = Period(FIRST, FIRST + 6)


def pair(colleague: int, given: int = 0, got: int = 0, together: int = 0, **more: int) -> Pair:
    """A pair with these strengths."""
    nothing = dict.fromkeys(Pair._fields, 0)
    return Pair(**nothing | {"colleague": colleague, "given": given, "got": got, "together": together} | more)


def period_of(first_week: int, weeks: int) -> Period:
    """Weeks numbered from ``WEEK``."""
    first = FIRST + 7 * first_week
    return Period(first, first + 7 * weeks - 1)


def weeks_of(*strengths: dict[int, int]) -> WeekPairs:
    """Weeks in which there was so much with each colleague, from ``WEEK`` on."""
    return {
        FIRST + 7 * number: [pair(who, strength) for who, strength in week.items()]
        for number, week in enumerate(strengths)
    }


def named(circle: Circle) -> list[int]:
    return [connection.colleague for connection in circle.connections]


def test_nothing_comes_to_nobody_E8() -> None:
    assert circle_of(WEEK, {}, ()) == Circle([], 0, 0)


def test_the_strongest_is_100_and_the_others_are_parts_of_that_E9() -> None:
    weeks = weeks_of({1: 40_000, 2: 10_000, 3: 100, 4: 0})
    circle = circle_of(WEEK, weeks, {1, 2, 3, 4})
    assert [(c.colleague, c.strength) for c in circle.connections] == [(1, 100), (2, 25), (3, 1)]
    assert (circle.further, circle.not_named) == (0, 0)


def test_who_is_as_strong_stands_by_id_E9() -> None:
    assert named(circle_of(WEEK, weeks_of({9: 5, 3: 5, 7: 6}), {3, 7, 9})) == [7, 3, 9]


def test_who_may_not_be_named_is_a_number_and_no_measure_for_the_others_E8() -> None:
    circle = circle_of(WEEK, weeks_of({1: 90_000, 2: 10_000, 3: 5_000, 4: 0}), {2, 3})
    assert [(c.colleague, c.strength) for c in circle.connections] == [(2, 100), (3, 50)]
    assert (circle.further, circle.not_named) == (0, 1)


def test_parts_are_summed_over_the_period_and_last_is_the_latest_E9() -> None:
    weeks = {
        FIRST: [pair(1, 10, 20, 30, sent_mails=1, last_at=9)],
        FIRST + 7: [pair(1, 1, 2, 3, sent_mails=2, calls=1, talked_seconds=60, last_at=5)],
        FIRST + 14: [pair(1, 1_000)],
    }
    [connection] = circle_of(period_of(0, 2), weeks, {1}).connections
    parts = pair(1, 11, 22, 33, sent_mails=3, calls=1, talked_seconds=60, last_at=9)
    assert connection == Connection(1, 100, None, 50, parts)
    assert sums(period_of(0, 2), weeks) == {1: parts}


def test_before_is_by_the_same_measure_so_that_what_did_not_change_is_as_before_E9() -> None:
    weeks = weeks_of({1: 10, 2: 100, 4: 30, 5: 900}, {1: 10, 3: 20, 4: 10})
    circle = circle_of(period_of(1, 1), weeks, {1, 2, 3, 4})
    shown = [(c.colleague, c.strength, c.before) for c in circle.connections]
    assert shown == [(3, 100, None), (1, 50, 50), (4, 50, 150)]


@pytest.mark.parametrize(
    ("given", "got", "together", "expected"),
    [(10, 10, 0, 100), (10, 5, 0, 50), (5, 10, 99, 50), (10, 0, 0, 0), (0, 0, 7, None)],
)
def test_reciprocity_is_how_even_giving_and_getting_are_E9(
    given: int, got: int, together: int, expected: int | None
) -> None:
    assert reciprocity(pair(1, given, got, together)) == expected


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_connection_is_never_shown_as_0_E9(one: int, other: int) -> None:
    shown = scaled(min(one, other), max(one, other))
    assert shown is not None and 1 <= shown <= 100
    assert (scaled(0, one), scaled(one, one)) == (None, 100)


def test_fifty_are_named_and_the_others_counted_E8() -> None:
    weeks = weeks_of({who: 1_000 - who for who in range(80)})
    circle = circle_of(WEEK, weeks, range(70))
    assert named(circle) == list(range(50))
    assert (circle.further, circle.not_named) == (20, 10)


def fifty_and(*more: dict[int, int]) -> list[dict[int, int]]:
    """Weeks in which the colleagues 1 to 49 are strong, and others as said."""
    return [dict.fromkeys(range(1, 50), 10_000) | week for week in more]


def test_a_colleague_stays_one_week_outside_of_the_first_fifty_E9() -> None:
    weeks = weeks_of(*fifty_and({60: 500, 61: 400}, {60: 400, 61: 500}, {60: 400, 61: 500}))
    everybody = range(100)
    told = [{60, 61} & set(named(circle_of(period_of(n, 1), weeks, everybody))) for n in range(3)]
    assert told == [{60}, {60}, {61}]


def test_who_comes_back_within_two_weeks_never_left_E9() -> None:
    falls, leads = {60: 400, 61: 500}, {60: 500, 61: 400}
    weeks = weeks_of(*fifty_and(leads, falls, leads, falls, leads))
    told = [{60, 61} & set(named(circle_of(period_of(n, 1), weeks, range(100)))) for n in range(5)]
    assert told == [{60}] * 5


def test_who_is_strongest_but_not_yet_in_it_is_no_measure_for_it_E9() -> None:
    steady = dict.fromkeys(range(1, 51), 300)
    weeks = weeks_of(steady, steady, steady | {1: 600, 99: 60_000})
    circle = circle_of(period_of(2, 1), weeks, range(100))
    assert 99 not in named(circle)
    assert [(c.colleague, c.strength) for c in circle.connections[:2]] == [(1, 100), (2, 50)]


def test_with_whom_there_was_nothing_in_the_period_is_not_in_it_E9() -> None:
    weeks = weeks_of(*fifty_and({60: 500, 61: 400}, {61: 500, 62: 3}))
    assert {60, 61, 62} & set(named(circle_of(period_of(1, 1), weeks, range(100)))) == {61}


def test_who_is_in_it_does_not_change_with_weeks_to_come_E9() -> None:
    weeks = weeks_of(*fifty_and({60: 500, 61: 400}, {60: 400, 61: 500}, {61: 9_000, 62: 9_000}))
    until = {sunday: pairs for sunday, pairs in weeks.items() if sunday <= FIRST + 7}
    period = period_of(1, 1)
    assert circle_of(period, weeks, range(100)) == circle_of(period, until, range(100))


def members_by_the_words(weeks: list[dict[int, int]], length: int, most: int, names: set[int]) -> set[int]:
    """Who is in the circle at the end: week for week, each window summed from nothing."""
    members: set[int] = set()
    firsts: list[list[int]] = []
    for last in range(len(weeks)):
        totals: Counter[int] = Counter()
        for week in weeks[max(0, last - length + 1) : last + 1]:
            totals.update(week)
        there = [who for who in totals if totals[who] > 0 and who in names]
        firsts.append(sorted(there, key=lambda who: (-totals[who], who))[:most])
        outside_for_two = {who for who in members if all(who not in first for first in firsts[-2:])}
        members = {who for who in members - outside_for_two if who in there}
        for who in [who for who in firsts[-1] if who not in members]:
            has_lasted = all(who in first for first in firsts[-2:])
            below = [member for member in members if member not in firsts[-1]]
            if len(members) == most and has_lasted and below:
                members.discard(min(below, key=lambda member: (totals[member], -member)))
            if len(members) < most:
                members.add(who)
    return members


weeks_by_strength = st.lists(
    st.dictionaries(st.integers(1, 9), st.integers(0, 6), max_size=9), min_size=1, max_size=8
)


@settings(max_examples=500)
@given(weeks_by_strength, st.integers(1, 4), st.sets(st.integers(1, 9)))
def test_the_members_are_those_by_the_words_E9(
    weeks: list[dict[int, int]], length: int, names: set[int]
) -> None:
    most = module.MOST
    module.MOST = 3
    try:
        period = period_of(len(weeks) - length, length)
        circle = circle_of(period, weeks_of(*weeks), names)
    finally:
        module.MOST = most
    in_period: Counter[int] = Counter()
    for week in weeks[max(0, len(weeks) - length) :]:
        in_period.update(week)
    strong = {who for who, strength in in_period.items() if strength > 0}
    nameable = strong & names
    expected = nameable if len(nameable) <= 3 else members_by_the_words(weeks, length, 3, names) & nameable
    assert set(named(circle)) == expected
    assert (circle.further, circle.not_named) == (len(nameable) - len(expected), len(strong - names))
    assert (most, len(circle.connections) <= 3) == (MOST, True)


@settings(max_examples=500)
@given(weeks_by_strength, st.integers(1, 4))
def test_from_week_to_week_only_who_was_outside_twice_or_weakest_leaves_E9(
    weeks: list[dict[int, int]], length: int
) -> None:
    most = module.MOST
    module.MOST = 3
    names = set(range(1, 10))
    try:
        shown = [
            set(named(circle_of(period_of(at - length, length), weeks_of(*weeks[:at]), names)))
            for at in range(1, len(weeks) + 1)
        ]
    finally:
        module.MOST = most
    for at in range(1, len(shown)):
        firsts = []
        for end in (at, at + 1):
            totals: Counter[int] = Counter()
            for week in weeks[max(0, end - length) : end]:
                totals.update(week)
            there = {who for who in totals if totals[who] > 0}
            firsts.append(set(sorted(there, key=lambda who: (-totals[who], who))[:3]))
        left = {who for who in shown[at - 1] - shown[at] if who in there}
        assert not left & firsts[1]
        came_for_good = shown[at] & firsts[0] & firsts[1]
        assert len(left & firsts[0]) <= len(came_for_good - shown[at - 1])


def test_somebody_strong_is_not_kept_out_by_two_who_take_turns_E9() -> None:
    most = module.MOST
    module.MOST = 3
    turns = [{1: 9, 3 + at % 2: 5, 4 - at % 2: 4, 9: 8 if at else 0} for at in range(8)]
    try:
        shown = [
            named(circle_of(period_of(at - 1, 1), weeks_of(*turns[:at]), {1, 3, 4, 9})) for at in range(1, 9)
        ]
    finally:
        module.MOST = most
    assert [9 in circle for circle in shown] == [False, False] + [True] * 6
