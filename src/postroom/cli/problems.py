"""Turns what a command lets through into one sentence and an exit code.

Must not show an error's own text where that could hold a mail, and must work where Django does not even
start: kinds of errors are known by their names, so nothing is imported for it.
"""

from __future__ import annotations

import errno
from typing import Final

from postroom.cli.output import Stop
from postroom.store.problems import (
    AWAY,
    BUSY,
    DAMAGED,
    FULL,
    READ_ONLY,
    database_problem,
    is_of_database,
    told_by_database,
)

SPEAKING: Final = {
    "postroom.actions.rejection.NotFound": "unknown_name",
    "postroom.actions.rejection.Rejected": "refused",
    "postroom.providers.files.path.PathProblem": "unreadable",
    "postroom.reader.errand.ReaderProblem": "failed",
    "postroom.store.secrets.KeyMissing": "keys",
    "postroom.store.upgrade.NewerDatabase": "database",
}
"""Errors whose own text is the sentence for a person, and how they end the command."""

DISK_FULL: Final = {errno.ENOSPC, errno.EDQUOT}
MISSING: Final = {errno.ENOENT, errno.ENOTDIR}
FORBIDDEN: Final = {errno.EACCES, errno.EPERM}

AGAIN: Final = "run the command again; nothing is half-written."

OF_DATABASE: Final = {
    FULL: ("storage", f"The disk is full or failing. Free some space and {AGAIN}"),
    READ_ONLY: (
        "storage",
        "The database cannot be written. Give this user the right to write in the data folder.",
    ),
    BUSY: (
        "busy",
        "The database is busy with another process. Run the command again when that one is done.",
    ),
    AWAY: ("database", "The database cannot be reached. Start it, or correct POSTROOM_DATABASE_URL."),
    DAMAGED: ("database", "The database file is damaged. Put back the copy that was kept last."),
}
"""What a database's error means: how the command ends, and the sentence."""


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
    return _of_database(error) if is_of_database(error) else None


def _ending(error: BaseException, kind: str) -> str:
    """Told apart for scripts: what is not there, from what may not be read or is refused."""
    if isinstance(error.__context__, FileNotFoundError):
        return "no_such_path"
    return "unknown_name" if getattr(error, "reason", None) == "user_unknown" else kind


def _of_file(error: OSError) -> Stop | None:
    path = str(error.filename or "")
    if error.errno in DISK_FULL:
        return Stop("storage", f"The disk is full. Free some space and {AGAIN}")
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


def _of_database(error: BaseException) -> Stop:
    told = OF_DATABASE.get(database_problem(error))
    if told is None:
        return Stop(
            "failed", f"The database refused a statement ({told_by_database(error)}). Please report it."
        )
    return Stop(*told)
