"""What an error of the database means is told once, for the API, the commands and the worker alike."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from django.db import DatabaseError, OperationalError

from postroom.store.problems import (
    AWAY,
    BUSY,
    DAMAGED,
    FULL,
    OURS,
    READ_ONLY,
    database_problem,
    is_of_database,
    place_of,
    told_by_database,
)
from postroom.store.secrets import decrypt


def of_sqlite(name: str) -> DatabaseError:
    cause = sqlite3.OperationalError("secret@us.com")
    cause.sqlite_errorname = name
    return _wrapped(cause)


def of_postgresql(state: str | None) -> DatabaseError:
    cause = psycopg.OperationalError("secret@us.com")
    cause.sqlstate = state
    return _wrapped(cause)


def _wrapped(cause: Exception) -> DatabaseError:
    error = OperationalError("secret@us.com")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (of_sqlite("SQLITE_FULL"), FULL),
        (of_sqlite("SQLITE_IOERR_WRITE"), FULL),
        (of_sqlite("SQLITE_READONLY_DBMOVED"), READ_ONLY),
        (of_sqlite("SQLITE_CANTOPEN"), READ_ONLY),
        (of_sqlite("SQLITE_BUSY_SNAPSHOT"), BUSY),
        (of_sqlite("SQLITE_LOCKED"), BUSY),
        (of_sqlite("SQLITE_CORRUPT"), DAMAGED),
        (of_sqlite("SQLITE_ERROR"), OURS),
        (of_postgresql(None), AWAY),
        (of_postgresql("57P01"), AWAY),
        (of_postgresql("08006"), AWAY),
        (of_postgresql("28P01"), AWAY),
        (of_postgresql("40P01"), BUSY),
        (of_postgresql("55P03"), BUSY),
        (of_postgresql("53100"), FULL),
        (of_postgresql("53300"), BUSY),
        (of_postgresql("25006"), READ_ONLY),
        (of_postgresql("42601"), OURS),
        (DatabaseError("secret@us.com"), OURS),
    ],
)
def test_what_an_error_means(error: DatabaseError, means: str) -> None:
    assert (is_of_database(error), database_problem(error)) == (True, means)


def test_what_the_database_calls_it() -> None:
    assert told_by_database(of_sqlite("SQLITE_ERROR")) == "SQLITE_ERROR"
    assert told_by_database(of_postgresql("42601")) == "SQLSTATE 42601"


def test_other_errors_are_none_of_the_database() -> None:
    assert [is_of_database(error) for error in (ValueError(), OSError(), None)] == [False, False, False]


def test_place_is_the_last_of_our_own_and_tells_no_text() -> None:
    with pytest.raises(TypeError) as raised:
        decrypt("secret@us.com")  # type: ignore[arg-type]
    place, _, line = place_of(raised.value).rpartition(":")
    assert (place, line.isdecimal()) == ("TypeError in store/secrets.py", True)
    assert (place_of(ValueError("secret@us.com")), place_of(ValueError)) == ("ValueError", "ValueError")
