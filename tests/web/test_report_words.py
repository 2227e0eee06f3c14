"""Values of reports in words, and drawn (E12)."""

from __future__ import annotations

import pytest

from postroom.core.metrics import BY_NAME, METRICS
from postroom.core.rollup import Day
from postroom.web.charts import day_bar, small_line, week_chart
from postroom.web.report_words import HEADINGS, UNIT_WORDS, change_text, difference_text, value_text


def test_every_metric_stands_under_a_heading_in_its_order() -> None:
    assert [name for names in HEADINGS.values() for name in names] == list(BY_NAME)
    assert set(UNIT_WORDS) == {metric.unit for metric in METRICS}


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("count", 12_345, "12 345"),
        ("count", None, "—"),
        ("seconds", 0, "0 s"),
        ("seconds", 59, "59 s"),
        ("seconds", 60, "1 min"),
        ("seconds", 3_599, "59 min"),
        ("seconds", 3_600, "1 h 00 min"),
        ("seconds", 7_500, "2 h 05 min"),
        ("seconds", 359_940, "99 h 59 min"),
        ("seconds", 1_044_300, "12 d 2 h"),
        ("clock", 31_319, "08:41"),
        ("clock", 31_320, "08:42"),
        ("clock", 91_800, "01:30 next day"),
        ("percent", 62.0, "62 %"),
        ("percent", 62.5, "62.5 %"),
    ],
)
def test_a_value_reads_as_people_say_it(unit: str, value: float | None, text: str) -> None:
    assert value_text(unit, value).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("unit", "value", "before", "words", "short"),
    [
        ("count", 5, 3, "2 more", "+2"),
        ("count", 3, 5, "2 fewer", "\u22122"),
        ("count", 3, 3, "as many", "±0"),
        ("seconds", 7_500, 3_900, "1 h 00 min longer", "+1 h 00 min"),
        ("seconds", 7_500, 7_501, "as long", "±0"),
        ("seconds", 2_639, 9_060, "1 h 48 min shorter", "\u22121 h 48 min"),
        ("seconds", 100, 40, "20 s longer", "+20 s"),
        ("seconds", 363_599, 9_000, "97 h 30 min longer", "+97 h 30 min"),
        ("clock", 32_400, 33_300, "15 min earlier", "\u221215 min"),
        ("clock", 32_459, 33_300, "15 min earlier", "\u221215 min"),
        ("percent", 50.0, 46.7, "3.3 points more", "+3.3 points"),
        ("count", None, 3, "", ""),
        ("count", 3, None, "", ""),
    ],
)
def test_a_change_is_told_without_judging(
    unit: str, value: float | None, before: float | None, words: str, short: str
) -> None:
    told = (change_text(unit, value, before), difference_text(unit, value, before))
    assert tuple(text.replace("\u202f", " ") for text in told) == (words, short)


def test_a_small_line_has_gaps_where_there_is_no_value() -> None:
    drawn = small_line([0, 10, None, 5, None, None], "count")
    assert 'd="M3 21L21 3"/><circle cx="57" cy="12" r="2.5"/></svg>' in drawn
    assert "<title>By week: 0 to 10</title>" in drawn


def test_single_weeks_between_gaps_are_dots() -> None:
    drawn = small_line([None, 4, None, 2, None], "count")
    assert '<path d=""/><circle cx="26" cy="3" r="2.5"/><circle cx="70" cy="12" r="2.5"/></svg>' in drawn


def test_a_small_line_of_years_has_no_more_points_than_it_has_room_for() -> None:
    assert small_line([1.0] * 260, "count").count("L") == 51


@pytest.mark.parametrize("values", [[], [3], [None, None]])
def test_nothing_is_drawn_where_there_is_no_line(values: list[float | None]) -> None:
    assert small_line(values, "count") == ""


@pytest.mark.parametrize(
    ("unit", "values", "ticks"),
    [
        ("count", [0, 0], ("2", "1", "0")),
        ("count", [3, 39], ("40", "20", "0")),
        ("count", [101], ("200", "100", "0")),
        ("percent", [3.0], ("100 %", "50 %", "0 %")),
        ("seconds", [2_000], ("1 h 00 min", "30 min", "0 s")),
        ("clock", [31_319, 39_600], ("12:00", "10:00", "08:00")),
        ("clock", [32_400], ("11:00", "10:00", "09:00")),
    ],
)
def test_a_chart_ends_at_round_values(unit: str, values: list[float | None], ticks: tuple[str, ...]) -> None:
    chart = week_chart(values, unit, [""] * len(values))
    assert chart is not None
    assert tuple(tick.replace("\u202f", " ") for tick in chart.ticks) == ticks


def test_a_chart_joins_only_weeks_that_have_a_value() -> None:
    chart = week_chart([3_600, 1_800, None, 3_600], "seconds", ["a", "b & c", "d", "e"])
    assert chart is not None
    assert (
        chart.svg.count("<circle"),
        chart.svg.count("<line"),
        "<title>b &amp; c</title>" in chart.svg,
    ) == (
        3,
        3 + 1,
        True,
    )
    assert week_chart([None], "count", ["a"]) is None


def test_a_day_is_drawn_from_four_to_four() -> None:
    bar = day_bar(Day(36_000, 57_600, 21_600))
    assert '<rect class="bar-part" x="25.0%" y="3" width="25.0%" height="8" rx="4"/>' in bar
    assert "bar-part" not in day_bar(Day(None, None, None))
    assert 'x="99.3%" y="3" width="0.7%"' in day_bar(Day(100_800, 100_800, 0))
