"""Brings the database to the shape this version expects, whoever comes first.

Must not change its data; what is made from them, the search index, is made anew where it has to be.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from postroom.config import config
from postroom.store.write.search_anew import is_search_outdated, search_anew

LOCK_NUMBER = 7_678_001
"""The advisory lock on PostgreSQL, where several machines may share one database."""


class NewerDatabase(Exception):
    """The database was made by a later version of Postroom than this one."""


def missing_migrations() -> list[str]:
    """The names of the migrations the database lacks; raises ``NewerDatabase``."""
    loader = MigrationLoader(connection)
    known, applied = set(loader.disk_migrations), set(loader.applied_migrations)
    ours = {app for app, _ in known}
    beyond = sorted(name for app, name in applied - known if app in ours)
    if beyond:
        raise NewerDatabase(
            f"The database was made by a later version of Postroom: it has {beyond[-1]}. Install that one."
        )
    return sorted(f"{app}.{name}" for app, name in known - applied)


def upgrade() -> bool:
    """Apply what is missing; say whether anything was. Processes that start at once wait for one another."""
    with _alone():
        missing = bool(missing_migrations())
        if missing:
            call_command("migrate", verbosity=0, interactive=False)
        outdated = is_search_outdated()
        if outdated:
            search_anew()
    return missing or outdated


@contextmanager
def _alone() -> Iterator[None]:
    folder = config().data_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "upgrade.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])
