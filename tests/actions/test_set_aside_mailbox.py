"""What could not be read of a mailbox is fetched again where it can be, and else read as it was kept (L6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mail_world import ACTOR, K1, S1, found_by, mail, replayed, timeline
from mailbox_world import DAY, MailboxWorld, mailbox_world

from postroom.actions.retry_all_set_aside import retry_all_set_aside
from postroom.actions.retry_set_aside import retry_set_aside
from postroom.core.mailbox import NOT_SELECTED, Mode
from postroom.store.models import (
    Copy,
    Decision,
    Engagement,
    Label,
    Listing,
    Mailbox,
    SetAside,
    Source,
    Workspace,
)
from postroom.store.read.completeness import accounted_labels, added_up, by_day
from postroom.store.secrets import encrypt
from postroom.worker.runner import run_due

UNREADABLE = b"no mail at all"


@pytest.fixture
def world(company: Workspace) -> Iterator[MailboxWorld]:
    with mailbox_world(company) as made:
        yield made


def put(world: MailboxWorld, raw: bytes = UNREADABLE) -> tuple[Any, Mailbox, SetAside]:
    """A mailbox in whose inbox a mail could not be read."""
    kept, row = world.connect()
    world.select(row, "inbox")
    world.look(row)
    kept.deliver(kept.by_role("inbox"), raw, received_at=world.now)
    world.later(5)
    world.look(row)
    return kept, row, SetAside.objects.get()


def readable_by_now(aside: SetAside, raw: bytes) -> None:
    """As if reading had become better: what was kept can be read."""
    aside.sealed_raw, aside.size = encrypt(raw), len(raw)
    aside.save()


def test_what_the_mailbox_still_lists_is_fetched_again_L6(world: MailboxWorld) -> None:
    _, row, aside = put(world)
    Mailbox.objects.update(look_at=4_000_000_000)
    assert retry_set_aside(world.workspace, aside.pk) == {
        "id": aside.pk,
        "status": "fetch_again",
        "reason": "",
    }
    row.refresh_from_db()
    listing = Listing.objects.get()
    assert (listing.is_due, listing.set_aside, row.look_at < 4_000_000_000) == (True, aside, True)
    world.server.given_whole.clear()
    assert world.look(row).outcomes == {("set_aside", "no_headers"): 1}
    aside.refresh_from_db()
    assert (world.server.given_whole, aside.tries, SetAside.objects.count()) == ([listing.ref], 2, 1)
    listing.refresh_from_db()
    assert (listing.is_due, listing.set_aside) == (False, aside)


def test_what_is_kept_is_read_where_the_mailbox_is_not_connected_L6(world: MailboxWorld) -> None:
    _, row, aside = put(world)
    Mailbox.objects.update(connected_at=None)
    readable_by_now(aside, mail(K1, [S1]))
    label = Label.objects.get(selected_at__isnull=False)
    assert retry_set_aside(world.workspace, aside.pk) == {
        "id": aside.pk,
        "status": "filed",
        "reason": "imported",
    }
    assert SetAside.objects.count() == 0
    listing, copy = Listing.objects.get(), Copy.objects.get()
    assert (listing.copy, listing.set_aside, listing.is_due) == (copy, None, False)
    assert (copy.source, copy.label_role, copy.lenses) == ("memory", "inbox", 3)
    assert Engagement.objects.get().subject == "Hello"
    assert sorted(Decision.objects.values_list("lens", "reason")) == [
        ("customer", "imported"),
        ("people", "no_consent"),
    ]
    assert not replayed(world.workspace).differences
    Mailbox.objects.update(connected_at=row.connected_at)
    [found] = accounted_labels(world.workspace)
    assert (found, added_up(by_day(found, 0).values()).is_equal) == (label, True)


@pytest.mark.parametrize(
    ("own", "strictest", "subject"),
    [
        (Mode.METADATA, Mode.FULL, ""),
        (Mode.FULL, Mode.METADATA, ""),
        (Mode.SUBJECT, Mode.FULL, "Hello"),
        (Mode.FULL, Mode.FULL, "Hello"),
    ],
)
def test_what_is_kept_of_it_is_what_the_mailbox_and_the_workspace_keep_S8(
    world: MailboxWorld, own: Mode, strictest: Mode, subject: str
) -> None:
    _, _, aside = put(world)
    Mailbox.objects.update(connected_at=None, mode=own)
    Workspace.objects.update(mailbox_mode=strictest)
    readable_by_now(aside, mail(K1, [S1]))
    assert retry_set_aside(world.workspace, aside.pk)["reason"] == "imported"
    [shown] = timeline(world.workspace)
    text = "How are you?" if subject and own is strictest else ""
    assert (shown["subject"], shown["snippet"]) == (subject, text)
    assert found_by(world.workspace, "are you") == ([subject] if text else [])


def test_of_a_label_deselected_since_it_does_not_come_in_C2(world: MailboxWorld) -> None:
    _, _, aside = put(world)
    world.deselect(Label.objects.get(selected_at__isnull=False))
    readable_by_now(aside, mail(K1, [S1]))
    assert retry_set_aside(world.workspace, aside.pk) == {
        "id": aside.pk,
        "status": "filed",
        "reason": "label_not_selected",
    }
    copy, listing = Copy.objects.get(), Listing.objects.get()
    assert (copy.starts_at, copy.received_at, Engagement.objects.count()) == (
        NOT_SELECTED,
        listing.received_at,
        0,
    )
    assert not replayed(world.workspace).differences


def test_of_a_label_that_is_gone_it_does_not_come_in_C2(world: MailboxWorld) -> None:
    _, _, aside = put(world)
    Label.objects.filter(selected_at__isnull=False).update(gone_at=world.now)
    readable_by_now(aside, mail(K1, [S1]))
    assert retry_set_aside(world.workspace, aside.pk)["reason"] == "label_not_selected"


def test_received_before_its_label_begins_it_does_not_come_in_M15(world: MailboxWorld) -> None:
    """When the provider took it in counts, and not what its header says."""
    _, _, aside = put(world)
    Mailbox.objects.update(connected_at=None)
    Label.objects.filter(selected_at__isnull=False).update(starts_at=world.now)
    readable_by_now(aside, mail(K1, [S1], at=world.now + DAY))
    assert retry_set_aside(world.workspace, aside.pk)["reason"] == "before_selection"
    assert Copy.objects.get().starts_at == world.now


def test_older_than_the_crawling_depth_it_does_not_come_in_P9(world: MailboxWorld) -> None:
    _, _, aside = put(world)
    Mailbox.objects.update(connected_at=None)
    readable_by_now(aside, mail(K1, [S1], at=world.now - 400 * DAY))
    assert retry_set_aside(world.workspace, aside.pk)["reason"] == "before_crawling_depth"


def test_what_still_cannot_be_read_stays_as_it_is_L6(world: MailboxWorld) -> None:
    _, _, aside = put(world)
    Mailbox.objects.update(connected_at=None)
    assert retry_set_aside(world.workspace, aside.pk) == {
        "id": aside.pk,
        "status": "set_aside",
        "reason": "no_headers",
    }
    aside.refresh_from_db()
    listing = Listing.objects.get()
    assert (aside.tries, listing.set_aside, listing.copy, listing.is_due) == (2, aside, None, False)


def test_what_was_too_large_to_keep_needs_its_mailbox_L6(world: MailboxWorld) -> None:
    _, _, aside = put(world)
    Mailbox.objects.update(connected_at=None)
    SetAside.objects.update(sealed_raw=None)
    assert retry_set_aside(world.workspace, aside.pk) == {
        "id": aside.pk,
        "status": "rejected",
        "reason": "mailbox_needed",
    }
    assert Listing.objects.get().set_aside == aside


def test_of_a_source_that_feeds_the_people_lens_alone_it_is_counted_alone_F5(world: MailboxWorld) -> None:
    Source.objects.update(feeds_customer=False)
    _, _, aside = put(world)
    Mailbox.objects.update(connected_at=None)
    readable_by_now(aside, mail(K1, [S1]))
    assert retry_set_aside(world.workspace, aside.pk)["reason"] == "no_consent"
    assert [decision.lens for decision in Decision.objects.all()] == ["people"]


def test_all_that_is_set_aside_is_run_again_each_in_its_way_L6(world: MailboxWorld) -> None:
    put(world)
    job = retry_all_set_aside(world.workspace, actor=ACTOR)
    while run_due():
        pass
    job.refresh_from_db()
    assert (job.state, job.counts) == ("done", {"filed": 0, "set_aside": 0, "rejected": 0, "fetch_again": 1})
    assert Listing.objects.get().is_due is True
