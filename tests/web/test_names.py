"""Names on pages of reports: shortened, and not turning the text around them."""

from __future__ import annotations

import pytest

from postroom.web.names import named, short_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann Lee", "Ann Lee"),
        ("Ann \u202eeeL", "Ann eeL"),
        ("\u2066\u2067Ann\u2069\u2069", "Ann"),
        ("דנה לוי", "\u2068דנה לוי\u2069"),
        ("Ann\u202e سارة", "\u2068Ann سارة\u2069"),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_name_is_short_and_does_not_turn_what_follows(name: str, shown: str) -> None:
    assert short_name(name) == shown


def test_the_title_of_a_shortened_name_keeps_the_whole() -> None:
    assert named("Ann & Bo") == "Ann & Bo"
    assert named("Ann & Bo", 6) == '<span title="Ann &amp; Bo">Ann &amp;…</span>'
