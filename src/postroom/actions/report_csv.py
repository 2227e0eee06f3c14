"""Reports and circles as CSV, the same over the API and from pages (E12).

Made of the documents of ``report_document``. A cell that a spreadsheet would take for a formula stands behind an
apostrophe; a cell without a value is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from postroom.actions.csv_cells import csv_line, defused
from postroom.actions.report_document import PARTS, Document
from postroom.core.metrics import BLOCKS, METRICS, title_of

REPORT_COLUMNS: Final = ("start", "end", "block", "metric", "title", "unit", "value", "count")
CIRCLE_COLUMNS: Final = ("user", "name", "strength", "before", "reciprocity", "last_at", *PARTS)


def report_csv(document: Document) -> Iterator[str]:
    """The weeks of an employee report or of a team: a line for each week, block and metric."""
    yield csv_line(REPORT_COLUMNS)
    for week in document["weeks"]:
        for block in BLOCKS:
            for metric in METRICS:
                of = week[block][metric.name]
                named = (week["start"], week["end"], block, metric.name, title_of(metric, block), metric.unit)
                yield csv_line((*named, of["value"], of["count"]))


def circle_csv(document: Document) -> Iterator[str]:
    """The named colleagues of a circle, a line for each, the strongest first."""
    yield csv_line(CIRCLE_COLUMNS)
    for colleague in document["colleagues"]:
        named = (defused(colleague["user"]), defused(colleague["name"]))
        told = (colleague[column] for column in ("strength", "before", "reciprocity", "last_at"))
        yield csv_line((*named, *told, *(colleague["parts"][part] for part in PARTS)))
