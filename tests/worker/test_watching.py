"""New mail in a mailbox that is watched has it looked into at once."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from mail_world import K1, S1, mail, the_company
from mailbox_world import mailbox_world

from postroom.actions import watch_mailbox
from postroom.actions.watch_mailbox import watch
from postroom.providers.memory.opened import OpenMemoryMailbox
from postroom.store.models import Mailbox, Workspace
from postroom.store.read.mailboxes import watchable_mailboxes, watched_label


@pytest.fixture
def company(db: None) -> Workspace:
    return the_company()


def test_new_mail_makes_the_mailbox_due(company: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    # Within a test's transaction the connection must stay.
    monkeypatch.setattr(watch_mailbox.connections, "close_all", lambda: None)
    monkeypatch.setattr(watch_mailbox, "HINTS_EVERY", 0.0)
    with mailbox_world(company) as world:
        world.server.can_wait = True
        kept, row = world.connect()
        world.select(row, "inbox")
        Mailbox.objects.update(look_at=int(time.time()) + 600)
        turns = iter([True, False])
        due: list[bool] = []

        def goes_on() -> bool:
            due.append(Mailbox.objects.get(pk=row.pk).look_at <= int(time.time()))
            Mailbox.objects.update(look_at=int(time.time()) + 600)
            arguments = {"received_at": world.now}
            threading.Timer(0.2, kept.deliver, (kept.by_role("inbox"), mail(K1, [S1])), arguments).start()
            return next(turns)

        assert watch(row.pk, goes_on) is True
        # When the watch began, for what came before; and when there was mail.
        assert due == [True, True]


def test_a_server_that_always_says_there_is_mail_is_heeded_every_15_seconds(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_mailbox.connections, "close_all", lambda: None)
    with mailbox_world(company) as world:
        _, row = world.connect()
        world.select(row, "inbox")
        clock = 0.0
        hints: list[float] = []

        def sleep(seconds: float) -> None:
            nonlocal clock
            clock += seconds

        def wait(opened: OpenMemoryMailbox, label: str, seconds: float) -> bool:
            sleep(0.001)
            hints.append(clock)
            return True

        monkeypatch.setattr(
            watch_mailbox, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: clock, time=time.time)
        )
        monkeypatch.setattr(OpenMemoryMailbox, "wait", wait)
        assert watch(row.pk, lambda: clock < 59.5) is True
        assert [round(at) for at in hints] == [0, 15, 30, 45]
        assert round(clock) == 60


def test_the_label_that_is_watched_is_the_one_that_syncs_now_M6_M10(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is chosen while it is watched: it stays at no label that was taken off, and passes over no new one."""
    monkeypatch.setattr(watch_mailbox.connections, "close_all", lambda: None)
    with mailbox_world(company) as world:
        _, row = world.connect()
        refs = {label.role: label.ref for label in row.labels.all()}
        [inbox, sent] = sorted(world.select(row, "inbox", "sent"), key=lambda label: label.role)
        choices = [
            lambda: world.deselect(inbox),
            lambda: world.select(row, "inbox"),
            lambda: world.deselect(inbox),
        ]
        choices.append(lambda: world.deselect(sent))
        clock = 0.0
        watched: list[tuple[str, bool]] = []

        def wait(opened: OpenMemoryMailbox, label: str, seconds: float) -> bool:
            nonlocal clock
            assert seconds <= 30
            clock += seconds
            was_due = Mailbox.objects.get(pk=row.pk).look_at <= int(time.time())
            Mailbox.objects.update(look_at=int(time.time()) + 600)
            watched.append((label, was_due))
            if len(watched) % 2 == 0:
                choices.pop(0)()
            return False

        monkeypatch.setattr(watch_mailbox, "time", SimpleNamespace(monotonic=lambda: clock, time=time.time))
        monkeypatch.setattr(OpenMemoryMailbox, "wait", wait)
        assert watch(row.pk, lambda: True) is True
        # What came before it was watched is not told of: at each label it begins with a look.
        assert watched == [
            (refs[role], is_first)
            for role in ("inbox", "sent", "inbox", "sent")
            for is_first in (True, False)
        ]


def test_a_server_that_cannot_tell_is_not_waited_at(
    company: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_mailbox.connections, "close_all", lambda: None)
    with mailbox_world(company) as world:
        _, row = world.connect()
        world.select(row, "inbox")
        assert watch(row.pk, lambda: True) is False


def test_watched_is_what_is_well_and_has_something_selected(company: Workspace) -> None:
    with mailbox_world(company) as world:
        _, row = world.connect()
        _, other = world.connect("s2@us.com")
        assert watchable_mailboxes("memory", 10) == []
        world.select(row, "sent", "inbox")
        world.select(other, "sent")
        assert watchable_mailboxes("memory", 10) == [row.pk, other.pk]
        labels = {label.role: label.ref for label in row.labels.all()}
        assert (watched_label(row.pk), watched_label(other.pk)) == (labels["inbox"], labels["sent"])
        Mailbox.objects.filter(pk=row.pk).update(trouble="sign_in_again")
        assert watchable_mailboxes("memory", 10) == [other.pk]
