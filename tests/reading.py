"""Reading processes that stay from test to test: starting them takes longer than most tests."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager

from postroom.reader import ReaderPool

SHARED = b"the key of a workspace of tests."
"""The key of the workspaces that most tests make."""
_pool: ReaderPool | None = None


@contextmanager
def reading(key: bytes) -> Iterator[ReaderPool]:
    """One reading process for workspaces with this key; of the key of most tests always the same one."""
    global _pool
    if key != SHARED:
        with ReaderPool(key, 1) as own:
            yield own
        return
    if _pool is None:
        _pool = ReaderPool(SHARED, 1)
        atexit.register(stop_reading)
    yield _pool


def stop_reading() -> None:
    """End the process that stays; another starts when it is needed."""
    if _pool is not None:
        _pool.close()
