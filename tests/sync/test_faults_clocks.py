"""Clocks that are wrong, ours or the provider's, leave nothing waiting and nothing doubled (row 49)."""

from __future__ import annotations

import pytest
from mail_world import NOON
from mailbox_world import DAY, MailboxWorld, listed
from sound import assert_complete, assert_sound, begun, deliver, hello, mails, subjects

from postroom.store.models import Copy, Label
from postroom.store.read.mailboxes import due_mailboxes
from postroom.store.write import budgets
from postroom.store.write.mailboxes import claim


def test_row_49_a_clock_that_was_wrong_by_400_days_leaves_nothing_behind(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    now = world.now
    world.now = now + 400 * DAY
    world.server.faults.denied = {inbox.ref}
    world.look(row)
    assert Label.objects.get(pk=inbox.pk).problem == "not_allowed"
    world.server.faults.denied = set()
    world.now = now + 60
    deliver(world, kept, inbox.ref, 2)
    assert due_mailboxes(world.now, 10) == [row.pk]
    world.server.faults.requests.clear()
    world.look(row)
    assert_sound(world, kept, row)
    assert world.server.faults.requests["labels"] == 1
    assert (subjects(), Copy.objects.count()) == (mails(1, 2), 2)
    [ref] = deliver(world, kept, inbox.ref, 3)
    world.server.faults.untold = {ref}
    world.now += DAY
    world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), listed(inbox)) == (mails(1, 2, 3), (3, 0, 0))


def test_row_49_a_worker_that_was_killed_when_the_clock_was_wrong_does_not_keep_the_mailbox(
    world: MailboxWorld,
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    assert claim(row.pk, world.now + 400 * DAY) is not None
    assert claim(row.pk, world.now + 400 * DAY + 1) is None
    world.later(120)
    assert due_mailboxes(world.now, 10) == [row.pk]
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1)


def test_row_49_cursors_lost_when_the_clock_was_wrong_are_not_counted_for_400_days(
    world: MailboxWorld,
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    now = world.now
    world.now = now + 400 * DAY
    for _ in range(4):
        kept.lose_cursors()
        world.later(60)
        world.look(row)
    world.now = now + 60
    world.look(row)
    kept.lose_cursors()
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    assert_sound(world, kept, row)
    label = Label.objects.get(pk=inbox.pk)
    assert (label.problem, label.started_over, subjects()) == ("", [world.now], mails(1))


@pytest.mark.parametrize("skew", [-3_600, 3_600])
def test_row_49_a_provider_whose_clock_is_an_hour_off_is_read_whole(world: MailboxWorld, skew: int) -> None:
    kept, row = world.connect()
    world.select(row, "inbox", days=1)
    inbox = kept.by_role("inbox")
    for number in range(1, 4):
        at = world.now + skew + number
        kept.deliver(inbox, hello(number, at=at), received_at=at)
    world.look(row)
    for number in range(4, 7):
        at = world.now + skew + number
        kept.deliver(inbox, hello(number, at=at), received_at=at)
    world.later(60)
    world.look(row, verify=True)
    assert_sound(world, kept, row)
    assert subjects() == mails(*range(1, 7))


def test_row_49_our_clock_goes_back_an_hour_and_nothing_comes_in_twice(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1, 2)
    world.look(row)
    real = world.now
    world.now -= 3_600
    kept.deliver(inbox.ref, b"From: k1@acme.com\nTo: s1@us.com\nSubject: Mail 3\n\n", received_at=real + 5)
    world.look(row)
    assert_complete(world, kept, row)
    assert (subjects(), Copy.objects.count()) == (mails(1, 2, 3), 3)


def test_row_49_a_quota_is_not_used_up_until_a_wrong_clock_is_right(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    clock = [NOON + 400 * DAY]
    monkeypatch.setattr(budgets.time, "time", lambda: clock[0])
    assert budgets.spend("mailbox 1", 5, 5, 60) is None
    clock[0] = NOON
    assert budgets.spend("mailbox 1", 5, 5, 60) is None
    assert budgets.spend("mailbox 1", 5, 5, 60) == 60.0
