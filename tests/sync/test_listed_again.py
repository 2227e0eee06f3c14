"""A mail that is listed again by another ref, or after all: what was asked for stays, and it is met once (C13, L5)."""

from __future__ import annotations

import time

import pytest
from mailbox_world import DAY, MailboxWorld, listed
from sound import assert_sound, begun, deliver

from postroom.providers.memory.opened import OpenMemoryMailbox
from postroom.store.models import Listing, Mailbox
from postroom.store.read.fetched_again import messages_listed
from postroom.store.write.fetched_again import be_fetched_again


def due() -> list[str]:
    """The refs of the mails that are to be fetched again."""
    return list(Listing.objects.filter(is_due=True).order_by("pk").values_list("ref", flat=True))


def ask_for_all(row: Mailbox) -> None:
    """Somebody asks that all of it is fetched and decided again."""
    messages = Listing.objects.filter(label__mailbox=row).values_list("copy__message", flat=True)
    be_fetched_again(messages_listed(messages), int(time.time()))


def test_what_was_asked_for_is_fetched_though_refs_change_C13(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1, 2)
    world.look(row)
    ask_for_all(row)
    kept.change_epoch(inbox.ref)
    world.later(60)
    world.look(row)
    now = set(kept.label(inbox.ref).mails)
    assert set(due()) == now
    world.server.given_whole.clear()
    world.later(60)
    world.look(row)
    assert (set(world.server.given_whole), due()) == (now, [])
    assert_sound(world, kept, row)


def test_what_was_asked_for_and_went_and_came_meanwhile_is_fetched_C13(like_imap: MailboxWorld) -> None:
    world = like_imap
    kept, row, [inbox] = begun(world, "inbox")
    [ref] = deliver(world, kept, inbox.ref, 1)
    world.look(row)
    ask_for_all(row)
    archive = kept.add_label("Archive")
    back = kept.move(archive, kept.move(inbox.ref, ref, archive), inbox.ref)
    world.later(60)
    world.server.given_whole.clear()
    world.look(row)
    assert (world.server.given_whole, due()) == ([back], [])


def test_what_vanished_and_is_met_after_all_is_not_vanished_L5(
    world: MailboxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    with monkeypatch.context() as patch:
        patch.setattr(OpenMemoryMailbox, "heads", lambda *_: [])
        world.look(row)
    assert listed(inbox) == (0, 0, 1)
    world.later(2 * DAY)
    world.look(row, verify=True)
    assert listed(inbox) == (1, 0, 0)
    assert_sound(world, kept, row)
