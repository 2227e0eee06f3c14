"""What the people of a team came to in the middle, from their roll-ups, on columns (E11).

A team is gone through week by week: of 10,000 people and five years only what the whole period needs is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from postroom.core.metrics import BLOCKS, FIGURES, MEDIAN, METRICS, NONE, SHARE, Metric
from postroom.core.report import NOTHING, Value, Values
from postroom.core.teams import LEAST

Figures = NDArray[np.int32]
"""Of a week: by person, and then all figures of the first block, of the second, of the third; or ``NONE``."""
Columns = NDArray[Any]
"""The same by figure and then by person, in whole numbers."""

_WIDTH: Final = len(BLOCKS) * len(FIGURES)
_NOTHING: Final = np.array(
    [NONE if NOTHING[figure] is None else 0 for figure in FIGURES] * len(BLOCKS), "<i4"
)
_OF_WEEKS: Final = [
    block * len(FIGURES) + FIGURES.index(metric.of[0])
    for block in range(len(BLOCKS))
    for metric in METRICS
    if metric.over_weeks == MEDIAN
]
"""The figures of which a longer period needs those of each week."""


class Told(NamedTuple):
    """The first days of the first and of the last week that are told of each person."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    """Before ``first``: nothing is."""


class Cells(NamedTuple):
    """Some roll-ups: whose each is, by place, its week's first day, and its figures, packed."""

    people: NDArray[np.int64]
    sundays: Sequence[int]
    packed: Sequence[bytes]


def figures_of(sundays: range, told: Told, cells: Iterable[Cells]) -> list[Figures]:
    """The figures of a team in each of these weeks; in one that is told and has no cell nothing happened."""
    figures = np.full((len(sundays), len(told.first), _WIDTH), NONE, np.int32)
    for at, sunday in enumerate(sundays):
        figures[at, (told.first <= sunday) & (sunday <= told.last)] = _NOTHING
    for some in cells:
        weeks = (np.array(some.sundays, np.int64) - sundays.start) // 7
        figures[weeks, some.people] = np.frombuffer(b"".join(some.packed), "<i4").reshape(-1, _WIDTH)
    return list(figures)


class Medians:
    """The medians of a team: of each week as it is given, then of all of them."""

    def __init__(self, people: int, weeks: int) -> None:
        self._sums = np.zeros((_WIDTH, people), np.int64)
        self._is_told = np.zeros(people, bool)
        self._of_weeks = np.full((len(_OF_WEEKS), weeks, people), NONE, np.int32)
        self._given = 0

    def of_week(self, figures: Figures) -> Values:
        """The medians of the next week."""
        columns = np.ascontiguousarray(figures.T)
        is_told = columns[0] != NONE
        self._sums += np.maximum(columns, 0)
        self._is_told |= is_told
        self._of_weeks[:, self._given] = columns[_OF_WEEKS]
        self._given += 1
        return _medians_of(columns, is_told)

    def of_period(self) -> Values:
        """The medians of what each person came to in all weeks, as ``core.report`` makes it of theirs."""
        columns = self._sums.copy()
        for figure, weeks in zip(_OF_WEEKS, self._of_weeks, strict=True):
            columns[figure] = _middle_of_each(weeks.T)
        return _medians_of(columns, self._is_told)


def _medians_of(columns: Columns, is_told: NDArray[np.bool_]) -> Values:
    """For each metric the median, and of how many; of fewer than ``LEAST``, neither."""
    blocks = np.split(columns, len(BLOCKS))
    return {
        block: {metric.name: _median(_of_each(metric, of_block, is_told)) for metric in METRICS}
        for block, of_block in zip(BLOCKS, blocks, strict=True)
    }


def _of_each(metric: Metric, columns: Columns, is_told: NDArray[np.bool_]) -> Columns:
    """The value of each person who has one."""
    value, *whole = (columns[FIGURES.index(figure)] for figure in metric.of)
    has_one: NDArray[np.bool_] = is_told
    if metric.over_weeks == MEDIAN:
        has_one = value != NONE
    elif metric.over_weeks == SHARE:
        has_one = whole[0] > 0
        value = np.round(100 * value / np.maximum(whole[0], 1), 1)
    found: Columns = value[has_one]
    return found


def _median(values: Columns) -> Value:
    if len(values) < LEAST:
        return Value(None, None)
    half = len(values) // 2
    values = np.partition(values, half)  # one place: two take fifty times as long
    upper = float(values[half])
    lower = upper if len(values) % 2 else float(values[:half].max())
    return Value(round((lower + upper) / 2, 1), len(values))


def _middle_of_each(weeks: Columns) -> NDArray[np.int64]:
    """The median of each row's numbers, rounded half up; ``NONE`` where it has none."""
    ordered = np.sort(weeks, axis=1)  # what is none comes first
    none = (ordered == NONE).sum(axis=1)
    count = ordered.shape[1] - none
    row, some = np.arange(len(ordered)), np.maximum(count, 1)
    first = ordered.shape[1] - some
    middle = (
        ordered[row, first + (some - 1) // 2].astype(np.int64) + ordered[row, first + some // 2] + 1
    ) // 2
    return np.where(count > 0, middle, NONE)
