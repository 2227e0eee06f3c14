"""/healthz and /readyz: what machines ask to know whether to send people here (S7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from shelf import Shelf

from postroom.actions.recurring import note_worker_seen
from postroom.store.read import readiness
from postroom.store.write.last_done import note


@pytest.fixture(autouse=True)
def _looked_at_anew() -> Iterator[None]:
    readiness._known_up_to_date.clear()
    yield
    readiness._known_up_to_date.clear()


def is_away(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    raise OperationalError("could not connect to secret@dbhost")


def test_a_process_that_lives_says_so_without_the_database_S7() -> None:
    """Without the fixture that opens the database, asking it fails."""
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_healthz_asks_nothing_for_a_browser_with_a_session_either(
    shelf: Shelf, browser: Client, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        assert browser.get("/healthz").status_code == 200


def test_it_is_ready_with_a_database_its_shape_and_a_worker_S7(db: None) -> None:
    note_worker_seen()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ready": True,
            "database": {"ok": True},
            "migrations": {"ok": True},
            "worker": {"ok": True, "seen_seconds_ago": 0},
        },
    )


def test_it_is_not_ready_before_a_worker_was_seen_S7(db: None) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == {"ok": False, "seen_seconds_ago": None}


def test_it_is_not_ready_once_the_worker_is_gone_for_a_minute_S7(db: None) -> None:
    note("worker", datetime.now(UTC) - timedelta(seconds=61))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["worker"] == {"ok": False, "seen_seconds_ago": 61}


def test_it_is_not_ready_without_its_database_and_says_nothing_of_the_error_S7(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.execute_wrapper(is_away):
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {
            "ready": False,
            "database": {"ok": False},
            "migrations": {"ok": False},
            "worker": {"ok": False, "seen_seconds_ago": None},
        },
    )
    assert "dbhost" not in answer.content.decode() + caplog.text


@pytest.mark.parametrize("change", ["DELETE FROM django_migrations WHERE name = '0009_last_done'", "INSERT"])
def test_it_is_not_ready_with_a_database_of_another_version_S7(db: None, change: str) -> None:
    note_worker_seen()
    with connection.cursor() as cursor:
        if change == "INSERT":
            moment = datetime.now(UTC)
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', %s)",
                [moment],
            )
        else:
            cursor.execute(change)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, {"ok": False})


def test_a_database_that_was_up_to_date_is_asked_for_the_worker_only(
    db: None, django_assert_num_queries
) -> None:
    Client().get("/readyz")
    with django_assert_num_queries(1):
        Client().get("/readyz")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_only_asked_and_not_kept(db: None, path: str) -> None:
    assert Client().post(path).status_code == 405
    answer = Client().get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_answer_under_any_host_name(db: None, path: str) -> None:
    """A machine asks by a number that nobody set."""
    assert Client().get(path, headers={"host": "10.1.2.3"}).status_code in (200, 503)
    assert Client().get("/sign-in", headers={"host": "10.1.2.3"}).status_code == 400
