"""One line of the table, and the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """What was measured. Figures are in ``unit``; ``ratio`` is ours against the peer, higher is better."""

    work: str
    unit: str
    ours: float
    peer: str = ""
    peer_figure: float | None = None
    ratio: float | None = None
    target: str = ""
    is_met: bool | None = None


HEADS = ("work", "unit", "ours", "peer", "its figure", "ratio", "target", "")


def table(rows: Sequence[Row]) -> str:
    """The rows as text, columns aligned."""
    cells = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    lines = ["  ".join(_aligned(line, widths)).rstrip() for line in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths).rstrip(), *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.work,
        row.unit,
        figure(row.ours),
        row.peer,
        "" if row.peer_figure is None else figure(row.peer_figure),
        "" if row.ratio is None else f"{row.ratio:.1f} ×",
        row.target,
        "" if row.is_met is None else "met" if row.is_met else "NOT MET",
    )


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    numbers = {2, 4, 5}
    return [
        cell.rjust(width) if column in numbers else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]


def figure(value: float) -> str:
    """A figure as a person reads it: 12,345 or 1.23."""
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"
