"""The demo workspace behind a server of its own: made once for all processes of a run, then copied and served."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pictures import WRITES

ADMIN = "maya.lindqvist@demo-company.example"
MANAGER = "tom.okafor@demo-company.example"
STRICT = "kate.ashby@demo-company.example"
"""A member who shows others only the subjects of her mail."""
VIEWER = "ben.hale@demo-company.example"

NOW = 1_795_262_400
"""21 November 2026, 12:00 UTC: the demo's present."""
PRESENT = int(time.time()) if WRITES else NOW
"""The pictures for the documents show the figures of the last days: they need the true present."""

_MAKE = """
import sys, django
django.setup()
from postroom.actions.make_demo import ensure_demo
from postroom.actions.sync_mailbox import look
from postroom.store.models import Mailbox, Source
from postroom.store.upgrade import upgrade
upgrade()
now = int(sys.argv[1])
ensure_demo(now)
Source.objects.filter(kind="memory").update(settings={"present": now, "ends_at": now})
for mailbox in Mailbox.objects.all():
    look(mailbox.pk)
"""
"""No mail comes while the demo is being served, and what came before is there: tests find what they found before."""


@dataclass(frozen=True, slots=True)
class DemoServer:
    """A running server, and the password of everybody who may sign in there."""

    url: str
    password: str


def made_once(shared: Path) -> Path:
    """The data folder of the demo below ``shared``, made by the first process that asks; not to be served itself."""
    folder = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            fresh = shared / "demo.new"
            fresh.mkdir(mode=0o700)
            command = [sys.executable, "-c", _MAKE, str(PRESENT)]
            subprocess.run(command, env=_environment(fresh), check=True)
            fresh.rename(folder)
    return folder


def last_weeks(count: int) -> str:
    """The query that asks for the last whole weeks before the demo's present, whenever the test runs."""
    today = datetime.fromtimestamp(PRESENT, UTC).date()
    end = today - timedelta(days=today.isoweekday() % 7 + 1)
    return f"?start={end - timedelta(days=7 * count - 1)}&end={end}"


@contextmanager
def serving(made: Path, folder: Path) -> Iterator[DemoServer]:
    """Serve a copy of the demo that was made, kept in ``folder``."""
    shutil.copytree(made, folder)
    password = (folder / "demo-sign-in.txt").read_text().splitlines()[1]
    command = [
        sys.executable,
        "-m",
        "postroom",
        "up",
        "--port",
        str(_free_port()),
        "--processes",
        "1",
        "--json",
    ]
    with subprocess.Popen(command, env=_environment(folder), stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            yield DemoServer(json.loads(running.stdout.readline())["address"], password)
        finally:
            running.terminate()


def _environment(folder: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("POSTROOM_")}
    return {**inherited, "DJANGO_SETTINGS_MODULE": "postroom.settings", "POSTROOM_DATA_DIR": str(folder)}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
