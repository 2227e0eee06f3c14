"""A window that is left half-way goes on where it was left, where the provider lists the newest first (M13)."""

from __future__ import annotations

import pytest
from mail_world import U
from mailbox_world import DAY, MailboxWorld, listed
from sound import hello

from postroom.providers.memory.opened import OpenMemoryMailbox
from postroom.providers.port import Page
from postroom.stopping import Stopping
from postroom.store.models import Label, Mailbox

MAILS = 6


def left_after_two_pages(world: MailboxWorld) -> tuple[Mailbox, Label]:
    """A mail a day, of which the newest two pages, of two each, were met when there was no more time."""
    kept, row = world.connect()
    for days in range(1, MAILS + 1):
        at = world.now - days * DAY
        kept.deliver(kept.by_role("inbox"), hello(days, sender=U, at=at), received_at=at)
    [inbox] = world.select(row, "inbox", days=20)
    faults = world.server.faults
    faults.page_size = 2
    stop = Stopping()
    faults.before = lambda method: stop.set() if (method, faults.requests["heads"]) == ("heads", 1) else None
    world.look(row, stop=stop)
    faults.before = lambda _: None
    assert listed(inbox) == (4, 0, 0)
    inbox.refresh_from_db()
    return row, inbox


def test_a_window_goes_on_where_it_was_left_M13(world: MailboxWorld) -> None:
    start = world.now
    row, inbox = left_after_two_pages(world)
    assert inbox.walked_to == start - 4 * DAY + 1
    world.look(row)
    inbox.refresh_from_db()
    assert (listed(inbox), inbox.walked_to) == ((MAILS, 0, 0), start - 20 * DAY)


def test_it_begins_again_where_older_mail_may_stand_before_newer_M13(
    world: MailboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, ask = world.now, OpenMemoryMailbox.list

    def in_no_order(*asked: object) -> Page:
        return ask(*asked)._replace(is_newest_first=False)  # type: ignore[arg-type]

    monkeypatch.setattr(OpenMemoryMailbox, "list", in_no_order)
    row, inbox = left_after_two_pages(world)
    assert inbox.walked_to is None
    world.look(row)
    inbox.refresh_from_db()
    assert (listed(inbox), inbox.walked_to) == ((MAILS, 0, 0), start - 20 * DAY)
