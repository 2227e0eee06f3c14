"""Runs a command in a process of its own and measures it: time, processor time and memory of its whole tree.

Processor time is what the system accounts to the process and all children it waited for. Memory is the
greatest sum of resident sets of the tree, sampled; shared pages count once a process, so it errs upwards.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

SAMPLE_EVERY_SECONDS = 0.02
PAGE = os.sysconf("SC_PAGE_SIZE")


class Measured(NamedTuple):
    """One run."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str


class CommandFailed(RuntimeError):
    """The measured command ended with an error."""


def measured(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, one_core: bool = False
) -> Measured:
    """Run ``command`` to its end; ``one_core``: all of it on processor 0."""
    full = [*(("taskset", "-c", "0") if one_core else ()), *command]
    begun = time.perf_counter()
    process = subprocess.Popen(
        full, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    sampler = _Sampler(process.pid)
    sampler.start()
    output, errors = _read_both(process)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    sampler.stop()
    if process.returncode != 0:
        raise CommandFailed(f"{' '.join(full)} ended with {process.returncode}:\n{errors[-2000:]}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, sampler.peak, output)


def _read_both(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Read standard output and error without waiting for the process, whose usage ``wait4`` tells."""
    assert process.stdout is not None and process.stderr is not None
    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))  # type: ignore[union-attr]
    reader.start()
    output = process.stdout.read()
    reader.join()
    process.stdout.close()
    process.stderr.close()
    return output, errors[0]


class _Sampler(threading.Thread):
    """Looks at the memory of a process and all below it until stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.peak = 0

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_EVERY_SECONDS):
            self.peak = max(self.peak, sum(map(_resident, tree(self._pid))))

    def stop(self) -> None:
        """End the sampling."""
        self._ended.set()
        self.join()


def tree(pid: int) -> list[int]:
    """The process and all below it; what ends meanwhile is left out."""
    pids = [pid]
    for parent in pids:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").glob("*/children"):
                pids += map(int, task.read_text().split())
    return pids


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, without its children; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def median_of(runs: Sequence[Measured]) -> Measured:
    """The medians of each figure."""
    return Measured(
        median(run.seconds for run in runs),
        median(run.cpu_seconds for run in runs),
        max(run.peak_bytes for run in runs),
        runs[-1].output,
    )
