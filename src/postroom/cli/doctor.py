"""``postroom doctor``: examines this installation and says what to do; must not change anything.

It also runs where nothing else does, so each check imports what it needs, and a check that fails ends no
other.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from postroom.cli.output import EXIT_CODES, Json, answer
from postroom.cli.problems import stop_for
from postroom.store.problems import place_of

FREE_BYTES_NEEDED: Final = 1024**3
OLDEST_SQLITE: Final = (3, 37, 0)
RELEASED_IN: Final = datetime(2025, 1, 1, tzinfo=UTC)
"""A clock before this is wrong."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What one check found: whether it is in order, what it saw, and what to do where it is not."""

    check: str
    is_ok: bool
    says: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at: ``look`` says what it saw, or raises; ``after`` names what must be in order."""

    name: str
    look: Callable[[], str]
    after: tuple[str, ...] = ()


class NotInOrder(Exception):
    """A check found something: ``says`` what, and what to ``do``."""

    def __init__(self, says: str, do: str) -> None:
        super().__init__(says)
        self.says = says
        self.do = do


def doctor(as_json: Json = False) -> None:
    """Examine this installation and say what to do."""
    findings: dict[str, Examined] = {}
    for check in CHECKS:
        findings[check.name] = _examine(check, findings)
    is_ok = all(finding.is_ok for finding in findings.values())
    document = {"ok": is_ok, "checks": [asdict(finding) for finding in findings.values()]}
    answer(document, as_json, "\n".join(map(_line, findings.values())))
    raise typer.Exit(EXIT_CODES["ok" if is_ok else "failed"])


def _examine(check: Check, before: Mapping[str, Examined]) -> Examined:
    if not all(before[name].is_ok for name in check.after):
        return Examined(check.name, False, "Not examined, because of what stands above.")
    try:
        return Examined(check.name, True, check.look())
    except NotInOrder as found:
        return Examined(check.name, False, found.says, found.do)
    except Exception as error:
        stop = stop_for(error)
        if stop is None:
            return Examined(check.name, False, f"The check failed: {place_of(error)}.", "Please report it.")
        return Examined(check.name, False, stop.sentence)


def _line(finding: Examined) -> str:
    mark = "ok      " if finding.is_ok else "PROBLEM "
    return f"{mark} {finding.check}: {finding.says}" + (f"\n         → {finding.do}" if finding.do else "")


def _settings() -> str:
    from postroom.config import config

    if config().debug:
        raise NotInOrder("POSTROOM_DEBUG is on.", "Unset it where others can reach the server.")
    return "can be read"


def _sign_in() -> str:
    from postroom.actions.sign_in_providers import sign_in_providers

    return ", ".join(["by password", *(f"with {provider.name}" for provider in sign_in_providers())])


def _data_folder() -> str:
    from postroom.config import config

    folder = config().data_dir.absolute()
    if not folder.exists():
        raise NotInOrder(f"There is no {folder} yet.", "postroom up makes it, or set POSTROOM_DATA_DIR.")
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
        pass
    if folder.stat().st_mode & 0o007:
        raise NotInOrder(f"Every user of this machine may look into {folder}.", f"chmod 700 {folder}")
    return f"{folder} can be written"


def _free_disk() -> str:
    from postroom.config import config

    folder = config().data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES_NEEDED:
        raise NotInOrder(
            f"Only {free / 1e6:.0f} MB are free.", "Free some space: an import needs room for its mail."
        )
    return f"{free / 1e9:.0f} GB are free"


def _clock() -> str:
    now = datetime.now(UTC)
    if now < RELEASED_IN:
        raise NotInOrder(
            f"It says {now:%Y-%m-%d %H:%M} UTC.", "Set it: decisions go by the time of the mail."
        )
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _sqlite() -> str:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise NotInOrder(
            f"SQLite is {sqlite3.sqlite_version}.", "Use a Python built with SQLite 3.37 or newer."
        )
    with sqlite3.connect(":memory:") as memory:
        try:
            memory.execute("CREATE VIRTUAL TABLE search USING fts5(text)")
        except sqlite3.OperationalError:
            raise NotInOrder("SQLite lacks FTS5, the search.", "Use a Python whose SQLite has it.") from None
    return f"{sqlite3.sqlite_version} with FTS5"


def _database() -> str:
    _look_for_database()
    from django.db import connection

    from postroom.store.upgrade import missing_migrations

    missing = missing_migrations()
    if missing:
        raise NotInOrder(
            f"It lacks {len(missing)} upgrades.", "Every other command applies them: postroom up."
        )
    return f"{connection.display_name}, up to date"


def _look_for_database() -> None:
    from postroom.config import config

    if not config().database_url and not (config().data_dir / "postroom.sqlite3").exists():
        raise NotInOrder("There is none yet.", "postroom up makes it.")
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.settings")
    django.setup()


def _journal() -> str:
    from django.db import connection

    if connection.vendor != "sqlite":
        return "kept by PostgreSQL"
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        raise NotInOrder(
            f"SQLite keeps it as {mode!r}, not as WAL.",
            "Put the data folder on a local disk: network file systems cannot hold a SQLite database.",
        )
    return "WAL"


def _keys() -> str:
    from postroom.store.models import Workspace
    from postroom.store.secrets import seal_of

    workspaces = list(Workspace.objects.all())
    for workspace in workspaces:
        seal_of(workspace)
    return f"fit the {len(workspaces)} workspaces"


def _worker() -> str:
    from postroom.store.read.readiness import SEEN_WITHIN, worker_age
    from postroom.store.read.tally import is_work_due

    age = worker_age()
    if age is not None and age < SEEN_WITHIN.total_seconds():
        return "is at work"
    if is_work_due():
        raise NotInOrder("Work waits, and no worker takes it up.", "postroom up runs the worker too.")
    return "does not run, and nothing waits for it"


def _pages() -> str:
    built = Path(__file__).parents[1] / "web" / "static" / "dist"
    manifest = built / "manifest.json"
    names = json.loads(manifest.read_text()).values() if manifest.exists() else []
    if not names or not all((built / name).exists() for name in names):
        raise NotInOrder("The style sheet and scripts were not built.", "make setup")
    return "style sheet and scripts are built"


CHECKS: Final = (
    Check("settings", _settings),
    Check("sign-in", _sign_in, after=("settings",)),
    Check("data folder", _data_folder, after=("settings",)),
    Check("free disk", _free_disk, after=("settings",)),
    Check("clock", _clock),
    Check("SQLite", _sqlite),
    Check("database", _database, after=("settings", "data folder")),
    Check("journal", _journal, after=("database",)),
    Check("keys", _keys, after=("database",)),
    Check("worker", _worker, after=("database",)),
    Check("pages", _pages),
)
"""What is examined, in the order it is shown."""
