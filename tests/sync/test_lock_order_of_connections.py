"""Whoever connects or disconnects many mailboxes locks them in the order of a push: nobody waits for each other.

SQLite has one writer at a time: there it is held that each waits for its turn, and none gives up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connections, transaction
from django.utils import timezone
from test_lock_order import _wait_until_somebody_waits

from postroom.actions.add_users import add_users
from postroom.actions.connect_all import connect_all, disconnect_all
from postroom.actions.mailbox_source import set_up_source
from postroom.core.trouble import SIGN_IN_AGAIN
from postroom.providers import registry
from postroom.providers.memory import memory_server
from postroom.store.models import Job, Mailbox, Source, User, Workspace
from postroom.store.write.pushes import hold_mailboxes
from postroom.worker.runner import run_due

BOSS, ANN, BEN = "boss@us.com", "ann@us.com", "ben@us.com"
MASTER = {"host": "imap.us.com", "master_user": "reader", "master_password": "master"}


@pytest.fixture
def source(transactional_db: None, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    """A source that reads all mailboxes; Ann was added and written first, but her mailbox has the later number."""
    monkeypatch.setitem(registry._WHERE, "imap", "postroom.providers.memory")  # type: ignore[index]
    add_users(workspace, [{"email": ANN}, {"email": BEN}], actor=BOSS)
    made = set_up_source(workspace, "imap", MASTER, actor=BOSS)
    made.settings["server"] = "locked"
    made.save()
    for number, email in ((2_000, ANN), (1_000, BEN)):
        user = User.objects.get(workspace=workspace, email=email)
        Mailbox.objects.create(
            id=number, workspace=workspace, user=user, source=made, address=email, connected_by=BOSS
        )
    with memory_server("locked") as server:
        for email in (ANN, BEN):
            server.add_user(email)
        yield made


def _connect(source: Source) -> None:
    assert run_due() is True
    job = Job.objects.get()
    assert (job.state, job.counts["connected"]) == ("done", 2)


def _disconnect(source: Source) -> None:
    assert disconnect_all(source.workspace, "imap", actor=BOSS) == 2


def _set_up(source: Source) -> None:
    set_up_source(source.workspace, "imap", {"master_password": "another"}, actor=BOSS)


@pytest.mark.parametrize("act", [_connect, _disconnect, _set_up])
def test_mailboxes_that_a_push_holds_are_waited_for_in_its_order(
    source: Source, act: Callable[[Source], None]
) -> None:
    connect_all(source.workspace, "imap", ANN, actor=BOSS)
    if act is not _connect:
        Mailbox.objects.update(connected_at=timezone.now(), is_central=True, trouble=SIGN_IN_AGAIN)
    ben, ann = Mailbox.objects.order_by("pk").values_list("user", flat=True)
    failed: list[str] = []

    def do() -> None:
        try:
            act(source)
        except (OperationalError, AssertionError) as error:
            failed.append(repr(error))
        finally:
            connections.close_all()

    doing = threading.Thread(target=do)
    with transaction.atomic():
        hold_mailboxes([ben])
        doing.start()
        _wait_until_somebody_waits()
        hold_mailboxes([ann])
    doing.join()
    assert failed == []
