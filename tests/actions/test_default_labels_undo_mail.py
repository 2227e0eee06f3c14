"""Mail that was kept out while a push held is fetched again once the push is undone (C13, M11)."""

from __future__ import annotations

import secrets

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from push_world import DAY, INBOX, NEITHER, PushWorld

from postroom.actions import push_default_labels
from postroom.core.mailbox import NOT_SELECTED
from postroom.store.models import Copy, Label, Listing, Mailbox, Message
from postroom.store.write import pushes


@pytest.fixture
def world(db: None) -> PushWorld:
    return PushWorld()


def listed(label: Label, ref: str, starts_at: int, received_at: int) -> None:
    """A mail in the label, and from when on the label's mail came in when it was decided."""
    mailbox = label.mailbox
    message, _ = Message.objects.get_or_create(
        workspace=mailbox.workspace,
        identity=bytes(16),
        defaults={"reference_tokens": b"", "at": received_at, "flags": ""},
    )
    copy = Copy.objects.create(
        message=message,
        fingerprint=secrets.token_bytes(16),
        source="memory",
        user=mailbox.user,
        label="INBOX",
        participants=b"",
        met_at=received_at,
        starts_at=starts_at,
    )
    Listing.objects.create(label=label, ref=ref, received_at=received_at, copy=copy)


def due() -> list[str]:
    """What is to be fetched again."""
    return list(Listing.objects.filter(is_due=True).order_by("pk").values_list("ref", flat=True))


def test_what_was_kept_out_meanwhile_is_fetched_again_C13_M11(world: PushWorld) -> None:
    inbox = world.label(world.user("sam", "inbox"), "inbox")
    job = world.push(NEITHER)
    began = inbox.starts_at or 0
    listed(inbox, "meanwhile", NOT_SELECTED, world.now)
    listed(inbox, "let in before", began, world.now - DAY)
    listed(inbox, "before it all", began, began - DAY)
    Mailbox.objects.update(look_at=world.now + 600)
    with CaptureQueriesContext(connection) as asked:
        world.undo(job)
    assert due() == ["meanwhile"]
    assert Mailbox.objects.get().look_at == world.now
    # The label begins when it began before: nobody goes through the thousands of mails since then.
    assert [query["sql"] for query in asked if "received_at" in query["sql"]] == []


def test_what_a_push_that_was_undone_too_kept_out_is_fetched_again_C13_M11(world: PushWorld) -> None:
    """It let the label begin later: what it decided by that was kept out as received before."""
    inbox = world.label(world.user("sam", "inbox"), "inbox")
    first = world.push(NEITHER)
    second = world.push(INBOX)
    listed(inbox, "before the second push", world.now, world.now - DAY)
    world.undo(second)
    assert due() == []
    world.undo(first)
    assert due() == ["before the second push"]


def test_where_all_mail_is_gone_through_others_wait_for_fewer_users_M11(
    world: PushWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        world.user(name, "inbox")
    first = world.push(NEITHER)
    second = world.push(INBOX)
    monkeypatch.setattr(push_default_labels, "FEW", 1)
    hold, held = pushes.hold_mailboxes, []

    def count_and_hold(users: list[int]) -> None:
        held.append(len(users))
        hold(users)

    monkeypatch.setattr(pushes, "hold_mailboxes", count_and_hold)
    world.undo(second)
    assert held == [3]
    world.undo(first)
    assert held == [3, 1, 1, 1]
