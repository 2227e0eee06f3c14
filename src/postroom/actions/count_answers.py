"""Note what a call of the upload API was answered, so that the share of failed items is known (K9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from postroom.actions.item_answer import ItemAnswer
from postroom.store.models import Source
from postroom.store.write.uploads import record_call


def count_answers(source: Source, kind: str, answers: Iterable[ItemAnswer], now: int) -> None:
    """Note these ``answers`` of ``now``, Unix seconds, if any. Within the caller's transaction."""
    statuses: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for answer in answers:
        statuses[answer["status"]] += 1
        if answer["reason"]:
            reasons[answer["reason"]] += 1
    if statuses:
        record_call(source, kind, statuses, reasons, datetime.fromtimestamp(now, UTC))
