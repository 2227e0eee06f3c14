"""The limits of one message in a reading process: time, memory, and the whereabouts of the process just now.

Time is what the processor spends on envelope and content together: a slow disk or a busy machine is not the
message's fault. A longer limit of time on the clock ends what hangs without working, also while bytes are
fetched. Both are kernel timers whose signals end the process, wherever it is, and even while the parent is
busy. The whereabouts lie in memory shared with the parent, so that they can be read after the process died.
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
"""The stages of a chunk, as they stand in a ``Whereabouts``."""

_WHEREABOUTS: Final = struct.Struct("=qq")
_SHORTEST_SECONDS: Final = 0.001


class Limits(NamedTuple):
    """What one message may take."""

    seconds: float = 5.0
    """Of processor time, for envelope and content together."""
    seconds_on_the_clock: float = 30.0
    """In each stage, whatever it does or waits for."""
    memory: int = 512 << 20
    """In bytes, beyond what the process and its chunk take."""


class Whereabouts:
    """Which message of which stage a reading process is at, in shared memory."""

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, _WHEREABOUTS.size)

    def set(self, stage: int, index: int = 0) -> None:
        """Say where this process is."""
        _WHEREABOUTS.pack_into(self._map, 0, stage, index)

    def get(self) -> tuple[int, int]:
        """The stage and the index last set."""
        stage, index = _WHEREABOUTS.unpack_from(self._map)
        return int(stage), int(index)

    def close(self) -> None:
        """Give the memory back."""
        self._map.close()


def whereabouts_fd() -> int:
    """Open a file in memory (or an unnamed one on disk) for a ``Whereabouts``; the caller closes it."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("postroom-whereabouts")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.ftruncate(fd, _WHEREABOUTS.size)
    return fd


class Guard:
    """Holds this process to the limits, message by message."""

    def __init__(self, limits: Limits, whereabouts: Whereabouts) -> None:
        self._limits = limits
        self._whereabouts = whereabouts
        self._used_at_start = _memory_used()
        self._left: dict[int, float] = {}
        """Seconds of processor time left to messages of the chunk whose reading has begun."""
        self._being_read: int | None = None
        for timed in (signal.SIGALRM, signal.SIGPROF):
            signal.signal(timed, signal.SIG_DFL)

    def at(self, stage: int, index: int) -> None:
        """Begin with a message: where it is is known and its time runs from now."""
        self._whereabouts.set(stage, index)
        signal.setitimer(signal.ITIMER_REAL, self._limits.seconds_on_the_clock)
        if stage == MEETING:
            self._left.clear()
        else:
            self._read(index, self._left.get(index, self._limits.seconds))

    def idle(self) -> None:
        """Be at no message: no time runs, and answers may take the memory they need."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._read(None, 0)
        self._whereabouts.set(IDLE)
        _limit_memory(None)

    def _read(self, index: int | None, seconds: float) -> None:
        """Let the processor's time run for a message, or none, and keep what was left to the one before."""
        left, _ = signal.setitimer(signal.ITIMER_PROF, seconds)
        if self._being_read is not None:
            # Never 0, which would be no limit at all.
            self._left[self._being_read] = max(left, _SHORTEST_SECONDS)
        self._being_read = index

    def allow_memory(self, chunk: int = 0) -> None:
        """Limit the memory from now on, beside the ``chunk`` of so many bytes."""
        if self._used_at_start:
            _limit_memory(self._used_at_start + chunk + self._limits.memory)


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
