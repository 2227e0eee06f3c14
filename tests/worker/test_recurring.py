"""What recurs is done when it is due, also after a restart, and later where it failed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from postroom.actions.forget_upload_calls import forget_upload_calls
from postroom.store.models import Item, LastDone, Source, UploadCall, User, Waiting, Workspace
from postroom.store.write.last_done import note
from postroom.worker import recurring
from postroom.worker.recurring import RECURRING, Recurrences, Recurring

HOUR = timedelta(hours=1)


@pytest.fixture
def done(db: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, of two duties that recur each hour; looked for at every step."""
    done: list[str] = []
    duties = (
        Recurring("one", HOUR, lambda: done.append("one")),
        Recurring("two", HOUR, lambda: done.append("two")),
    )
    monkeypatch.setattr(recurring, "RECURRING", duties)
    monkeypatch.setattr(recurring, "LOOK_EVERY_SECONDS", 0.0)
    return done


def test_what_was_never_done_is_done_and_then_not_for_its_time(done: list[str]) -> None:
    recurrences = Recurrences()
    assert [recurrences.do_due() for _ in range(4)] == [True, True, False, False]
    assert done == ["one", "two"]


def test_when_it_was_done_survives_a_restart(done: list[str]) -> None:
    now = datetime.now(UTC)
    note("one", now - HOUR + timedelta(minutes=1))
    note("two", now - HOUR - timedelta(minutes=1))
    recurrences = Recurrences()
    assert [recurrences.do_due() for _ in range(2)] == [True, False]
    assert done == ["two"]


def test_it_is_looked_for_once_a_minute(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurring, "LOOK_EVERY_SECONDS", 60.0)
    recurrences = Recurrences()
    assert [recurrences.do_due() for _ in range(3)] == [True, True, False]
    LastDone.objects.all().delete()
    assert recurrences.do_due() is False


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_what_fails_is_told_by_its_place_and_tried_again_in_a_while(
    done: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    duty = Recurring("one", HOUR, failing(ValueError("secret@us.com")))
    monkeypatch.setattr(recurring, "RECURRING", (duty,))
    assert [Recurrences().do_due() for _ in range(2)] == [True, False]
    rest = LastDone.objects.get(pk="one").at + HOUR - datetime.now(UTC)
    assert timedelta(minutes=9) < rest <= timedelta(minutes=10)
    assert "the duty one met ValueError in " in caplog.text
    assert "secret" not in caplog.text


def test_an_error_that_may_pass_leaves_it_due(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    cause = sqlite3.OperationalError("busy")
    cause.sqlite_errorname = "SQLITE_BUSY"
    busy = OperationalError("busy")
    busy.__cause__ = cause
    monkeypatch.setattr(recurring, "RECURRING", (Recurring("one", HOUR, failing(busy)),))
    with pytest.raises(OperationalError):
        Recurrences().do_due()
    assert not LastDone.objects.exists()


def test_every_duty_has_a_name_that_fits_and_is_its_own() -> None:
    names = [duty.name for duty in RECURRING]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 40
    assert "worker" not in names


def test_what_calls_were_answered_is_forgotten_after_thirty_days(workspace: Workspace) -> None:
    now = datetime.now(UTC)
    for name in ("one", "two"):
        source = Source.objects.create(workspace=workspace, name=name, created_by="command line")
        for days in (0, 29, 31):
            UploadCall.objects.create(source=source, kind="mail", at=now - timedelta(days=days))
    assert forget_upload_calls() == 2
    assert UploadCall.objects.filter(at__lt=now - timedelta(days=30)).count() == 0
    assert UploadCall.objects.count() == 4


def test_what_is_held_is_dropped_where_the_workspace_says_so_P8(workspace: Workspace, admin: User) -> None:
    source = Source.objects.create(workspace=workspace, name="one", created_by="command line")
    item = Item.objects.create(
        workspace=workspace,
        source=source,
        kind="chat",
        key=b"k",
        digest=b"d",
        at=0,
        received_at=0,
        sealed=b"s",
    )
    Waiting.objects.create(item=item, workspace=workspace, user=admin, kind="chat", rank=0, at=0)
    recurring.drop_too_old_everywhere()
    assert Waiting.objects.count() == 1
    Workspace.objects.update(holds_for_days=30)
    recurring.drop_too_old_everywhere()
    assert Waiting.objects.count() == 0
