"""What mailboxes brought is decided again alike: each copy by its label's start as it was then (C2, L4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mail_world import K1, S1, S2, U, mail, replayed
from mailbox_world import DAY, MailboxWorld, decisions, mailbox_world

from postroom.actions.choose_labels import choose_labels
from postroom.actions.explain import explain
from postroom.core.labels import USER
from postroom.providers.memory import KeptMailbox
from postroom.store.models import Copy, Decision, Engagement, Label, Mailbox, Workspace


@pytest.fixture(params=[False, True], ids=["like IMAP", "like Gmail"])
def world(request: pytest.FixtureRequest, company: Workspace) -> Iterator[MailboxWorld]:
    with mailbox_world(company, refs_stay_when_moved=request.param) as made:
        yield made


def choose(world: MailboxWorld, label: Label, wanted: bool, days: int = 0) -> None:
    """As its owner does."""
    choose_labels(
        label.mailbox,
        {label.pk: wanted},
        origin=USER,
        actor=S1,
        backfill_days=days,
        now=world.now,
    )


def moved_in(world: MailboxWorld, raw: bytes) -> tuple[KeptMailbox, Mailbox, Label]:
    """A mail of five days ago that comes into the inbox now, which is selected since a minute ago."""
    kept, row = world.connect()
    old = kept.add_label("Old")
    ref = kept.deliver(old, raw, received_at=world.now - 5 * DAY)
    label = Label.objects.get(mailbox=row, role="inbox")
    choose(world, label, True)
    world.look(row)
    world.later(60)
    kept.move(old, ref, kept.by_role("inbox"))
    world.look(row)
    assert decisions() == {("skip", "before_selection"): 1}
    return kept, row, label


def test_before_and_after_the_selection_L4(world: MailboxWorld) -> None:
    kept, row, _ = moved_in(world, mail(K1, [S1], id="1@x"))
    kept.deliver(kept.by_role("inbox"), mail(U, [S1], id="2@x"), received_at=world.now)
    world.look(row)
    assert decisions() == {("skip", "before_selection"): 1, ("skip", "unknown_sender"): 1}
    result = replayed(world.workspace)
    assert (result.same, result.differences) == (2, [])


def test_a_copy_of_another_mailbox_that_passes_L4_F4(world: MailboxWorld) -> None:
    moved_in(world, mail(K1, [S1], id="1@x"))
    kept, row = world.connect(S2)
    kept.deliver(kept.by_role("inbox"), mail(K1, [S1], id="1@x"), received_at=world.now - 5 * DAY)
    choose(world, Label.objects.get(mailbox=row, role="inbox"), True, days=10)
    world.look(row)
    assert decisions() == {("import", "imported"): 1}
    assert Decision.objects.filter(lens="customer").count() == 2
    result = replayed(world.workspace)
    assert (result.same, result.differences) == (2, [])


def test_a_label_that_goes_back_further_lets_its_mail_in_and_what_was_said_stays_true_L4_M15(
    world: MailboxWorld,
) -> None:
    _, row, label = moved_in(world, mail(K1, [S1], id="1@x"))
    label.refresh_from_db()
    choose(world, label, True, days=10)
    world.look(row)
    assert decisions() == {("import", "imported"): 1}
    assert Engagement.objects.count() == 1
    result = replayed(world.workspace)
    assert (result.same, result.differences) == (2, [])
    [told] = explain(world.workspace, message_id="1@x", sees_rules=True)["messages"]
    assert (told["today"], [one["reason"] for one in told["earlier"]]) == (None, ["before_selection"])
    world.later(60)
    assert world.look(row).new == 0
    assert Copy.objects.filter(last_seen_by=None).count() == 1


def test_deselected_while_it_was_fetched_and_selected_again_L4_C2(world: MailboxWorld) -> None:
    kept, row = world.connect()
    label = Label.objects.get(mailbox=row, role="inbox")
    choose(world, label, True)
    world.look(row)
    world.later(60)
    kept.deliver(kept.by_role("inbox"), mail(K1, [S1], id="1@x"), received_at=world.now)

    def deselect(method: str) -> None:
        if method == "heads":
            world.server.faults.before = lambda _: None
            label.refresh_from_db()
            choose(world, label, False)

    world.server.faults.before = deselect
    world.look(row)
    assert decisions() == {("skip", "label_not_selected"): 1}
    label.refresh_from_db()
    choose(world, label, True, days=1)
    world.look(row)
    assert decisions() == {("import", "imported"): 1}
    result = replayed(world.workspace)
    assert (result.same, result.differences) == (2, [])
