"""How much of a mail others see: an owner all of it, everybody else what the strictest owner allows (R4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.core.visibility import BY_NAME, NAMES, Visibility, seen_by, strictest

EXISTENCE, SUBJECT, EVERYTHING = Visibility.EXISTENCE, Visibility.SUBJECT, Visibility.EVERYTHING

OWNERS = st.dictionaries(st.integers(1, 5), st.sampled_from(Visibility))
VIEWERS = st.none() | st.integers(1, 6)


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ([], EVERYTHING),
        ([EVERYTHING], EVERYTHING),
        ([EVERYTHING, SUBJECT], SUBJECT),
        ([EXISTENCE, SUBJECT, EVERYTHING], EXISTENCE),
        ([2, 3], SUBJECT),
    ],
)
def test_the_strictest_of_several_choices_counts_R4(choices: list[int], expected: Visibility) -> None:
    assert strictest(choices) is expected


@pytest.mark.parametrize(
    ("viewer", "expected"), [(1, EVERYTHING), (2, EVERYTHING), (3, EXISTENCE), (None, EXISTENCE)]
)
def test_an_owner_sees_all_and_nobody_else_more_than_is_allowed_R4(
    viewer: int | None, expected: Visibility
) -> None:
    assert seen_by(viewer, {1: EXISTENCE, 2: EVERYTHING}) is expected


@given(VIEWERS, OWNERS)
def test_who_owns_nothing_sees_what_no_owner_forbids_R4(
    viewer: int | None, owners: dict[int, Visibility]
) -> None:
    level = seen_by(viewer, owners)
    if viewer in owners:
        assert level == EVERYTHING
    else:
        assert all(level <= choice for choice in owners.values())
        assert level in (*owners.values(), EVERYTHING)
        assert level == seen_by(None, owners)


@given(VIEWERS, OWNERS, st.integers(7, 9), st.sampled_from(Visibility))
def test_one_more_owner_never_opens_anything_R4(
    viewer: int | None, owners: dict[int, Visibility], other: int, choice: Visibility
) -> None:
    assert seen_by(viewer, {**owners, other: choice}) <= seen_by(viewer, owners)


def test_each_level_has_its_name_R4() -> None:
    assert NAMES == {EVERYTHING: "everything", SUBJECT: "subject", EXISTENCE: "existence"}
    assert BY_NAME == {"everything": EVERYTHING, "subject": SUBJECT, "existence": EXISTENCE}
