"""What an error is, for whoever must say so: where in our code it arose, and what a database's means.

Kinds of errors are known by their names: it works where Django does not even start. Must not show an error's
own text, which could hold an address or a mail.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Final

FULL: Final = "full"
"""The disk is full or failing; nothing was stored."""
READ_ONLY: Final = "read_only"
"""The database may not be written or opened."""
BUSY: Final = "busy"
"""Somebody else holds what is needed, for now."""
AWAY: Final = "away"
"""The database server cannot be reached, or is going down."""
DAMAGED: Final = "damaged"
"""The database file is not one any more."""
OURS: Final = "ours"
"""A statement of our own was refused."""

PASSING: Final = frozenset({FULL, READ_ONLY, BUSY, AWAY})
"""What may well be over in a while."""

_SQLITE: Final = {
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CANTOPEN": READ_ONLY,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
}
"""How SQLite's names of errors begin."""

_SQLSTATE: Final = {
    "53100": FULL,
    "25006": READ_ONLY,
    "08": AWAY,
    "28": AWAY,
    "3D": AWAY,
    "57": AWAY,
    "40": BUSY,
    "53": BUSY,
    "55": BUSY,
}
"""How PostgreSQL's states begin; the longer ones are looked at first."""

_PACKAGE: Final = Path(__file__).parents[1]


def is_of_database(error: BaseException | None) -> bool:
    """Say whether Django's database layer raised the error."""
    return any(
        f"{kind.__module__}.{kind.__qualname__}" == "django.db.utils.Error" for kind in type(error).__mro__
    )


def database_problem(error: BaseException) -> str:
    """What an error of the database means: one of the words above."""
    cause = error.__cause__ or error
    if isinstance(cause, sqlite3.Error):
        name = sqlite_name(cause)
        return next((means for begins, means in _SQLITE.items() if name.startswith(begins)), OURS)
    state = sqlstate(cause)
    if state is None:
        # psycopg names no state where it reached no server.
        return AWAY if type(cause).__module__.startswith("psycopg") else OURS
    return next((means for begins, means in _SQLSTATE.items() if state.startswith(begins)), OURS)


def told_by_database(error: BaseException) -> str:
    """The database's own name of the error, for a report; it holds no data."""
    cause = error.__cause__ or error
    return sqlite_name(cause) or f"SQLSTATE {sqlstate(cause)}"


def sqlite_name(cause: BaseException) -> str:
    """SQLite's name of an error; empty where it gives none."""
    return getattr(cause, "sqlite_errorname", None) or ""


def sqlstate(cause: BaseException) -> str | None:
    """PostgreSQL's state of an error."""
    return getattr(cause, "sqlstate", None)


def place_of(error: BaseException | type[BaseException]) -> str:
    """Where our code raised an error, for a report: its kind, file and line, and no text of it.

    The innermost place of our own; where there is none, the innermost one.
    """
    if isinstance(error, type):
        return error.__name__
    ours = innermost = ""
    where: TracebackType | None = error.__traceback__
    while where is not None:
        file = Path(where.tb_frame.f_code.co_filename)
        innermost = f"{file.name}:{where.tb_lineno}"
        if file.is_relative_to(_PACKAGE):
            ours = f"{file.relative_to(_PACKAGE)}:{where.tb_lineno}"
        where = where.tb_next
    place = ours or innermost
    return f"{type(error).__name__} in {place}" if place else type(error).__name__
