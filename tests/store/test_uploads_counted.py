"""How many items of a source are in which state, and how many failed lately (K9)."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from postroom.core.seal import Seal
from postroom.store.models import Item, Source, UploadCall, User, Waiting, Workspace
from postroom.store.read import uploads
from postroom.store.read.uploads import failure_share, upload_counts

NOUGHTS = {"queued": 0, "held": 0, "done": 0, "skipped": 0, "dropped": 0, "failed": 0}


@pytest.fixture
def source(workspace: Workspace) -> Source:
    return Source.objects.create(workspace=workspace, name="Connector", created_by="x")


def user(workspace: Workspace, email: str, collects: bool) -> User:
    since = timezone.now() if collects else None
    return User.objects.create(workspace=workspace, email=email, collects_since=since)


def call(source: Source, ago: timedelta, kind: str = "mail", **statuses: int) -> None:
    UploadCall.objects.create(source=source, kind=kind, at=timezone.now() - ago, statuses=statuses)


HOUR = timedelta(hours=1)


def test_an_item_is_counted_once_in_its_state_K9(source: Source, seal: Seal) -> None:
    workspace = source.workspace
    yes, no = user(workspace, "yes@us.com", True), user(workspace, "no@us.com", False)
    number = 0

    def item(kind: str, state: str, *waits: tuple[User | None, str], of: Source = source) -> None:
        nonlocal number
        number += 1
        made = Item.objects.create(
            workspace=workspace,
            source=of,
            kind=kind,
            key=seal.raw(str(number).encode()),
            digest=b"",
            state=state,
            at=0,
            received_at=0,
        )
        for who, problem in waits:
            Waiting.objects.create(
                item=made, workspace=workspace, user=who, kind=kind, rank=1, at=0, problem=problem
            )

    item("mail", "done")
    item("mail", "done")
    item("mail", "skipped")
    item("mail", "dropped")
    item("chat", "waiting", (None, ""), (no, ""))
    item("chat", "waiting", (yes, ""), (no, ""))
    item("chat", "waiting", (no, ""))
    item("chat", "waiting", (no, ""), (None, "crashed"))
    item("chat", "waiting", (yes, "ValueError"), (None, ""), (no, ""))
    item("activity", "waiting", (no, ""))
    item("reaction", "done", of=Source.objects.create(workspace=workspace, name="Other", created_by="x"))

    assert upload_counts(source) == {
        "mail": NOUGHTS | {"done": 2, "skipped": 1, "dropped": 1},
        "chat": NOUGHTS | {"queued": 2, "held": 1, "failed": 2},
        "reaction": NOUGHTS,
        "activity": NOUGHTS | {"held": 1},
    }


def test_many_items_are_not_counted_each_time(
    source: Source, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MANY", 2)
    monkeypatch.setattr(uploads, "_kept", {})

    def item(number: int) -> None:
        key = seal.raw(str(number).encode())
        Item.objects.create(
            workspace=source.workspace, source=source, kind="mail", key=key, digest=b"", at=0, received_at=0
        )

    for number, counted in ((1, 1), (2, 2), (3, 2)):
        item(number)
        assert upload_counts(source)["mail"]["held"] == counted
    later = time.monotonic() + uploads.KEPT_SECONDS
    monkeypatch.setattr("postroom.store.read.uploads.time.monotonic", lambda: later)
    assert upload_counts(source)["mail"]["held"] == 3


def test_without_items_there_is_no_share_K9(source: Source) -> None:
    assert failure_share(source) == (None, 0, 0)
    assert failure_share(source).is_alarm is False


def test_skipped_and_duplicate_are_items_and_no_failures_K9(source: Source) -> None:
    call(source, HOUR, queued=1, held=2, duplicate=3, updated=4, skipped=5, rejected=5)
    assert failure_share(source) == (0.25, 5, 20)
    assert failure_share(source).is_alarm is True


@pytest.mark.parametrize(("rejected", "is_alarm"), [(50, False), (51, True)])
def test_above_five_in_a_hundred_is_an_alarm_K9(source: Source, rejected: int, is_alarm: bool) -> None:
    call(source, HOUR, queued=1_000 - rejected, rejected=rejected)
    assert failure_share(source).is_alarm is is_alarm


def test_a_day_is_looked_back_and_a_thousand_items_K9(source: Source) -> None:
    call(source, timedelta(hours=25), rejected=500)
    assert failure_share(source) == (None, 0, 0)
    call(source, timedelta(hours=23), rejected=100)
    assert failure_share(source) == (1.0, 100, 100)
    call(source, timedelta(hours=2), queued=600)
    call(source, HOUR, queued=399, rejected=1)
    assert failure_share(source) == (0.001, 1, 1_000)


def test_what_another_source_sent_does_not_count_K1(source: Source) -> None:
    other = Source.objects.create(workspace=source.workspace, name="Other", created_by="x")
    call(other, HOUR, rejected=1)
    call(source, HOUR, "folder", rejected=1)
    call(source, HOUR, queued=1)
    assert failure_share(source) == (0.0, 0, 1)
