"""pymap for tests: an IMAP server without extensions, in a process and an environment of its own.

It knows no role but the inbox's, and keeps its mail in memory. A server that does not start fails the test.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dovecot import await_greeting, free_ports
from imap_hand import ImapHand

from postroom.providers.port import Access

PYTHON = Path(__file__).parents[2] / ".venv/stand-ins/bin/python"
SCRIPT = Path(__file__).with_name("pymap_with_users.py")
MASTER = "master"
MASTER_PASSWORD = "the key to all of them"


class Pymap:
    """A running pymap."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        [self.port] = free_ports(1)
        self._used = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it greets."""
        services = ["--no-service", "admin", "--no-service", "managesieve"]
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(PYTHON), str(SCRIPT), *services, *where, "dict"], stdout=log, stderr=log
            )
        try:
            await_greeting(self.port)
        except AssertionError:
            raise AssertionError((self.folder / "log").read_text()) from None

    def stop(self) -> None:
        """Stop it."""
        if self._process:
            self._process.kill()
            self._process.communicate()

    def new_user(self) -> PymapUser:
        """A mailbox nobody used before."""
        self._used += 1
        number = self._used
        return PymapUser(f"user-{number}@us.example", f"the password of {number}", self.port)


class PymapUser:
    """A mailbox on it, and how it is opened."""

    def __init__(self, address: str, password: str, port: int) -> None:
        self.address = address
        self.password = password
        self.port = port

    def settings(self) -> dict[str, Any]:
        """How the server is reached."""
        return {
            "host": "localhost",
            "port": self.port,
            "security": "none",
            "allow_plain": True,
            "allowed_hosts": ["localhost"],
        }

    def access(self) -> Access:
        """Opens it with its owner's password."""
        return Access(self.address, self.settings(), {"password": self.password})

    def central(self) -> Access:
        """Opens it with the password of the master user, who acts for its owner."""
        secret = {"master_user": MASTER, "master_password": MASTER_PASSWORD, "separator": ""}
        return Access(self.address, self.settings(), secret, is_central=True)

    def hand(self) -> ImapHand:
        """Changes the mailbox, as its owner's mail program does."""
        return ImapHand(self.port, self.address, self.password)


@contextmanager
def pymap() -> Iterator[Pymap]:
    """A running pymap, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="postroom-pymap-"))
    server = Pymap(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
