"""Calls are counted over all processes that answer them."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from postroom.api.shared_counts import SharedCounts

COUNTING = """
import sys
from pathlib import Path
from postroom.api.shared_counts import SharedCounts
counts = SharedCounts(Path(sys.argv[1]))
for _ in range(200):
    counts.count("token:1", 7)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "calls"


@pytest.fixture
def counts(path: Path) -> Iterator[SharedCounts]:
    counts = SharedCounts(path)
    yield counts
    counts.close()


def test_names_and_turns_are_counted_by_themselves(counts: SharedCounts) -> None:
    assert [counts.count("a", 1), counts.count("a", 1), counts.count("b", 1), counts.count("a", 2)] == [
        1,
        2,
        1,
        1,
    ]


def test_all_processes_count_together(counts: SharedCounts, path: Path) -> None:
    others = [subprocess.Popen([sys.executable, "-c", COUNTING, str(path)]) for _ in range(3)]
    for _ in range(200):
        counts.count("token:1", 7)
    assert [other.wait() for other in others] == [0, 0, 0]
    assert counts.count("token:1", 7) == 801


def test_all_threads_count_together(counts: SharedCounts) -> None:
    threads = [
        threading.Thread(target=lambda: [counts.count("token:1", 7) for _ in range(500)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.count("token:1", 7) == 2001


def test_more_names_than_rows_are_still_counted_and_the_file_does_not_grow(
    counts: SharedCounts, path: Path
) -> None:
    for name in range(10_000):
        assert counts.count(f"token:{name}", 1) == 1
    assert path.stat().st_size == 4_096 * 24
    assert [counts.count(f"user:{name}", 2) for name in range(3)] == [1, 1, 1]


def test_nobody_else_may_look_into_it(counts: SharedCounts, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
