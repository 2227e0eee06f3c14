"""``up`` runs the web server and the worker, and ends both."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from programs import environment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def up(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running server and its address, once it says that it is there."""
    started = subprocess.Popen(
        [sys.executable, "-m", "postroom", "up", "--port", str(_free_port()), "--processes", "1", "--json"],
        env=environment(tmp_path / "data"),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    try:
        yield started, json.loads(started.stdout.readline())["address"]
    finally:
        started.kill()
        started.wait()


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address + "/sign-in", timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def _children(process: int) -> dict[str, int]:
    """The ids of the processes it started, by what they are."""
    ids = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    lines = {int(one): Path(f"/proc/{one}/cmdline").read_text() for one in ids}
    return {"worker" if "postroom.worker" in line else "web": one for one, line in lines.items()}


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("It did not come to hold within a minute.")


def _is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_it_serves_what_it_says(up: tuple[subprocess.Popen[str], str]) -> None:
    assert _status(up[1]) == 200


def test_it_ends_though_asked_many_times_at_once(up: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = up
    for _ in range(2_000):
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_both_when_asked(up: tuple[subprocess.Popen[str], str], number: signal.Signals) -> None:
    process, _ = up
    children = _children(process.pid)
    process.send_signal(number)
    assert process.wait(60) == 0
    assert {name: _is_gone(child) for name, child in children.items()} == {"web": True, "worker": True}


@pytest.mark.parametrize("name", ["web", "worker"])
def test_it_starts_again_what_was_killed(up: tuple[subprocess.Popen[str], str], name: str) -> None:
    process, address = up
    killed = _children(process.pid)[name]
    os.kill(killed, signal.SIGKILL)
    _until(lambda: _children(process.pid).get(name, killed) != killed)
    assert _status(address) == 200


def test_both_end_when_it_is_killed(up: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = up
    children = _children(process.pid)
    process.kill()
    for child in children.values():
        _until(lambda child=child: _is_gone(child))


def test_a_port_that_is_taken(program: Callable[..., object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert program("up", "--port", port) == (
            10,
            "",
            f"Port {port} is taken. Choose another one: postroom up --port {port + 1}\n",
        )
