"""What templates say of times, sizes and counts."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from shelf import NOON

from postroom.web import tags
from postroom.web.icons import ICONS


def test_a_time_is_shown_in_the_readers_zone_and_says_which() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert tags.when(NOON) == (
            '<time datetime="2026-01-09T13:00:00+01:00" title="Friday, 9 January 2026, 13:00:00 CET">'
            "9 Jan 2026, 13:00</time>"
        )
        assert tags.moment("2026-01-09T12:00:00Z") == tags.when(NOON)
        assert tags.month(NOON) == "January 2026"


@pytest.mark.parametrize("value", [None, 10**17, -(10**17)])
def test_a_time_that_no_calendar_has_is_said_to_be_one(value: int | None) -> None:
    assert (tags.when(value), tags.day(value)) == ("no readable time", "—")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (52_000, "52 kB"),
        (1_250_000, "1.2 MB"),
        (5 * 10**9, "5.0 GB"),
    ],
)
def test_sizes_are_read_at_a_glance(value: int, shown: str) -> None:
    assert tags.size(value) == shown


def test_counts_have_thin_spaces() -> None:
    assert tags.number(1234567) == "1\u202f234\u202f567"


@pytest.mark.parametrize(
    ("name", "shown"), [("Ann Lee", "AL"), ("ann.b.lee@us.com", "AL"), ("Ann", "A"), ("", "?"), ("( )", "?")]
)
def test_initials_stand_for_a_name(name: str, shown: str) -> None:
    assert tags.initials(name) == shown


@pytest.mark.parametrize(
    ("part", "whole", "width"), [(0, 0, "0.0"), (1, 4, "25.0"), (1, 10_000, "0.7"), (4, 4, "100.0")]
)
def test_a_bar_is_as_long_as_its_share_and_never_invisible(part: int, whole: int, width: str) -> None:
    assert re.findall(r'width="([\d.]+)%"', tags.bar(part, whole)) == ["100", "100", width]


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_are_hidden_from_screen_readers(name: str) -> None:
    assert 'aria-hidden="true"' in tags.icon(name)
