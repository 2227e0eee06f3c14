"""A push of the default synced labels takes hold of sync: at once, also in the middle of a look (M6, M7, M10, M11)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from mail_world import ACTOR, S1, replayed
from mailbox_world import DAY, MailboxWorld, decisions, listed
from sound import assert_sound, begun, deliver, hello, mails, subjects

from postroom.actions import push_default_labels
from postroom.actions.choose_labels import choose_labels
from postroom.actions.default_labels import apply_default_labels, undo_default_labels
from postroom.actions.work import claim_job, do_claimed
from postroom.core.labels import USER, Boxes
from postroom.core.schedule import LOOK_SOONER
from postroom.providers.memory import KeptMailbox
from postroom.providers.memory.opened import OpenMemoryMailbox
from postroom.store.models import Copy, Job, Label, Listing, Mailbox
from postroom.store.write.mailbox_choices import look_soon
from postroom.store.write.mailboxes import be_due
from postroom.worker.duties import DUTIES

BOTH, NEITHER = Boxes(inbox=True, sent=True), Boxes()
CHOICE = ("selected_at", "starts_at", "origin", "chosen_by", "chosen_at", "chosen_in")
METHODS = ("changes", "list", "heads", "wholes")


@pytest.fixture(autouse=True)
def _pushed_by_the_clock_of_the_world(world: MailboxWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_default_labels, "time", SimpleNamespace(time=lambda: world.now))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the provider is asked about labels: the method, and the label by its ref."""
    found: list[tuple[str, str]] = []

    def told(method: str) -> Callable[..., Any]:
        ask = getattr(OpenMemoryMailbox, method)

        def tell(opened: OpenMemoryMailbox, label: str, *more: Any) -> Any:
            found.append((method, label))
            return ask(opened, label, *more)

        return tell

    for method in METHODS:
        monkeypatch.setattr(OpenMemoryMailbox, method, told(method))
    return found


def push(world: MailboxWorld, boxes: Boxes) -> Job:
    """Click, and do it."""
    world.later(1)
    click = apply_default_labels(world.workspace, boxes, actor=ACTOR, now=world.now)
    return done(click)


def undo(world: MailboxWorld, click: Job) -> Job:
    """Undo it."""
    world.later(1)
    return done(undo_default_labels(world.workspace, click.pk, actor=ACTOR))


def done(asked_for: Job) -> Job:
    """Do the job that was asked for, as the worker does."""
    job = claim_job()
    assert job == asked_for
    do_claimed(job, DUTIES[job.kind])
    job.refresh_from_db()
    assert job.state == "done"
    return job


def once(
    world: MailboxWorld, method: str, do: Callable[[], object], is_time: Callable[[], bool] = lambda: True
) -> None:
    """Do something right before the first request of this method for which it is time."""

    def hook(asked: str) -> None:
        if asked == method and is_time():
            world.server.faults.before = lambda _: None
            do()

    world.server.faults.before = hook


def with_project(world: MailboxWorld, older: int = 0) -> tuple[KeptMailbox, Mailbox, Label, Label]:
    """A mailbox whose owner chose Inbox and Project X, looked at once; with ``older`` mails in Inbox, one a day."""
    kept, row = world.connect()
    for days in range(1, older + 1):
        at = world.now - days * DAY
        kept.deliver(kept.by_role("inbox"), hello(days, at=at), received_at=at)
    kept.add_label("Project X")
    Mailbox.objects.update(labels_at=None)
    world.look(row)
    inbox = Label.objects.get(mailbox=row, role="inbox")
    project = Label.objects.get(mailbox=row, path=["Project X"])
    choose_labels(row, {inbox.pk: True, project.pk: True}, origin=USER, actor=S1, now=world.now)
    world.look(row)
    return kept, row, inbox, project


def test_empty_boxes_stop_inbox_and_leave_project_x_syncing_M7_M10(
    world: MailboxWorld, asked: list[tuple[str, str]]
) -> None:
    kept, row, inbox, project = with_project(world)
    deliver(world, kept, inbox.ref, 1)
    deliver(world, kept, project.ref, 2)
    world.look(row)
    was = Label.objects.values().get(pk=project.pk)

    job = push(world, NEITHER)
    # Nobody connected a mailbox of the other one's.
    assert job.counts == {"changed": 1, "unchanged": 0, "skipped": 1, "failed": 0}
    assert Label.objects.values().get(pk=project.pk) == was
    asked.clear()
    deliver(world, kept, inbox.ref, 3)
    deliver(world, kept, project.ref, 4)
    both = hello(5, at=world.now)
    for label in (inbox, project):
        kept.deliver(label.ref, both, received_at=world.now)
    for _ in range(2):
        world.later(120)
        world.look(row, verify=True)
    assert subjects() == mails(1, 2, 4, 5)
    assert {label for _, label in asked} == {project.ref}
    assert Copy.objects.filter(message__message_id_token__isnull=False, label="Project X").count() == 3
    assert decisions() == {("import", "imported"): 4}
    assert_sound(world, kept, row)


@pytest.mark.parametrize("method", ["changes", "heads", "wholes"])
def test_what_is_fetched_after_inbox_was_taken_off_does_not_come_in_M10(
    world: MailboxWorld, asked: list[tuple[str, str]], method: str
) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    deliver(world, kept, inbox.ref, 2, 3)
    once(world, method, lambda: push(world, NEITHER))
    world.look(row)
    assert subjects() == mails(1)
    assert decisions() == {("import", "imported"): 1, ("skip", "label_not_selected"): 2}
    inbox.refresh_from_db()
    assert (inbox.selected_at, inbox.cursor, inbox.begun_at) == (None, None, None)
    asked.clear()
    deliver(world, kept, inbox.ref, 4)
    world.later(120)
    world.look(row)
    assert (asked, subjects(), row.trouble) == ([], mails(1), "")
    assert replayed(world.workspace).differences == []


@pytest.mark.parametrize("method", ["list", "heads", "wholes"])
def test_a_walk_back_ends_where_the_push_meets_it_M10(
    world: MailboxWorld, asked: list[tuple[str, str]], method: str
) -> None:
    kept, row, inbox, project = with_project(world, older=6)
    world.server.faults.page_size = 2
    choose_labels(row, {inbox.pk: True}, origin=USER, actor=S1, backfill_days=20, now=world.now)
    deliver(world, kept, project.ref, 10)
    world.later(60)
    asked.clear()
    once(world, method, lambda: push(world, NEITHER), lambda: asked.count((method, inbox.ref)) == 2)
    world.look(row)
    # Of three pages the first had come in, and the second was on its way.
    assert (subjects(), listed(inbox), asked.count(("list", inbox.ref))) == (mails(1, 2, 10), (4, 0, 0), 2)
    assert decisions() == {("import", "imported"): 3, ("skip", "label_not_selected"): 2}
    asked.clear()
    world.later(120)
    world.look(row)
    assert (subjects(), {label for _, label in asked}) == (mails(1, 2, 10), {project.ref})
    assert_sound(world, kept, row)


def test_what_a_push_selects_during_a_look_is_looked_at_right_after_it_M6(world: MailboxWorld) -> None:
    kept, row, _ = begun(world, "inbox")
    sent = Label.objects.get(mailbox=row, role="sent")
    Mailbox.objects.update(look_at=world.now)
    world.later(60)
    once(world, "changes", lambda: push(world, BOTH))
    world.look(row)
    assert row.look_at <= world.now
    deliver(world, kept, sent.ref, 1)
    world.look(row)
    assert (subjects(), row.look_at) == (mails(1), world.now + LOOK_SOONER)


def test_labels_that_a_first_look_finds_sync_right_after_it_M6(world: MailboxWorld) -> None:
    """A push that waits for them is done as soon as they are known: before that look ends."""
    kept, row = world.connect()
    Mailbox.objects.update(look_at=0)
    pushed: list[Job] = []

    def push_first(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith('UPDATE "store_mailbox" SET "leased_until" = NULL') and not pushed:
            pushed.append(push(world, BOTH))
        return execute(sql, *more)

    with connection.execute_wrapper(push_first):
        world.look(row)
    assert (len(pushed), row.look_at) == (1, world.now)
    deliver(world, kept, kept.by_role("inbox"), 1)
    world.look(row)
    assert subjects() == mails(1)


def test_undoing_brings_in_what_came_while_inbox_was_off_and_nothing_twice_M11(world: MailboxWorld) -> None:
    kept, row, inbox, project = with_project(world)
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    was = Label.objects.values(*CHOICE).get(pk=inbox.pk)
    deliver(world, kept, inbox.ref, 2)
    once(world, "wholes", lambda: clicks.append(push(world, NEITHER)))
    clicks: list[Job] = []
    world.look(row)
    deliver(world, kept, inbox.ref, 3)
    deliver(world, kept, project.ref, 4)
    world.later(120)
    world.look(row)
    assert subjects() == mails(1, 4)

    assert undo(world, clicks[0]).counts["changed"] == 1
    assert Label.objects.values(*CHOICE).get(pk=inbox.pk) == was
    row.refresh_from_db()
    assert row.look_at <= world.now
    world.look(row)
    deliver(world, kept, inbox.ref, 5)
    world.later(120)
    world.look(row, verify=True)
    assert subjects() == mails(1, 2, 3, 4, 5)
    assert decisions() == {("import", "imported"): 5}
    assert Listing.objects.exclude(missed_at=None).count() == 0
    assert_sound(world, kept, row)
    assert replayed(world.workspace).differences == []


def test_a_push_that_is_undone_within_one_look_loses_nothing_M11_M13(world: MailboxWorld) -> None:
    """The look, on its way back, notes nothing any more: what came since it asked for news would be passed over."""
    kept, row, inbox, _ = with_project(world, older=6)
    world.server.faults.page_size = 2
    choose_labels(row, {inbox.pk: True}, origin=USER, actor=S1, backfill_days=20, now=world.now)

    def push_undo_and_deliver() -> None:
        undo(world, push(world, NEITHER))
        deliver(world, kept, inbox.ref, 10)

    world.later(60)
    once(world, "list", push_undo_and_deliver)
    world.look(row)
    inbox.refresh_from_db()
    assert (inbox.cursor, inbox.begun_at, inbox.walked_to) == (None, None, None)
    world.look(row)
    assert subjects() == mails(*range(1, 7), 10)
    assert Listing.objects.exclude(missed_at=None).count() == 0
    assert_sound(world, kept, row)


def test_what_is_asked_for_in_the_second_in_which_a_look_began_is_done_right_after_it_M13(
    world: MailboxWorld,
) -> None:
    """The server tells of new mail, or a push selects, while the look is beyond that label."""
    _, row, _ = begun(world, "inbox")
    for is_asked_for in (lambda: be_due([row.pk], world.now), lambda: look_soon(row, world.now)):
        world.later(60)
        Mailbox.objects.update(look_at=world.now)
        once(world, "changes", is_asked_for)
        world.look(row)
        assert row.look_at <= world.now
        world.look(row)
        assert row.look_at == world.now + LOOK_SOONER
