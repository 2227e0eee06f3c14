"""Whose turn it is among mailboxes: new mail never waits behind a backlog (M13)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from mail_world import K1, S1, mail, the_company
from mailbox_world import DAY, MailboxWorld, mailbox_world

from postroom.actions import look_time
from postroom.actions.look_now import look_now
from postroom.actions.sync_mailbox import look_at_one_due
from postroom.core.schedule import LOOK_SOONER
from postroom.core.trouble import TryLater
from postroom.stopping import Stopping
from postroom.store.models import Listing, Mailbox
from postroom.store.read.mailboxes import due_mailboxes, is_one_waiting


@pytest.fixture
def world(db: None) -> Iterator[MailboxWorld]:
    with mailbox_world(the_company()) as world:
        world.now = int(time.time())
        yield world


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two questions to the clock 2 seconds pass."""
    passed = iter(range(0, 1_000_000, 2))
    monkeypatch.setattr(look_time, "time", SimpleNamespace(monotonic=lambda: next(passed)))


def _two(world: MailboxWorld) -> tuple[Mailbox, Mailbox]:
    return world.connect()[1], world.connect("s2@us.com")[1]


def _with_a_backlog(world: MailboxWorld) -> Mailbox:
    kept, row = world.connect()
    world.select(row, "inbox", days=400)
    for days in range(1, 400, 50):
        at = world.now - days * DAY
        kept.deliver(kept.by_role("inbox"), mail(K1, [S1], at=at, subject=f"{days}"), received_at=at)
    return row


def test_those_that_only_go_on_have_their_turn_when_no_other_waits_M13(world: MailboxWorld) -> None:
    one, other = _two(world)
    Mailbox.objects.filter(pk=one.pk).update(look_at=world.now + 60, has_more=True)
    Mailbox.objects.filter(pk=other.pk).update(look_at=world.now)
    assert (due_mailboxes(world.now, 10), is_one_waiting(world.now)) == ([other.pk], True)
    Mailbox.objects.filter(pk=other.pk).update(look_at=world.now + 30)
    assert (due_mailboxes(world.now, 10), is_one_waiting(world.now)) == ([one.pk], False)
    Mailbox.objects.filter(pk=other.pk).update(has_more=True)
    assert due_mailboxes(world.now, 10) == [other.pk, one.pk]
    Mailbox.objects.update(has_more=False)
    assert due_mailboxes(world.now, 10) == []


def test_who_asks_by_hand_comes_first(world: MailboxWorld) -> None:
    one, other = _two(world)
    Mailbox.objects.update(look_at=world.now - 600)
    look_now(other)
    assert due_mailboxes(world.now, 10) == [other.pk, one.pk]


def test_a_look_without_time_for_the_backlog_goes_on_later_and_has_asked_for_new_mail_M13(
    world: MailboxWorld,
) -> None:
    row = _with_a_backlog(world)
    world.look(row, seconds=0)
    assert (row.look_at, row.has_more, row.looked_at) == (world.now + LOOK_SOONER, True, world.now)
    assert Listing.objects.count() == 0
    world.look(row)
    assert (row.look_at, row.has_more, Listing.objects.count()) == (world.now + LOOK_SOONER, False, 8)


def test_trouble_ends_the_backlogs_turn_too(world: MailboxWorld) -> None:
    row = _with_a_backlog(world)
    world.look(row, seconds=0)
    world.server.faults.fail_always("open", TryLater("busy", after_seconds=600))
    world.look(row)
    assert (row.trouble, row.has_more, row.look_at) == ("try_later", False, world.now + 600)


def test_a_backlog_gives_way_to_new_mail_of_another_M13(world: MailboxWorld, slow: None) -> None:
    row, (_, other) = _with_a_backlog(world), world.connect("s2@us.com")
    Mailbox.objects.filter(pk=row.pk).update(look_at=0)
    Mailbox.objects.filter(pk=other.pk).update(look_at=1)
    assert look_at_one_due(Stopping())
    row.refresh_from_db()
    met = Listing.objects.count()
    assert (row.has_more, met < 8) == (True, True)
    assert look_at_one_due(Stopping())
    other.refresh_from_db()
    assert other.look_at >= world.now + LOOK_SOONER
    while row.has_more:
        assert look_at_one_due(Stopping())
        row.refresh_from_db()
    assert Listing.objects.count() == 8
    assert not look_at_one_due(Stopping())


def test_changes_without_end_leave_others_their_turn_and_go_on_where_they_were_M13(
    world: MailboxWorld,
) -> None:
    kept, row = world.connect()
    world.select(row, "inbox", "sent")
    world.look(row)
    looked_at = row.looked_at
    world.later(120)
    for name in ("inbox", "sent"):
        for number in range(5):
            kept.deliver(
                kept.by_role(name),
                mail(K1, [S1], at=world.now, subject=f"{name} {number}"),
                received_at=world.now,
            )
    world.server.faults.page_size = 2
    for met in (4, 8):
        world.look(row, seconds=0)
        assert (Listing.objects.count(), row.has_more, row.looked_at) == (met, True, looked_at)
        assert row.look_at == world.now + LOOK_SOONER
    world.look(row, seconds=0)
    assert (Listing.objects.count(), row.has_more, row.looked_at) == (10, False, world.now)
