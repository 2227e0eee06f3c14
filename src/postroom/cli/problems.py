"""Turns what a command lets through into one sentence and an exit code.

Must not show an error's own text where that could hold a mail, and must work where Django does not even
start: kinds of errors are known by their names, so nothing is imported for it.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Final

from postroom.cli.output import Stop

SPEAKING: Final = {
    "postroom.actions.rejection.NotFound": "unknown_name",
    "postroom.actions.rejection.Rejected": "refused",
    "postroom.providers.files.path.PathProblem": "unreadable",
    "postroom.reader.errand.ReaderProblem": "failed",
    "postroom.store.secrets.KeyMissing": "keys",
    "postroom.store.upgrade.NewerDatabase": "database",
}
"""Errors whose own text is the sentence for a person, and how they end the command."""

OURS: Final = Path(__file__).parents[1]
FULL: Final = {errno.ENOSPC, errno.EDQUOT}
MISSING: Final = {errno.ENOENT, errno.ENOTDIR}
FORBIDDEN: Final = {errno.EACCES, errno.EPERM}

OF_SQLITE: Final = (
    (
        ("SQLITE_FULL", "SQLITE_IOERR"),
        "storage",
        "The disk is full or failing. Free some space and run the command again; nothing is half-written.",
    ),
    (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"),
        "storage",
        "The database cannot be written. Give this user the right to write in the data folder.",
    ),
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "busy",
        "The database is busy with another process. Run the command again when that one is done.",
    ),
    (
        ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
        "database",
        "The database file is damaged. Put back the copy that was kept last.",
    ),
)
"""SQLite's names of errors, how they end the command, and the sentence."""


def stop_for(error: BaseException) -> Stop | None:
    """The ending that an error stands for; ``None``: an error of our own."""
    if isinstance(error, Stop):
        return error
    if isinstance(error, OSError):
        return _of_file(error)
    kinds = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    for kind in kinds:
        if kind in SPEAKING:
            field = getattr(error, "field", None)
            return Stop(_ending(error, SPEAKING[kind]), f"{error} ({field})" if field else str(error))
    if "pydantic_core._pydantic_core.ValidationError" in kinds and getattr(error, "title", "") == "Config":
        return _of_settings(error)
    return _of_database(error.__cause__ or error) if "django.db.utils.Error" in kinds else None


def _ending(error: BaseException, kind: str) -> str:
    """Told apart for scripts: what is not there, from what may not be read or is refused."""
    if isinstance(error.__context__, FileNotFoundError):
        return "no_such_path"
    return "unknown_name" if getattr(error, "reason", None) == "user_unknown" else kind


def _of_file(error: OSError) -> Stop | None:
    path = str(error.filename or "")
    if error.errno in FULL:
        return Stop(
            "storage", "The disk is full. Free some space and run the command again; nothing is half-written."
        )
    if error.errno == errno.EROFS:
        where = path or "The disk"
        return Stop(
            "storage", f"{where} is read-only. Set POSTROOM_DATA_DIR to a folder that can be written."
        )
    if error.errno in MISSING and path:
        return Stop("no_such_path", f"There is no {path}.")
    if error.errno in FORBIDDEN and path:
        return Stop("unreadable", f"{path} may not be opened. Give this user the right to it.")
    return None


def _of_settings(error: BaseException) -> Stop:
    wrong = getattr(error, "errors")()[0]  # noqa: B009 # pydantic is not imported for its type alone
    name = "POSTROOM_" + "_".join(str(part) for part in wrong["loc"]).upper()
    message = wrong["msg"].removeprefix("Value error, ")
    return Stop("usage", f"{name} cannot be used: {message}.")


def _of_database(cause: BaseException) -> Stop:
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", None) or ""
        for names, kind, sentence in OF_SQLITE:
            if name.startswith(names):
                return Stop(kind, sentence)
        return Stop("failed", f"The database refused a statement ({name or 'unknown'}). Please report it.")
    state = getattr(cause, "sqlstate", None)
    if state == "53100":
        return Stop("storage", "The database server's disk is full. Free some space there and run it again.")
    if state is None or state.startswith(("08", "28", "3D", "57P")):
        return Stop("database", "The database cannot be reached. Start it, or correct POSTROOM_DATABASE_URL.")
    return Stop("failed", f"The database refused a statement (SQLSTATE {state}). Please report it.")


def place_of(error: BaseException) -> str:
    """Where our code raised an error, for a report: its kind, file and line, and no text of it."""
    place = type(error).__name__
    where: TracebackType | None = error.__traceback__
    while where is not None:
        file = Path(where.tb_frame.f_code.co_filename)
        if file.is_relative_to(OURS):
            place = f"{type(error).__name__} in {file.relative_to(OURS)}:{where.tb_lineno}"
        where = where.tb_next
    return place
