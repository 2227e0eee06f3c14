"""What the server's log says where something fails: where, and nothing of the request or of a mail (S7)."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from postroom.store.log_lines import PlacesOnly
from postroom.store.secrets import seal_of

CANARY = "q7canaryq7"
TIME = "2026-11-21 19:09:00,000"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the server's handler writes during the test."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(PlacesOnly())
    loggers = [logging.getLogger(), logging.getLogger("gunicorn.error")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler.stream
    for logger in loggers:
        logger.removeHandler(handler)


def test_all_lines_of_the_server_go_through_the_writer_of_places_S7() -> None:
    assert settings.LOGGING["handlers"]["stderr"]["formatter"] == "places"
    assert settings.LOGGING["formatters"]["places"]["()"].rpartition(".")[2] == PlacesOnly.__name__
    loggers = {name: logger.get("handlers") for name, logger in settings.LOGGING["loggers"].items()}
    # Without handlers of their own they use the one of all; nothing writes an access log.
    assert loggers == {
        "django.request": None,
        "django.security": None,
        "gunicorn.error": ["stderr"],
        "gunicorn.access": [],
    }


def test_a_page_that_fails_tells_its_place_and_not_its_address_S7(db: None, written: io.StringIO) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE store_invitation RENAME TO elsewhere")
    assert Client(raise_request_exception=False).get(f"/invitation/{CANARY}").status_code == 500
    assert lines(written) == [
        "ERROR django.request django/utils/log.py:N, status 500, DatabaseError in actions/invite.py:N"
    ]


def test_the_web_servers_own_lines_quote_neither_request_nor_error_S7(written: io.StringIO) -> None:
    try:
        raise ValueError(f"{CANARY}@acme.com")
    except ValueError:
        logging.getLogger("gunicorn.error").exception("Error handling request %s", f"/invitation/{CANARY}")
    assert lines(written) == [
        "ERROR gunicorn.error tests/web/test_web_log.py:N, ValueError in test_web_log.py:N"
    ]


def test_what_postroom_says_itself_is_written_with_the_place_of_the_error_S7(written: io.StringIO) -> None:
    try:
        seal_of(None)  # type: ignore[arg-type]
    except AttributeError:
        logging.getLogger("postroom.worker").exception("job %s failed", 7)
    assert lines(written) == [
        "ERROR postroom.worker job 7 failed, AttributeError in store/secrets.py:N",
    ]


def lines(written: io.StringIO) -> list[str]:
    """What was written, without the times and line numbers, and databases' errors under one name."""
    assert CANARY not in written.getvalue()
    text = re.sub(r"(Operational|Programming)Error", "DatabaseError", written.getvalue())
    return [re.sub(r"\.py:\d+", ".py:N", line[len(TIME) + 1 :]) for line in text.splitlines()]
