"""What was erased leaves no trace in SQLite's files: neither in the search index nor in the write-ahead log.

Reads the whole index, so it is background work (``actions.erase_traces``), not a request's. PostgreSQL forgets
by its own vacuum and log rotation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import connection

_PAGES_A_STEP: Final = 2_000
"""Of the search index merged in one go, so that nobody waits long for the database."""
_WAIT_FOR_READERS_MS: Final = 1_000
_TRIES: Final = 30


def leaves_traces() -> bool:
    """Whether this database keeps the words of what was removed until ``erase_traces``."""
    return connection.vendor == "sqlite"


def erase_traces() -> Iterator[None]:
    """Take the words of removed engagements out of the index for good, and their rows out of the log.

    Yields after each step, all of them short. The search index only notes that a document is gone; its words go
    when the parts of the index are merged. Its own ``secure-delete`` would spare that, but is not in every SQLite we
    meet, and those without it could not read the database any more.
    """
    more = _merge(-_PAGES_A_STEP)  # Negative: all parts are to become one.
    while more:
        yield
        more = _merge(_PAGES_A_STEP)
    yield
    if connection.in_atomic_block:
        return
    for _ in range(_TRIES):
        if _empty_the_log():
            return
        yield


def _merge(pages: int) -> bool:
    """Merge some pages of the index; says whether there may be more to do."""
    with connection.cursor() as cursor:
        before = cursor.connection.total_changes
        cursor.execute("INSERT INTO store_search(store_search, rank) VALUES ('merge', %s)", [pages])
        # So the documentation of FTS5 says how to tell.
        return bool(cursor.connection.total_changes - before >= 2)


def _empty_the_log() -> bool:
    """Copy the write-ahead log into the database and cut it off; not while somebody reads what is older."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        waits = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA busy_timeout = {_WAIT_FOR_READERS_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            was_busy = cursor.fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {waits}")
    return not was_busy
