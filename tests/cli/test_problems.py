"""Every expected error is one sentence and an exit code of its own."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from postroom.cli.output import EXIT_CODES
from postroom.cli.problems import stop_for
from postroom.store.models import User, Workspace
from postroom.store.problems import place_of


def test_exit_codes_are_distinct() -> None:
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES)


def test_an_unknown_command_is_usage(command: Callable[..., object]) -> None:
    code, out, err = command("nonsense")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == "Error: No such command 'nonsense'."


def test_a_path_that_is_not_there(command: Callable[..., object], workspace: Workspace, admin: User) -> None:
    assert command("import", "/not/there", "--workspace", "Us", "--user", admin.email) == (
        3,
        "",
        "There is nothing at /not/there. Check the path for typing errors.\n",
    )


def test_a_path_that_cannot_be_read(
    command: Callable[..., object], workspace: Workspace, admin: User, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert command("import", pipe, "--workspace", "Us", "--user", admin.email) == (
        5,
        "",
        f"{pipe} is neither a file nor a folder. Give an mbox, a Maildir, a folder or a mail.\n",
    )


def test_an_unknown_workspace_names_those_there_are(
    command: Callable[..., object], workspace: Workspace
) -> None:
    assert command("token", "list", "--workspace", "Them") == (
        9,
        "",
        "There is no workspace named 'Them'. There are: Us.\n",
    )


def test_an_unknown_user(command: Callable[..., object], workspace: Workspace, tmp_path: Path) -> None:
    code, out, _ = command("import", tmp_path, "--workspace", "Us", "--user", "nobody@us.com")
    assert (code, out) == (9, "")


def test_what_an_action_refuses(command: Callable[..., object], workspace: Workspace) -> None:
    assert command("workspace", "create", "Us", "--admin", "boss@us.com") == (
        4,
        "",
        "This name is taken already. (name)\n",
    )


def test_a_full_disk_leaves_nothing_half_written(program: Callable[..., object]) -> None:
    assert program("workspace", "create", "First", "--admin", "boss@us.com")[0] == 0
    code, out, err = program("workspace", "create", "Second", "--admin", "boss@us.com", largest_file=8192)
    assert (code, out) == (6, "")
    assert (
        err
        == "The disk is full or failing. Free some space and run the command again; nothing is half-written.\n"
    )
    assert program("workspace", "list", "--json")[1] == '[{"id": 1, "name": "First"}]\n'


def test_a_database_of_a_later_version_is_left_alone(command: Callable[..., object]) -> None:
    MigrationRecorder(connection).record_applied("store", "9999_from_the_future")
    assert command("workspace", "list") == (
        7,
        "",
        "The database was made by a later version of Postroom: it has 9999_from_the_future. Install that one.\n",
    )


def test_keys_that_do_not_fit(program: Callable[..., object]) -> None:
    assert program("workspace", "create", "Us", "--admin", "boss@us.com")[0] == 0
    other = Fernet.generate_key().decode()
    code, out, err = program("explain", "a@b.com", "--workspace", "Us", encryption_keys=other)
    assert (code, out) == (8, "")
    assert err.splitlines() == [
        "The encryption keys do not fit this database. Put back the file encryption.keys that lay beside it, "
        "or set POSTROOM_ENCRYPTION_KEYS."
    ]


@pytest.mark.parametrize(
    "arguments", [("workspace", "create", "New", "--admin", "a@b.com"), ("up",), ("doctor",)]
)
def test_no_key_is_made_beside_a_database_that_needs_another(
    arguments: tuple[str, ...], program: Callable[..., object], tmp_path: Path
) -> None:
    assert program("workspace", "create", "Us", "--admin", "boss@us.com")[0] == 0
    (tmp_path / "data" / "encryption.keys").unlink()
    assert program(*arguments)[0] == (1 if arguments == ("doctor",) else 8)
    assert not (tmp_path / "data" / "encryption.keys").exists()


def test_a_setting_that_cannot_be_used(program: Callable[..., object]) -> None:
    assert program("workspace", "list", database_url="mysql://x") == (
        2,
        "",
        "POSTROOM_DATABASE_URL cannot be used: write postgresql://user:password@host/name.\n",
    )


def test_a_database_that_is_away(program: Callable[..., object]) -> None:
    assert program("workspace", "list", database_url="postgresql://nobody@127.0.0.1:1/x") == (
        7,
        "",
        "The database cannot be reached. Start it, or correct POSTROOM_DATABASE_URL.\n",
    )


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "full", "/data/x"), "storage"),
        (OSError(errno.EDQUOT, "quota", "/data/x"), "storage"),
        (OSError(errno.EROFS, "read-only", "/data/x"), "storage"),
        (FileNotFoundError(errno.ENOENT, "none", "/data/x"), "no_such_path"),
        (PermissionError(errno.EACCES, "no", "/data/x"), "unreadable"),
    ],
)
def test_what_the_system_says(error: OSError, kind: str) -> None:
    stop = stop_for(error)
    assert stop is not None
    assert stop.kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_FULL", "storage"),
        ("SQLITE_IOERR_WRITE", "storage"),
        ("SQLITE_READONLY", "storage"),
        ("SQLITE_CANTOPEN", "storage"),
        ("SQLITE_BUSY", "busy"),
        ("SQLITE_NOTADB", "database"),
        ("SQLITE_ERROR", "failed"),
    ],
)
def test_what_sqlite_says(name: str, kind: str) -> None:
    cause = sqlite3.OperationalError("names a table, or what somebody wrote")
    cause.sqlite_errorname = name
    error = OperationalError("the same")
    error.__cause__ = cause
    stop = stop_for(error)
    assert stop is not None
    assert stop.kind == kind
    assert "somebody" not in stop.sentence


def test_an_error_of_our_own_tells_no_text_of_it() -> None:
    error = ValueError("secret@customer.example")
    assert stop_for(error) is None
    assert place_of(error) == "ValueError"
