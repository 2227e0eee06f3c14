"""Charts of reports, drawn on the server as SVG. Decoration or a picture with a title: a table has the same data.

Colours and widths are those of the style sheet. Must not look anything up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from postroom.core.metrics import CLOCK, COUNT, PERCENT
from postroom.core.rollup import Day
from postroom.core.weeks import DAY, DIGITAL_DAY_STARTS
from postroom.web.report_words import value_text

Values = Sequence[float | None]

HOUR: Final = 3_600
HOURS: Final = (4, 8, 12, 16, 20, 0)
"""What stands over the week's pattern, at its left edge and then each four hours."""

_WIDTH, _HEIGHT = 96, 24
_MOST_POINTS: Final = 52
"""More weeks than this share a point of a small line."""
_TOP_HOURS: Final = (1, 2, 4, 8, 12, 16, 24, 48, 96, 192, 384, 768)
_TOP_MINUTES: Final = (2, 10, 20, 30)


def small_line(values: Values, unit: str) -> SafeString:
    """A small line over the weeks, with gaps where there is no value; empty where there is nothing to draw.

    A week between gaps is a dot.
    """
    points = _thinned(values)
    there = [value for value in points if value is not None]
    if len(points) < 2 or not there:
        return SafeString("")
    low, high = (min(there), max(there)) if unit == CLOCK else (0, max(there))
    span = (high - low) or 1
    runs: list[list[str]] = [[]]
    for place, value in enumerate(points):
        if value is None:
            runs.append([])
        else:
            x = round(3 + place * (_WIDTH - 6) / (len(points) - 1))
            y = round(_HEIGHT - 3 - (value - low) * (_HEIGHT - 6) / span)
            runs[-1].append(f"{x} {y}")
    told = (value_text(unit, min(there)), value_text(unit, max(there)))
    return format_html(
        '<svg class="small-line" viewBox="0 0 {} {}" role="img"><title>By week: {}</title><path d="{}"/>{}</svg>',
        _WIDTH,
        _HEIGHT,
        f"always {told[0]}" if told[0] == told[1] else f"{told[0]} to {told[1]}",
        "".join(f"M{'L'.join(run)}" for run in runs if len(run) > 1),
        format_html_join(
            "", '<circle cx="{}" cy="{}" r="2.5"/>', [run[0].split() for run in runs if len(run) == 1]
        ),
    )


def _thinned(values: Values) -> Values:
    """As many points as a small line has room for: each the mean of so many weeks."""
    size = -(-len(values) // _MOST_POINTS) or 1
    parts = [values[at : at + size] for at in range(0, len(values), size)]
    return [_mean([value for value in part if value is not None]) for part in parts]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


class Chart(NamedTuple):
    """A chart over the weeks, and what stands at its side."""

    svg: SafeString
    ticks: tuple[str, str, str]
    """Of the top line, the middle one and the bottom one."""


def week_chart(values: Values, unit: str, titles: Sequence[str]) -> Chart | None:
    """Bars of counts, else dots joined by lines; ``titles`` say each week and value. ``None``: there is no value."""
    there = [value for value in values if value is not None]
    if not there:
        return None
    low, high = _ends(there, unit)
    heights = [None if value is None else 100 * (value - low) / (high - low) for value in values]
    grid = format_html_join(
        "", '<line class="grid" x1="0" x2="100%" y1="{0}%" y2="{0}%"/>', [(0,), (50,), (100,)]
    )
    svg = format_html(
        '<svg class="week-chart" aria-hidden="true" width="100%" height="100%">{}{}</svg>',
        grid,
        _bars(heights, titles) if unit == COUNT else _dots(heights, titles),
    )
    return Chart(svg, tuple(value_text(unit, value) for value in (high, (low + high) / 2, low)))  # type: ignore[arg-type]


def _ends(values: Sequence[float], unit: str) -> tuple[float, float]:
    """The values of the bottom line and the top one: round, and so is the one between."""
    if unit == PERCENT:
        return 0, 100
    if unit == CLOCK:
        low = min(values) // HOUR * HOUR
        hours = -(-(max(values) - low) // (2 * HOUR)) * 2
        return low, low + max(hours, 2) * HOUR
    highest = max(values)
    tops: Iterator[float]
    if unit == COUNT:
        tops = (round_ * 10**power for power in range(10) for round_ in (2, 4, 10))
    else:
        tops = iter((*(60 * top for top in _TOP_MINUTES), *(HOUR * top for top in _TOP_HOURS)))
    return 0, next((top for top in tops if top >= highest), highest)


def _bars(heights: Values, titles: Sequence[str]) -> SafeString:
    width = 100 / len(heights)
    bars = [
        (*_hundredths((place + 0.15) * width, 100 - height, 0.7 * width, height), title)
        for place, (height, title) in enumerate(zip(heights, titles, strict=True))
        if height
    ]
    return format_html_join(
        "", '<rect x="{}%" y="{}%" width="{}%" height="{}%"><title>{}</title></rect>', bars
    )


def _dots(heights: Values, titles: Sequence[str]) -> SafeString:
    width = 100 / len(heights)
    points = [
        None if height is None else _hundredths((place + 0.5) * width, 100 - height)
        for place, height in enumerate(heights)
    ]
    lines = [(*one, *other) for one, other in pairwise(points) if one and other]
    dots = [(*point, title) for point, title in zip(points, titles, strict=True) if point]
    return format_html(
        "{}{}",
        format_html_join("", '<line x1="{}%" y1="{}%" x2="{}%" y2="{}%"/>', lines),
        format_html_join("", '<circle cx="{}%" cy="{}%" r="3.5"><title>{}</title></circle>', dots),
    )


def _hundredths(*numbers: float) -> tuple[str, ...]:
    return tuple(f"{number:.2f}" for number in numbers)


def day_bar(day: Day) -> SafeString:
    """A day from 04:00 to 04:00 with a bar from its first activity to its last; decoration."""
    bar = SafeString("")
    if day.start is not None and day.end is not None:
        begins, width = (
            100 * seconds / DAY for seconds in (day.start - DIGITAL_DAY_STARTS, day.end - day.start)
        )
        width = max(width, 0.7)
        bar = format_html(
            '<rect class="bar-part" x="{}%" y="3" width="{}%" height="8" rx="4"/>',
            f"{min(begins, 100 - width):.1f}",
            f"{width:.1f}",
        )
    lines = [(f"{100 * place / len(HOURS):.2f}",) for place in range(1, len(HOURS))]
    return format_html(
        '<svg class="day-bar" aria-hidden="true" width="100%" height="14"><rect class="bar-track" y="3" '
        'width="100%" height="8" rx="4"/>{}{}</svg>',
        format_html_join("", '<line x1="{0}%" x2="{0}%" y1="0" y2="14"/>', lines),
        bar,
    )
