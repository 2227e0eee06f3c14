"""One reading process as its parent sees it: starting, asking, and noticing that it died.

A plain subprocess, not a fork: the parent has threads and a database open. Must not know the order of stages.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from postroom.reader.limits import IDLE, Limits, Whereabouts, whereabouts_fd
from postroom.reader.outcome import CRASHED, TOOK_TOO_LONG
from postroom.reader.request import Begin, Died, Reply, Request


class ReadingProcess:
    """A running child."""

    def __init__(self, key: bytes, limits: Limits) -> None:
        self.connection, theirs = Pipe()
        shared = whereabouts_fd()
        try:
            self._whereabouts = Whereabouts(shared)
            self._process = _start(theirs, shared)
        finally:
            theirs.close()
            os.close(shared)
        self._send(Begin(key, limits, [entry for entry in sys.path if entry]))

    def ask(self, request: Request) -> None:
        """Send a request. Where the process is dead already, ``answer`` will say so."""
        self._send(request)

    def _send(self, what: Begin | Request) -> None:
        try:
            self.connection.send(what)
        except (BrokenPipeError, ConnectionResetError):
            return

    def answer(self) -> Reply:
        """Receive the answer to what was asked; ``Died`` where the process did not live to give one."""
        try:
            answer: Reply = self.connection.recv()
            return answer
        except (EOFError, OSError, pickle.UnpicklingError):
            return self._obituary()

    def _obituary(self) -> Died:
        stage, index = self._whereabouts.get()
        status = self.end()
        late = status in (-signal.SIGALRM, -signal.SIGPROF) and stage != IDLE
        return Died(stage, index, TOOK_TOO_LONG if late else CRASHED)

    def end(self, kill: bool = False) -> int:
        """End the process, wait for it, and return its exit status. ``kill``: whatever it is doing."""
        self.connection.close()
        if kill:
            self._process.kill()
        try:
            # One whose connection broke is ending by itself, and its own status says why.
            status = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._whereabouts.close()
        return status


def _start(theirs: Connection, shared: int) -> subprocess.Popen[bytes]:
    fds = (theirs.fileno(), shared)
    # -P: the folder somebody stands in, full of foreign files, is no place to import from.
    command = [sys.executable, "-P", "-m", "postroom.reader.child", *map(str, fds)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=fds)


class Staff:
    """The reading processes of one pool: started when first needed, replaced when they die."""

    def __init__(self, key: bytes, limits: Limits, most: int) -> None:
        self._key = key
        self._limits = limits
        self._most = most
        self._free: list[ReadingProcess] = []
        self._working: set[ReadingProcess] = set()

    def has_a_free_hand(self) -> bool:
        """Whether ``take`` may be asked."""
        return bool(self._free) or len(self._working) < self._most

    def take(self) -> ReadingProcess:
        """A process to work with."""
        reader = self._free.pop() if self._free else ReadingProcess(self._key, self._limits)
        self._working.add(reader)
        return reader

    def give_back(self, reader: ReadingProcess) -> None:
        """Say that its work is done."""
        self._working.remove(reader)
        self._free.append(reader)

    def forget(self, dead: ReadingProcess) -> None:
        """Say that it died."""
        self._working.remove(dead)

    def dismiss(self) -> None:
        """End all, whatever they are doing."""
        for reader in (*self._free, *self._working):
            reader.end(kill=True)
        self._free.clear()
        self._working.clear()
