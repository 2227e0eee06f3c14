"""Periods and teams are what the definitions say of all their weeks and people, reckoned from the interactions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

import numpy as np
from histories import CHANGES, columns_of, histories, zone_named, zones
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_week import BLOCKS, Had, counted_of, date_of, figures_of, half_up, sunday_before

from postroom.core.metrics import METRICS
from postroom.core.report import Value, report_of
from postroom.core.rollup import read_figures
from postroom.core.teams import LEAST
from postroom.core.weeks import Period, day_of
from postroom.measure import medians
from postroom.measure.bucket import weeks_of

OF_THE_WHOLE = (
    *("received_mails", "sent_mails", "received_chats", "sent_chats"),
    *("received_reactions", "sent_reactions", "calls", "meetings"),
)
"""Metrics that are counts."""
OF_WEEKS = ("response_time", "day_start", "day_end", "day_length", "week_length")


def share(part: int | None, whole: int | None) -> float | None:
    return round(100 * (part or 0) / whole, 1) if whole else None


def value_of(name: str, history: list[Had], zone: str, sundays: list[date], block: str) -> float | None:
    """A metric of some weeks, of which something is known."""
    local = zone_named(zone)
    inside = [had for had in history if sunday_before(date_of(had, local)) in sundays]
    counted = counted_of(inside, block)
    if name in OF_THE_WHOLE:
        return counted[name]
    if name == "response_share":
        return share(counted["answered_mails"], counted["received_mails"])
    assert name in OF_WEEKS
    weeks = [figures_of(history, local, sunday, block)[name] for sunday in sundays]
    there = [value for value in weeks if value is not None]
    return half_up(Fraction(median(there))) if there else None


def rolled_up(history: list[Had], zone: str) -> dict[int, bytes]:
    return {week.sunday: week.figures for week in weeks_of(columns_of({1: history}, {1: zone}))}


@settings(max_examples=150)
@given(st.data())
def test_a_period_is_what_the_definitions_say_of_its_interactions_E2_E7(data: st.DataObject) -> None:
    zone = data.draw(zones)
    history = data.draw(histories(zone).filter(len))
    first = sunday_before(min(date_of(had, zone_named(zone)) for had in history))
    sundays = [first + timedelta(weeks=number) for number in range(data.draw(st.integers(1, 8)))]
    figures = {sunday: read_figures(packed) for sunday, packed in rolled_up(history, zone).items()}
    period = Period(day_of(first), day_of(sundays[-1]) + 6)
    report = report_of(period, figures, range(period.first, period.last, 7))
    for block in BLOCKS:
        for metric in METRICS:
            found = report.values[block][metric.name].value
            assert (metric.name, found) == (metric.name, value_of(metric.name, history, zone, sundays, block))
        for sunday, week in zip(sundays, report.weeks, strict=True):
            for metric in METRICS:
                found = week[block][metric.name].value
                assert (metric.name, found) == (
                    metric.name,
                    value_of(metric.name, history, zone, [sunday], block),
                )


def middle(values: Iterable[float | None]) -> Value:
    """The median of those that have a value; none of less than five, nor how many they are."""
    there = [value for value in values if value is not None]
    if len(there) < LEAST:
        return Value(None, None)
    return Value(round(float(median(there)), 1), len(there))


@settings(max_examples=60)
@given(st.data())
def test_a_team_s_figures_are_the_medians_of_what_each_report_says_E11(data: st.DataObject) -> None:
    zone = data.draw(zones)
    people = data.draw(st.lists(histories(zone), min_size=4, max_size=9))
    day = date.fromisoformat(CHANGES[zone][0])
    sunday = day_of(sunday_before(day)) - 7
    weeks = data.draw(st.integers(1, 4))
    period = Period(sunday, sunday + 7 * weeks - 1)
    cells, began, reports = [], [], []
    for person, history in enumerate(people):
        rows = rolled_up(history, zone)
        inside = [sunday for sunday in period.sundays if sunday in rows]
        cells.append(medians.Cells(np.full(len(inside), person), inside, [rows[sunday] for sunday in inside]))
        figures = {sunday: read_figures(packed) for sunday, packed in rows.items()}
        began.append(min(rows, default=day_of(date(9000, 1, 1))))
        reports.append(report_of(period, figures, range(began[-1], period.last, 7)))
    told = medians.Told(np.array(began), np.full(len(people), period.last))
    team = medians.Medians(len(people), weeks)
    of_weeks = [team.of_week(week) for week in medians.figures_of(period.sundays, told, cells)]
    of_period = team.of_period()
    for block in BLOCKS:
        for metric in METRICS:
            each = [report.values[block][metric.name].value for report in reports]
            assert (metric.name, of_period[block][metric.name]) == (metric.name, middle(each))
            for at, week in enumerate(of_weeks):
                each = [report.weeks[at][block][metric.name].value for report in reports]
                assert (metric.name, week[block][metric.name]) == (metric.name, middle(each))
