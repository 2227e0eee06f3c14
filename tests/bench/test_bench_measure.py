"""A measured run is accounted with everything below it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.measure import CommandFailed, Measured, cpu_seconds, measured, median_of, tree

CHILD_WITH_100_MB = "x = bytearray(100_000_000); import time; time.sleep(0.3)"
PARENT = (
    f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD_WITH_100_MB!r}]); print('done')"
)


def test_memory_and_output_are_those_of_the_wholetree() -> None:
    run = measured([sys.executable, "-c", PARENT])
    assert run.output == "done\n"
    assert run.peak_bytes > 100_000_000
    assert run.seconds >= 0.3


def test_the_environment_is_added_to() -> None:
    run = measured(
        [sys.executable, "-c", "import os; print(os.environ['BENCH_SAYS'], 'PATH' in os.environ)"],
        env={"BENCH_SAYS": "hello"},
    )
    assert run.output == "hello True\n"


def test_a_command_that_fails_says_so_with_its_last_words() -> None:
    with pytest.raises(CommandFailed, match=r"(?s)ended with 3:\n.*no luck"):
        measured([sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"])


def test_medians_are_taken_figure_by_figure_and_memory_at_its_worst() -> None:
    runs = [Measured(1.0, 5.0, 10, "a"), Measured(3.0, 1.0, 30, "b"), Measured(2.0, 3.0, 20, "c")]
    assert median_of(runs) == Measured(2.0, 3.0, 30, "c")


def test_a_process_that_ended_has_nothing_below_it() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert tree(ended.pid) == [ended.pid]


def test_processor_time_is_of_the_process_alone_and_none_once_it_ended() -> None:
    before = cpu_seconds(os.getpid())
    assert sum(range(8_000_000)) > 0
    assert cpu_seconds(os.getpid()) > before
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert cpu_seconds(ended.pid) == 0
