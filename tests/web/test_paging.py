"""A number in an address or a form is read as one, or it is none; it is never more than a database can hold."""

from __future__ import annotations

import pytest

from postroom.web.paging import number_in


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "1_0", "x", "²", "٣", "9" * 19, "\0"])
def test_what_is_not_only_digits_is_none(text: str) -> None:
    assert number_in(text) is None
