"""What a bulk call answers: one entry a record, in order, whatever the neighbours (U2).

A record is judged, what it changes is collected, everything is stored at once; then the answers are read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from postroom.actions.rejection import Rejected


class RecordAnswer(TypedDict):
    """The answer to one record."""

    index: int
    id: int | str | None
    status: str
    """``created``, ``updated``, ``unchanged`` or ``rejected``."""
    reason: str | None
    """See ``rejection.REJECTIONS``."""
    field: str | None
    warnings: list[str]
    """See ``rejection.WARNINGS``."""


@dataclass(slots=True)
class RecordFate:
    """What became of one record so far."""

    id: int | str | None = None
    row: Any = None
    """The stored row whose id is answered, where it has one only after storing."""
    status: str = ""
    reason: str | None = None
    field: str | None = None
    warnings: list[str] = dataclasses.field(default_factory=list)

    def warn(self, warning: str) -> None:
        """Add ``warning``, once."""
        if warning not in self.warnings:
            self.warnings.append(warning)


Judge = Callable[[Any, RecordFate], str]
"""Judges one record: answers its status, fills in the rest, raises ``Rejected`` before changing anything."""


def judge_each(records: Iterable[Any], judge: Judge) -> list[RecordFate]:
    """Judge the records in order; a refused one leaves the others alone."""
    outcomes = []
    for record in records:
        outcome = RecordFate()
        try:
            outcome.status = judge(record, outcome)
        except Rejected as refusal:
            outcome.status, outcome.reason, outcome.field = "rejected", refusal.reason, refusal.field
        outcomes.append(outcome)
    return outcomes


def answers(outcomes: Iterable[RecordFate]) -> list[RecordAnswer]:
    """The answers to outcomes whose rows are stored."""
    return [
        RecordAnswer(
            index=index,
            id=outcome.row.pk if outcome.row is not None else outcome.id,
            status=outcome.status,
            reason=outcome.reason,
            field=outcome.field,
            warnings=outcome.warnings,
        )
        for index, outcome in enumerate(outcomes)
    ]
