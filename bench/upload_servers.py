"""The servers that the benchmark of uploads sends to: ours and its peer, each with as many processes."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.measure import cpu_seconds, tree
from bench.peers import PeerMissing
from bench.setting import Setting, say

PROCESSES = 2
THREADS = 8
"""As ``postroom up`` has them."""
PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA wal_autocheckpoint=8000;PRAGMA cache_size=-20480"
)
"""The ones of ours that matter for speed; the peer and the bare insert get them too."""
PEER_PACKAGES = ("fastapi", "uvicorn[standard]", "sqlalchemy")
ROOT = Path(__file__).parent.parent


class Server(NamedTuple):
    """A running server."""

    port: int
    path: str
    """Of the call that takes mails."""
    token: str
    database: Path
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far."""
        return sum(map(cpu_seconds, tree(self.pid)))


@contextmanager
def ours(setting: Setting) -> Iterator[Server]:
    """Postroom's web server on a fresh data folder; no worker, for nobody consented and there is nothing to do."""
    data = setting.folder / "upload"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    env = {**os.environ, **setting.env(data), "POSTROOM_CALLS_PER_MINUTE": "1000000000"}
    make = [sys.executable, "-m", "bench.upload_workspace"]
    token = subprocess.run(make, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "postroom.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--threads", str(THREADS), "--workers", str(PROCESSES)),
        *("--timeout", "120", "--log-level", "warning"),
    ]
    with _running(command, env, port, "/sign-in") as pid:
        yield Server(port, "/api/v1/mail-messages", token, data / "postroom.sqlite3", pid)


@contextmanager
def peer(setting: Setting) -> Iterator[Server]:
    """FastAPI with SQLAlchemy on a fresh database. Raises ``PeerMissing``."""
    database = setting.folder / "upload-peer.sqlite3"
    for file in setting.folder.glob("upload-peer.sqlite3*"):
        file.unlink()
    env = {**os.environ, "PEER_DATABASE": str(database), "PEER_PRAGMAS": PRAGMAS, "PYTHONPATH": str(ROOT)}
    port = _free_port()
    command = [
        *(_python_of_peer(setting), "-m", "uvicorn", "bench.upload_peer:app", "--port", str(port)),
        *("--workers", str(PROCESSES), "--log-level", "warning", "--no-access-log"),
    ]
    with _running(command, env, port, "/ready") as pid:
        yield Server(port, "/mail-messages", "", database, pid)


def _python_of_peer(setting: Setting) -> str:
    """The Python of an environment with the peer's packages, which goes with the folder of the benchmarks."""
    folder = setting.folder / "upload-peer"
    python = folder / "bin" / "python"
    if not python.exists():
        say("Installing FastAPI, uvicorn and SQLAlchemy")
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        install = [uv, "pip", "install", "--quiet", "--python", str(python), *PEER_PACKAGES]
        done = subprocess.run(install, check=False, capture_output=True, text=True)
        if done.returncode:
            raise PeerMissing(
                f"{' '.join(install)} failed; leave it out with --no-peers\n{done.stderr[-500:]}"
            )
    return str(python)


@contextmanager
def _running(command: Sequence[str], env: dict[str, str], port: int, path: str) -> Iterator[int]:
    """Run a server and wait until it answers at ``path``; its process."""
    with subprocess.Popen(command, env=env) as running:
        try:
            deadline = time.monotonic() + 120
            while not _answers(port, path):
                if running.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{' '.join(command)} does not answer")
                time.sleep(0.1)
            yield running.pid
        finally:
            running.terminate()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
