"""The employee report: a period's values, made from the figures of its weeks (E1-E7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, NamedTuple

from postroom.core.metrics import BLOCKS, COUNT, FIGURES, METRICS, SHARE, SUM, Metric
from postroom.core.rollup import Figures
from postroom.core.weeks import Period

NOTHING: Final[Figures] = {
    figure: 0 if figure in {metric.count for metric in METRICS} | {"answered_mails"} else None
    for figure in FIGURES
}
"""A week in which nothing happened: counts are 0, there is no time of it."""

Blocks = Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class Value:
    """What a metric came to."""

    value: float | None
    """In the metric's unit; ``None``: there is none."""
    count: int | None
    """How many interactions, or days, it rests on; ``None``: nothing is known of that time."""


Values = dict[str, dict[str, Value]]
"""Block → the name of a metric → its value."""


class Report(NamedTuple):
    """Values of a period, and of each of its weeks in order."""

    period: Period
    values: Values
    weeks: list[Values]


def report_of(period: Period, weeks: Mapping[int, Blocks], known: range) -> Report:
    """The report of a user; ``weeks``: figures by a week's first day; ``known``: from the first day told to the last.

    Outside ``known`` nothing was collected yet, or it is still to come: that is no value, and never 0. In it, a week
    that is not among ``weeks`` is one in which nothing happened.
    """
    nothing = dict.fromkeys(BLOCKS, NOTHING)
    found = [weeks.get(sunday, nothing if sunday in known else None) for sunday in period.sundays]
    return Report(
        period,
        _values([blocks for blocks in found if blocks is not None]),
        [_values([blocks] if blocks is not None else []) for blocks in found],
    )


def _values(weeks: Sequence[Blocks]) -> Values:
    return {
        block: {metric.name: value_of(metric, [blocks[block] for blocks in weeks]) for metric in METRICS}
        for block in BLOCKS
    }


def value_of(metric: Metric, weeks: Sequence[Figures]) -> Value:
    """What the weeks come to."""
    if not weeks:
        return Value(None, None)
    count = sum(week[metric.count] or 0 for week in weeks)
    sums = [sum(week[figure] or 0 for week in weeks) for figure in metric.of]
    if metric.over_weeks == SUM:
        return Value(sums[0], count)
    if metric.over_weeks == SHARE:
        part, whole = sums
        return Value(round(100 * part / whole, 1) if whole else None, count)
    there = [value for week in weeks if (value := week[metric.of[0]]) is not None]
    return Value(round_half_up(median(there)) if there else None, count)


def round_half_up(value: float) -> int:
    """A whole number of seconds."""
    return int(value + 0.5)


def is_count(metric: Metric) -> bool:
    """Whether its value is a number of interactions."""
    return metric.unit == COUNT
