"""What could not be processed counts as failed, beside what was rejected (K9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from plans import plans_of

from postroom.core.seal import Seal
from postroom.store.models import Item, Source, UploadCall, User, Waiting, Workspace
from postroom.store.read.source_health import failure_shares
from postroom.store.read.uploads import failure_share

HOUR = timedelta(hours=1)


@pytest.fixture
def source(workspace: Workspace) -> Source:
    return Source.objects.create(workspace=workspace, name="Connector", created_by="x")


def call(source: Source, ago: timedelta, kind: str = "mail", **statuses: int) -> None:
    UploadCall.objects.create(source=source, kind=kind, at=timezone.now() - ago, statuses=statuses)


class Failing:
    """Makes items that lenses failed on."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._number = 0

    def __call__(self, source: Source, ago: timedelta, *problems: str) -> Item:
        self._number += 1
        item = Item.objects.create(
            workspace=source.workspace,
            source=source,
            kind="mail",
            key=self._seal.raw(str(self._number).encode()),
            digest=b"",
            at=0,
            received_at=int((timezone.now() - ago).timestamp()),
        )
        for number, problem in enumerate(problems):
            user, _ = User.objects.get_or_create(workspace=source.workspace, email=f"u{number}@us.com")
            Waiting.objects.create(
                item=item, workspace=source.workspace, user=user, kind="mail", rank=1, at=0, problem=problem
            )
        return item


@pytest.fixture
def failing(seal: Seal) -> Failing:
    return Failing(seal)


def test_what_could_not_be_processed_has_failed_too_K9(source: Source, failing: Failing) -> None:
    call(source, HOUR, queued=18, rejected=2)
    failing(source, HOUR, "")
    item = failing(source, HOUR, "ValueError", "KeyMissing", "")
    assert failure_share(source) == (0.15, 3, 20)
    Waiting.objects.filter(item=item).update(problem="")
    assert failure_share(source) == (0.1, 2, 20)


def test_only_items_of_the_calls_that_are_looked_at_have_failed_K9(source: Source, failing: Failing) -> None:
    other = Source.objects.create(workspace=source.workspace, name="Other", created_by="x")
    call(source, timedelta(hours=25), queued=10)
    call(source, timedelta(hours=23), queued=10)
    call(source, 2 * HOUR, queued=600)
    call(source, HOUR, queued=400)
    call(other, 3 * HOUR, queued=4)
    for ago in (timedelta(hours=25), timedelta(hours=23), 2 * HOUR, HOUR):
        failing(source, ago, "ValueError")
    failing(other, 3 * HOUR, "empty")
    assert failure_shares([source.pk, other.pk]) == {source.pk: (0.002, 2, 1_000), other.pk: (0.25, 1, 4)}


def test_failed_items_are_found_by_their_own_index(source: Source, failing: Failing) -> None:
    call(source, HOUR, queued=1)
    failing(source, HOUR, "ValueError")
    if connection.vendor == "sqlite":
        plan = plans_of(lambda: failure_share(source))[-1]
        assert plan[0].startswith("SCAN w USING") and plan[0].endswith("INDEX waiting_failed"), plan
