"""What the people of a team came to in the middle, from their roll-ups, on columns (E11)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from postroom.core.metrics import BLOCKS, FIGURES, METRICS, NONE, SHARE, SUM, Metric
from postroom.core.report import Value, Values
from postroom.core.teams import LEAST

Figures = NDArray[np.float64]
"""By person, week, block and figure; not a number where there is no value."""
_COUNTS: Final = frozenset({metric.count for metric in METRICS} | {"answered_mails"})


def figures_of(
    people: int, weeks: int, cells: dict[tuple[int, int], bytes], known: dict[int, range]
) -> Figures:
    """The figures of a team: ``cells`` packed, by person and week; ``known``: the weeks told of each person.

    In a week that is told and has no cell nothing happened.
    """
    figures = np.full((people, weeks, len(BLOCKS), len(FIGURES)), np.nan)
    nothing = np.array([0.0 if figure in _COUNTS else np.nan for figure in FIGURES])
    for person, told in known.items():
        figures[person, told.start : told.stop] = nothing
    if cells:
        packed = np.frombuffer(b"".join(cells.values()), "<i4").reshape(-1, len(BLOCKS), len(FIGURES))
        people_of, weeks_of = np.array(list(cells), np.int64).T
        figures[people_of, weeks_of] = np.where(packed == NONE, np.nan, packed)
    return figures


def medians_of(figures: Figures) -> Values:
    """For each metric the median of what each person came to, and of how many; of fewer than ``LEAST``, neither."""
    return {
        block: {metric.name: _median(metric, figures[:, :, place]) for metric in METRICS}
        for place, block in enumerate(BLOCKS)
    }


def _median(metric: Metric, figures: Figures) -> Value:
    values = _of_each(metric, figures)
    there = np.sort(values[~np.isnan(values)])
    if len(there) < LEAST:
        return Value(None, None)
    middle = (there[(len(there) - 1) // 2] + there[len(there) // 2]) / 2
    return Value(round(float(middle), 1), len(there))


def _of_each(metric: Metric, figures: Figures) -> NDArray[np.float64]:
    """The value of each person, as ``core.report.value_of`` makes it."""
    columns = [figures[:, :, FIGURES.index(figure)] for figure in metric.of]
    is_told = ~np.isnan(figures[:, :, FIGURES.index(metric.count)]).all(axis=1)
    if metric.over_weeks == SUM:
        return np.where(is_told, np.nansum(columns[0], axis=1), np.nan)
    if metric.over_weeks == SHARE:
        part, whole = (np.nansum(column, axis=1) for column in columns)
        share = np.full(len(whole), np.nan)
        np.divide(100 * part, whole, out=share, where=whole > 0)
        return np.round(share, 1)
    return _medians(columns[0])


def _medians(weeks: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of each row's numbers, rounded half up; not a number where it has none."""
    ordered = np.sort(weeks, axis=1)  # what is not a number comes last
    count = (~np.isnan(ordered)).sum(axis=1)
    row, some = np.arange(len(ordered)), np.maximum(count, 1)
    middle = (ordered[row, (some - 1) // 2] + ordered[row, some // 2]) / 2
    return np.where(count > 0, np.floor(middle + 0.5), np.nan)
