"""A mail that the provider has and does not give is set aside, stops no other, and is asked for again daily (L6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mail_world import K1, S1, mail
from mailbox_world import DAY, MailboxWorld, listed, mailbox_world

from postroom.actions.retry_set_aside import retry_set_aside
from postroom.store.models import Copy, Label, Listing, Mailbox, SetAside, Workspace

NOT_GIVEN = ("set_aside", "not_given")


@pytest.fixture
def world(company: Workspace) -> Iterator[MailboxWorld]:
    with mailbox_world(company) as made:
        yield made


def waiting(world: MailboxWorld) -> tuple[Any, Mailbox, Label, list[str]]:
    """Two mails came into an inbox; nobody looked yet."""
    kept, row = world.connect()
    [label] = world.select(row, "inbox")
    world.look(row)
    world.later(5)
    refs = [
        kept.deliver(kept.by_role("inbox"), mail(K1, [S1], id=f"{name}@x"), received_at=world.now)
        for name in ("one", "two")
    ]
    return kept, row, label, refs


@pytest.mark.parametrize("what", ["not_given", "head_alone"])
def test_it_is_set_aside_and_stops_no_other_L6(world: MailboxWorld, what: str) -> None:
    _, row, label, refs = waiting(world)
    getattr(world.server.faults, what).add(refs[0])
    assert world.look(row).outcomes == {("import", "imported"): 1, NOT_GIVEN: 1}
    aside, listing = SetAside.objects.get(), Listing.objects.get(ref=refs[0])
    assert (aside.why, aside.sealed_raw, listing.set_aside, listing.received_at) == (
        "not_given",
        None,
        aside,
        world.now,
    )
    assert (listed(label), row.trouble, Copy.objects.count()) == ((2, 0, 0), "", 1)


@pytest.mark.parametrize("what", ["not_given", "head_alone"])
def test_it_is_asked_for_again_once_a_day_and_never_gone_L6(world: MailboxWorld, what: str) -> None:
    _, row, label, refs = waiting(world)
    getattr(world.server.faults, what).update(refs)
    world.look(row)
    world.later(60)
    world.server.faults.requests.clear()
    for _ in range(3):
        world.look(row)
        world.later(60)
    assert world.server.faults.requests["heads"] == 0
    world.later(DAY)
    assert world.look(row).outcomes == {NOT_GIVEN: 2}
    assert world.server.faults.requests["heads"] == 2  # each by itself
    assert (listed(label), row.trouble, SetAside.objects.count()) == ((2, 0, 0), "", 2)


@pytest.mark.parametrize("what", ["not_given", "head_alone"])
def test_it_comes_in_once_it_is_given_L6(world: MailboxWorld, what: str) -> None:
    _, row, label, refs = waiting(world)
    getattr(world.server.faults, what).add(refs[0])
    world.look(row)
    getattr(world.server.faults, what).clear()
    world.later(DAY)
    assert world.look(row, verify=True).outcomes == {("import", "imported"): 1}
    assert (SetAside.objects.count(), Copy.objects.count(), listed(label)) == (0, 2, (2, 0, 0))
    assert Listing.objects.filter(copy=None).count() == 0


@pytest.mark.parametrize("what", ["not_given", "head_alone"])
def test_somebody_may_have_it_asked_for_at_once_L6(world: MailboxWorld, what: str) -> None:
    _, row, _, refs = waiting(world)
    getattr(world.server.faults, what).add(refs[0])
    world.look(row)
    world.later(60)
    world.look(row)
    aside = SetAside.objects.get()
    assert retry_set_aside(world.workspace, aside.pk)["status"] == "fetch_again"
    assert world.look(row).outcomes == {NOT_GIVEN: 1}
    assert Listing.objects.filter(is_due=True).count() == 0
    getattr(world.server.faults, what).clear()
    retry_set_aside(world.workspace, aside.pk)
    assert world.look(row).outcomes == {("import", "imported"): 1}
    assert SetAside.objects.count() == 0


def test_it_is_gone_once_the_provider_has_it_no_more_M15(world: MailboxWorld) -> None:
    kept, row, label, refs = waiting(world)
    world.server.faults.not_given.add(refs[0])
    world.look(row)
    kept.expunge(kept.by_role("inbox"), refs[0])
    world.later(DAY)
    world.look(row, verify=True)
    assert (listed(label), Listing.objects.get(ref=refs[0]).set_aside) == ((1, 1, 0), SetAside.objects.get())


def test_of_two_that_are_alike_the_one_that_is_given_will_do_L6(world: MailboxWorld) -> None:
    kept, row, label, _ = waiting(world)
    twins = [
        kept.deliver(kept.by_role("inbox"), mail(K1, [S1], id="twin@x"), received_at=world.now)
        for _ in range(2)
    ]
    world.server.faults.head_alone.update(twins)
    assert world.look(row).outcomes == {("import", "imported"): 2, NOT_GIVEN: 2}
    world.server.faults.head_alone.discard(twins[1])
    world.later(DAY)
    world.look(row, verify=True)
    world.later(DAY)
    world.look(row, verify=True)
    assert (SetAside.objects.count(), Copy.objects.count(), listed(label)) == (0, 3, (4, 0, 0))
