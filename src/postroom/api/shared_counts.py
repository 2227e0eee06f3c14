"""Counts that the processes of one machine share: a small file that all of them map into memory.

A table of fixed size. Where it is full the least count makes room, so it never fails and never grows; what it
says may then be too low, never too high.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

_ROWS: Final = 4_096
_LOOKED_AT: Final = 8
"""Rows in which a name may stand: the one its hash says, and those after it."""
_ROW: Final = struct.Struct("=Qqq")


class _Row(NamedTuple):
    name: int
    """Its hash; 0: nobody's."""
    turn: int
    times: int


class SharedCounts:
    """How often each name was counted in its turn (a minute, say)."""

    def __init__(self, path: Path) -> None:
        """Share the file at ``path``, made where there is none. Raises ``OSError``."""
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # Not a file with holes: filling one on a full disk would end the process.
            _take_room(self._file, _ROWS * _ROW.size)
            self._table = mmap.mmap(self._file, _ROWS * _ROW.size)
        except OSError:
            os.close(self._file)
            raise

    def close(self) -> None:
        """Give file and memory back."""
        self._table.close()
        os.close(self._file)

    def count(self, name: str, turn: int) -> int:
        """Count ``name`` once more and return how often it was counted in this turn, by all processes."""
        hashed = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") or 1
        with self._alone():
            places = [(hashed + step) % _ROWS for step in range(_LOOKED_AT)]
            rows = {place: _Row._make(_ROW.unpack_from(self._table, place * _ROW.size)) for place in places}
            present = [place for place, row in rows.items() if (row.name, row.turn) == (hashed, turn)]
            place = present[0] if present else min(rows, key=lambda place: _worth(rows[place], turn))
            count = rows[place].times + 1 if present else 1
            _ROW.pack_into(self._table, place * _ROW.size, hashed, turn, count)
            return count

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the other threads and processes out."""
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


def _take_room(file: int, size: int) -> None:
    missing = size - os.fstat(file).st_size
    if missing > 0:
        os.pwrite(file, bytes(missing), size - missing)


def _worth(row: _Row, turn: int) -> int:
    """What would be lost with a row: nothing of another turn."""
    return row.times if row.turn == turn else 0
