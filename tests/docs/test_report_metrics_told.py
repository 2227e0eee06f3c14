"""Every metric and figure of reports stands in the reference as it is defined, and none is left over (E10)."""

from __future__ import annotations

from pages import read, sections, table

from postroom.actions.report_csv import CIRCLE_COLUMNS, REPORT_COLUMNS
from postroom.core.circle import MOST
from postroom.core.metrics import FIGURES, METRICS, OVER_WEEKS, UNITS, VERSION
from postroom.core.teams import LEAST
from postroom.core.weeks import MOST_WEEKS

PAGE = "reference/report-metrics.md"
_NUMBERS = {5: "five", 50: "50"}


def test_every_metric_stands_there_in_its_order_with_its_definition_E10() -> None:
    told = {
        name: (" ".join(text.partition("|")[0].split()), table(text, "unit")[0])
        for name, text in sections(read(PAGE)).items()
        if "| unit | longer period |" in text
    }
    assert list(told.items()) == [
        (
            metric.name,
            (
                f"**{metric.title}.** {metric.definition}",
                [metric.unit, metric.over_weeks, metric.count, metric.excludes],
            ),
        )
        for metric in METRICS
    ]


def test_every_figure_stands_there_in_its_order() -> None:
    assert [row[0] for row in table(read(PAGE), "figure")] == list(FIGURES)


def test_units_and_ways_of_longer_periods_are_told() -> None:
    assert dict(table(sections(read(PAGE))["Units"], "unit")) == UNITS
    assert dict(table(read(PAGE), "way")) == OVER_WEEKS
    assert f"the version {VERSION}" in " ".join(read(PAGE).split())


def test_the_numbers_and_columns_told_are_those_in_force() -> None:
    text = " ".join(read("reference/reports.md").split())
    assert f"{MOST_WEEKS} weeks at most" in text
    assert f"Fewer than {_NUMBERS[LEAST]} people" in text
    assert f"up to {_NUMBERS[MOST]} colleagues" in text
    assert ", ".join(f"`{column}`" for column in REPORT_COLUMNS) in text
    assert ", ".join(f"`{column}`" for column in CIRCLE_COLUMNS) in text
