"""The worker looks into mailboxes that are due, and one that meets what it should not stops no other."""

from __future__ import annotations

import time

import pytest
from mail_world import K1, S1, mail, the_company
from mailbox_world import mailbox_world

from postroom.stopping import Stopping
from postroom.store.models import Engagement, Mailbox, Workspace
from postroom.worker.mailboxes import MailboxSweep


@pytest.fixture
def company(db: None) -> Workspace:
    return the_company()


def test_a_mailbox_that_is_due_is_looked_into(company: Workspace) -> None:
    with mailbox_world(company) as world:
        world.now = int(time.time())
        kept, row = world.connect()
        world.select(row, "inbox")
        kept.deliver(kept.by_role("inbox"), mail(K1, [S1], at=world.now), received_at=world.now)
        sweep = MailboxSweep(Stopping())
        Mailbox.objects.update(look_at=0)
        assert (sweep.take_one(), sweep.take_one()) == (True, False)
        assert Engagement.objects.count() == 1


def test_what_should_never_happen_stands_on_the_mailbox_and_stops_no_other(company: Workspace) -> None:
    with mailbox_world(company) as world:
        world.now = int(time.time())
        for email in (S1, "s2@us.com"):
            _, row = world.connect(email)
            world.select(row, "inbox")

        def break_once(method: str) -> None:
            if method == "changes":
                world.server.faults.before = lambda _: None
                raise ValueError("a mistake of ours")

        world.server.faults.before = break_once
        Mailbox.objects.update(look_at=0)
        sweep = MailboxSweep(Stopping())
        assert [sweep.take_one(), sweep.take_one(), sweep.take_one()] == [True, True, False]
        assert list(Mailbox.objects.order_by("pk").values_list("trouble", "trouble_code")) == [
            ("try_later", "unexpected"),
            ("", ""),
        ]
        assert Mailbox.objects.filter(leased_until=None).count() == 2
