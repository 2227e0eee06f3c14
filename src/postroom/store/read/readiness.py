"""Whether this installation can do its work: the database answers, its shape is right, a worker lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from django.db import DatabaseError, connection

from postroom.store.read.last_done import WORKER, last_done
from postroom.store.upgrade import NewerDatabase, missing_migrations

SEEN_WITHIN: Final = timedelta(seconds=60)
"""A worker that left no sign of life for so long is not there."""

_known_up_to_date: set[str] = set()


class Readiness(NamedTuple):
    """What was found. Names no place and no error: anybody may ask."""

    database: bool
    """It answers."""
    up_to_date: bool
    """It has the shape that this version expects."""
    worker_age: float | None
    """Seconds since the worker was last seen; ``None``: never, or the database does not answer."""

    @property
    def worker(self) -> bool:
        """Whether a worker was seen lately."""
        return self.worker_age is not None and self.worker_age < SEEN_WITHIN.total_seconds()

    @property
    def is_ready(self) -> bool:
        """Whether all is as it should be."""
        return self.database and self.up_to_date and self.worker


def readiness() -> Readiness:
    """Look now. Never raises the database's errors."""
    try:
        if not _is_up_to_date():
            return Readiness(True, False, None)
        return Readiness(True, True, worker_age())
    except DatabaseError:
        return Readiness(False, False, None)


def worker_age() -> float | None:
    """Seconds since the worker was last seen; ``None``: never."""
    at = last_done(WORKER)
    return None if at is None else max(0.0, (datetime.now(UTC) - at).total_seconds())


def _is_up_to_date() -> bool:
    """Looked at until it is: nothing makes a database older, and a later version's upgrade restarts us."""
    name = str(connection.settings_dict["NAME"])
    if name not in _known_up_to_date:
        try:
            if missing_migrations():
                return False
        except NewerDatabase:
            return False
        _known_up_to_date.add(name)
    return True
