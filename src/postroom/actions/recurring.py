"""Remember when the worker was last seen, and when what recurs was last done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from postroom.store.read.last_done import WORKER, last_done
from postroom.store.write.last_done import note

TRIED_AGAIN_AFTER: Final = timedelta(minutes=10)


def note_worker_seen() -> None:
    """Leave a sign that the worker lives."""
    note(WORKER, datetime.now(UTC))


def is_due(name: str, every: timedelta) -> bool:
    """Whether it was never done, or not for so long."""
    at = last_done(name)
    return at is None or datetime.now(UTC) - at >= every


def note_done(name: str) -> None:
    """Note that it was done now."""
    note(name, datetime.now(UTC))


def note_failed(name: str, every: timedelta) -> None:
    """Have it be due again in a while."""
    note(name, datetime.now(UTC) - every + TRIED_AGAIN_AFTER)
