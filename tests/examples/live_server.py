"""A server as ``postroom up`` runs it, with a workspace and a source, and what lies in its database."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POSTROOM = (sys.executable, "-m", "postroom")


@dataclass(frozen=True)
class Installation:
    """A data folder whose workspace has the user ``ana@acme.example``, who has not consented, and one source."""

    data: Path
    token: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def items(self) -> Counter[tuple[str, str]]:
        """How many items there are, by kind and state."""
        with closing(sqlite3.connect(self.data / "postroom.sqlite3")) as database:
            found = database.execute("SELECT kind, state, count(*) FROM store_item GROUP BY 1, 2").fetchall()
        return Counter({(kind, state): count for kind, state, count in found})


def installed(data: Path) -> Installation:
    """Make it from a shell, with nothing clicked."""
    _asked(data, "workspace", "create", "Acme", "--admin", "ana@acme.example")
    source = _asked(data, "source", "create", "--workspace", "Acme", "--name", "Sample connector")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return Installation(data, source["access_token"], listener.getsockname()[1])


@contextmanager
def serving(made: Installation) -> Iterator[None]:
    """Serve it."""
    command = [*POSTROOM, "up", "--port", str(made.port), "--processes", "1", "--json"]
    with subprocess.Popen(command, env=environment(made.data), stdout=subprocess.PIPE) as running:
        try:
            assert running.stdout is not None
            assert json.loads(running.stdout.readline())["address"] == made.url
            yield
        finally:
            running.terminate()


def environment(data: Path, **more: str) -> dict[str, str]:
    """That of a program with this data folder."""
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("POSTROOM_", "DJANGO_"))}
    return {**clean, "POSTROOM_DATA_DIR": str(data), "POSTROOM_CALLS_PER_MINUTE": "100000", **more}


def _asked(data: Path, *command: str) -> Any:
    done = subprocess.run(
        [*POSTROOM, *command, "--json"], env=environment(data), capture_output=True, check=True
    )
    return json.loads(done.stdout)
