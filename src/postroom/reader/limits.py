"""The limits of one message in a reading process: wall time, memory, and the place where it is just now.

The time limit is a kernel timer whose signal ends the process, wherever it hangs, and even while the parent
is busy. The place lies in memory shared with the parent, so that it can be read after the process has died.
Where the system knows no such limit, reading goes on without it. Must not know what is being read.
"""

from __future__ import annotations

import mmap
import os
import resource
import signal
import struct
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

IDLE: Final = 0
MEETING: Final = 1
READING: Final = 2
FETCHING: Final = 3
"""The stages of a chunk, as they stand in a ``Place``."""

_PLACE: Final = struct.Struct("=qq")


class Limits(NamedTuple):
    """What one message may take."""

    seconds: float = 5.0
    """Of wall time, in each stage."""
    memory: int = 512 << 20
    """In bytes, beyond what the process and its chunk take."""


class Place:
    """Which message of which stage a reading process is at, in shared memory."""

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, _PLACE.size)

    def set(self, stage: int, index: int = 0) -> None:
        """Say where this process is."""
        _PLACE.pack_into(self._map, 0, stage, index)

    def get(self) -> tuple[int, int]:
        """The stage and the index last set."""
        stage, index = _PLACE.unpack_from(self._map)
        return int(stage), int(index)

    def close(self) -> None:
        """Give the memory back."""
        self._map.close()


def place_fd() -> int:
    """Open a file in memory (or an unnamed one on disk) for a ``Place``; the caller closes it."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("postroom-place")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.ftruncate(fd, _PLACE.size)
    return fd


class Guard:
    """Holds this process to the limits, message by message."""

    def __init__(self, limits: Limits, place: Place) -> None:
        self._limits = limits
        self._place = place
        self._used_at_start = _memory_used()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def at(self, stage: int, index: int) -> None:
        """Begin with a message: its place is known and its time runs from now."""
        self._place.set(stage, index)
        signal.setitimer(signal.ITIMER_REAL, self._limits.seconds)

    def idle(self) -> None:
        """Be at no message: no time runs, and answers may take the memory they need."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._place.set(IDLE)
        _limit_memory(None)

    def allow_memory(self, held: int = 0) -> None:
        """Limit the memory from now on, beside ``held`` bytes of the chunk."""
        if self._used_at_start:
            _limit_memory(self._used_at_start + held + self._limits.memory)


def _memory_used() -> int:
    """The address space of this process in bytes; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _limit_memory(size: int | None) -> None:
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if size is None or (hard != resource.RLIM_INFINITY and size > hard):
            size = hard
        resource.setrlimit(resource.RLIMIT_AS, (size, hard))
    except (OSError, ValueError):
        return


def be_the_first_to_go() -> None:
    """Ask the system to end this process rather than its parent when memory runs out."""
    try:
        Path("/proc/self/oom_score_adj").write_bytes(b"500")
    except OSError:
        return
