"""Lines of CSV, with cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
"""How a formula begins; the wide twins are read as such by some spreadsheets."""


def csv_line(cells: Iterable[str | float | None]) -> str:
    """A line with these cells as they are; ``None`` is an empty one."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow(cells)
    return written.getvalue()


def is_risky(cell: str) -> bool:
    """Whether a text must stand behind an apostrophe: a formula, or what has an apostrophe of its own."""
    return cell.startswith((*_FORMULA, "'"))


def defused(cell: str) -> str:
    """A text as a cell: behind an apostrophe where it must be."""
    return f"'{cell}" if is_risky(cell) else cell
