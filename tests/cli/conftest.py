"""Runs the command line: within the test, or as the program that people start."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import Ran, environment


@pytest.fixture
def command(db: None, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command within the test, on the test's database."""
    from postroom.cli.main import run

    def ran(*arguments: object) -> Ran:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        return Ran(code, *capfd.readouterr())

    return ran


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Ran]:
    """Run a command as a program, in a data folder of the test's own; further settings by name.

    ``largest_file``: a file that grows beyond so many bytes fails, as on a disk that is full.
    """

    def ran(*arguments: object, largest_file: int = resource.RLIM_INFINITY, **settings: object) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "postroom", *map(str, arguments)],
            env=environment(tmp_path / "data", **settings),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY)
            ),
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return ran
