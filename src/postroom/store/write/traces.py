"""What was erased leaves no trace in SQLite's files: neither in the search index nor in the write-ahead log.

PostgreSQL forgets by its own vacuum and log rotation.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

_PAGES_A_STEP: Final = 2_000
"""Of the search index merged in one go, so that nobody waits long for the database."""
_WAIT_FOR_READERS_MS: Final = 1_000


def erase_traces() -> None:
    """Take the words of removed engagements out of the index for good, and their rows out of the log.

    The search index only notes that a document is gone; its words go when the parts of the index are merged.
    """
    if connection.vendor != "sqlite":
        return
    _merge(-_PAGES_A_STEP)  # Negative: all parts are to become one.
    while _merge(_PAGES_A_STEP):
        pass
    if not connection.in_atomic_block:
        _empty_the_log()


def _merge(pages: int) -> bool:
    """Merge some pages of the index; says whether there may be more to do."""
    with connection.cursor() as cursor:
        before = cursor.connection.total_changes
        cursor.execute("INSERT INTO store_search(store_search, rank) VALUES ('merge', %s)", [pages])
        # So the documentation of FTS5 says how to tell.
        return bool(cursor.connection.total_changes - before >= 2)


def _empty_the_log() -> None:
    """Copy the write-ahead log into the database and cut it off. While somebody reads, the next one will."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        waits = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA busy_timeout = {_WAIT_FOR_READERS_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {waits}")
