"""Calls that only read are answered while somebody else writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from api_client import ApiClient
from django.db import connections

from postroom.actions.create_token import create_token
from postroom.store.models import ApiToken, User, Workspace

GIVES_UP_AFTER_SECONDS = 20.0


@contextmanager
def somebody_writes(token: ApiToken) -> Iterator[threading.Event]:
    """Hold the lock for writing in another connection; the event says that it was let go too early."""
    held, done, let_go = threading.Event(), threading.Event(), threading.Event()

    def write() -> None:
        connection = connections["default"]
        try:
            connection.ensure_connection()
            connection.set_autocommit(False)
            ApiToken.objects.filter(pk=token.pk).update(name="held")
            held.set()
            if not done.wait(GIVES_UP_AFTER_SECONDS):
                # Whoever waits is let on, so that a test that fails also ends.
                let_go.set()
            connection.rollback()
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert held.wait(GIVES_UP_AFTER_SECONDS)
    try:
        yield let_go
    finally:
        done.set()
        writer.join()


@pytest.fixture
def secret_and_token(transactional_db: None, workspace: Workspace, admin: User) -> tuple[str, ApiToken]:
    token, secret = create_token(workspace, "script", ["admin"], actor="command line")
    return secret, token


def test_a_call_that_reads_is_answered_while_somebody_writes(
    secret_and_token: tuple[str, ApiToken],
) -> None:
    secret, token = secret_and_token
    with somebody_writes(token) as let_go:
        answer = ApiClient(secret).get("users")
        assert not let_go.is_set()
    assert [user["email"] for user in answer["items"]] == ["boss@us.com"]
    assert ApiToken.objects.get(pk=token.pk).last_used_at is None


def test_the_next_call_notes_the_use_that_could_not_be_noted(
    secret_and_token: tuple[str, ApiToken],
) -> None:
    secret, token = secret_and_token
    with somebody_writes(token):
        ApiClient(secret).get("users")
    ApiClient(secret).get("users")
    assert ApiToken.objects.get(pk=token.pk).last_used_at is not None
