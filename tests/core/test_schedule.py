"""When a mailbox is looked at again: never at once after trouble, never never, and not all at the same time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.core.schedule import LOOK_EVERY, LOOK_SOONER, is_late, look_again_after, rest
from postroom.core.trouble import CANNOT_EVER, NOT_ALLOWED, SIGN_IN_AGAIN, START_OVER, TROUBLES, TRY_LATER

HOUR = 3_600
DAY = 86_400
kinds = st.sampled_from(TROUBLES)
tries = st.integers(1, 10_000)
chances = st.floats(0, 1)
asked_for = st.none() | st.floats(0, allow_infinity=False, allow_nan=False)


@given(kinds, tries, asked_for, chances)
def test_a_rest_is_never_none_and_never_longer_than_a_day(
    kind: str, tries: int, after: float | None, chance: float
) -> None:
    assert 2 <= rest(kind, tries, after, chance) <= DAY


@given(kinds, tries, st.floats(0, DAY), chances)
def test_what_the_provider_asks_for_is_obeyed(kind: str, tries: int, after: float, chance: float) -> None:
    assert rest(kind, tries, after, chance) >= int(after)


@given(kinds, tries, chances)
def test_where_nothing_is_asked_for_it_is_tried_within_the_hour(kind: str, tries: int, chance: float) -> None:
    assert rest(kind, tries, None, chance) <= HOUR


@given(kinds, tries, chances, chances)
def test_chance_shortens_a_rest_by_half_at_most(kind: str, tries: int, one: float, other: float) -> None:
    assert rest(kind, tries, None, one) <= 2 * rest(kind, tries, None, other) + 1


@given(kinds, tries, chances)
def test_rests_do_not_get_shorter(kind: str, tries: int, chance: float) -> None:
    assert rest(kind, tries, None, chance) <= rest(kind, tries + 1, None, chance)


@pytest.mark.parametrize("kind", [TRY_LATER, START_OVER])
def test_the_rests_of_what_may_pass(kind: str) -> None:
    assert [rest(kind, n, None, 1) for n in range(1, 11)] == [5, 10, 20, 40, 80, 160, 300, 300, HOUR, HOUR]


def test_a_password_that_was_refused_is_tried_once_an_hour() -> None:
    assert [rest(SIGN_IN_AGAIN, n, None, 1) for n in (1, 2, 100)] == [HOUR, HOUR, HOUR]


@pytest.mark.parametrize("kind", [NOT_ALLOWED, CANNOT_EVER])
def test_what_somebody_may_just_be_mending_is_tried_sooner_at_first(kind: str) -> None:
    assert [rest(kind, n, None, 1) for n in (1, 2, 3, 4, 100)] == [60, 240, 960, HOUR, HOUR]


def test_late_is_what_was_not_looked_at_for_three_turns() -> None:
    assert [is_late(0, 0, now) for now in (3 * LOOK_EVERY, 3 * LOOK_EVERY + 1)] == [False, True]
    assert [is_late(None, 1_000, now) for now in (1_000 + 3 * LOOK_EVERY, 1_001 + 3 * LOOK_EVERY)] == [
        False,
        True,
    ]


def test_a_label_that_was_just_selected_is_looked_at_within_the_minute_M6() -> None:
    now = 10_000
    assert LOOK_SOONER < 60
    asked = ([], [now - 900], [now - 899], [0, now - 5], [0, 1])
    assert [look_again_after(selected, now) for selected in asked] == [
        *(LOOK_EVERY, LOOK_EVERY),
        *(LOOK_SOONER, LOOK_SOONER),
        LOOK_EVERY,
    ]
