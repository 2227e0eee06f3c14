"""Faults of labels: renamed, deleted, made anew, gone while they are read, not allowed (rows 21, 22, 23)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from mail_world import S1, replayed
from mailbox_world import DAY, MailboxWorld, decisions, listed
from sound import assert_sound, begun, deliver, hello, mails, subjects

from postroom.actions.choose_labels import choose_labels
from postroom.core.schedule import LOOK_SOONER
from postroom.providers.memory import KeptMailbox
from postroom.store.models import Copy, Engagement, Label, Listing, Mailbox, Message, User


def with_project(world: MailboxWorld) -> tuple[KeptMailbox, Mailbox, str, Label]:
    """A mailbox whose label Project X is selected."""
    kept, row = world.connect()
    project = kept.add_label("Project X")
    Mailbox.objects.update(labels_at=None)
    world.look(row)
    [label] = world.select(row, "Project X")
    world.look(row)
    return kept, row, project, label


def test_row_21_a_renamed_label_keeps_selection_and_mail_M12(world: MailboxWorld) -> None:
    kept, row, project, label = with_project(world)
    deliver(world, kept, project, 1)
    world.look(row)
    renamed = kept.rename_label(project, "Done", "Project X")
    deliver(world, kept, renamed, 2)
    world.later(900)
    world.look(row)
    label.refresh_from_db()
    assert (label.ref, label.path) == (renamed, ["Done", "Project X"])
    assert label.selected_at is not None
    assert_sound(world, kept, row)
    assert (subjects(), Copy.objects.count(), listed(label)) == (mails(1, 2), 2, (2, 0, 0))


def test_row_21_a_label_renamed_between_two_looks_at_labels_is_found_again_at_once(
    world: MailboxWorld,
) -> None:
    kept, row, project, label = with_project(world)
    deliver(world, kept, project, 1)
    world.look(row)
    renamed = kept.rename_label(project, "Old")
    deliver(world, kept, renamed, 2)
    for _ in range(2):
        world.later(120)
        world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), Copy.objects.count(), listed(label)) == (mails(1, 2), 2, (2, 0, 0))


def test_row_21_a_label_that_takes_the_name_of_a_renamed_one_is_not_read_for_it_M4(
    like_imap: MailboxWorld,
) -> None:
    """Nobody selected Private: its mail does not come in because it is called Project X now."""
    world = like_imap
    kept, row = world.connect()
    project, private = kept.add_label("Project X"), kept.add_label("Private")
    Mailbox.objects.update(labels_at=None)
    world.look(row)
    [label] = world.select(row, "Project X")
    world.look(row)
    deliver(world, kept, project, 1)
    world.look(row)
    old = kept.rename_label(project, "Old")
    kept.rename_label(private, "Project X")
    deliver(world, kept, "Project X", 2)
    deliver(world, kept, old, 3)
    for _ in range(2):
        world.later(120)
        world.look(row)
    label.refresh_from_db()
    assert (label.ref, label.started_over) == ("Old", [])
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 3)
    assert Message.objects.count() == 2


def test_row_22_a_label_made_anew_begins_anew_and_what_came_in_stays(like_imap: MailboxWorld) -> None:
    """Where a label is known by its name it is the same one, with another epoch."""
    world = like_imap
    kept, row, project, label = with_project(world)
    before = deliver(world, kept, project, 1, 2)
    world.look(row)
    kept.remove_label(project)
    kept.add_label("Project X")
    deliver(world, kept, project, 3)
    world.later(120)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 2, 3)
    gone = Listing.objects.filter(label=label).exclude(gone_at=None)
    assert set(gone.values_list("ref", flat=True)) == set(before)
    assert listed(label) == (1, 2, 0)


def test_row_22_a_label_deleted_for_a_while_stops_and_stays_with_us(world: MailboxWorld) -> None:
    kept, row, project, label = with_project(world)
    deliver(world, kept, project, 1)
    world.look(row)
    kept.remove_label(project)
    world.later(120)
    world.look(row)
    label.refresh_from_db()
    assert (label.gone_at, row.trouble) == (world.now, "")
    assert (subjects(), listed(label)) == (mails(1), (1, 0, 0))
    world.server.faults.requests.clear()
    world.later(120)
    world.look(row)
    assert dict(world.server.faults.requests) == {"open": 1}


@pytest.mark.parametrize("method", ["changes", "list", "heads", "wholes"])
def test_row_23_a_label_that_vanishes_while_it_is_read_disturbs_nothing(
    world: MailboxWorld, method: str
) -> None:
    kept, row, project, label = with_project(world)
    [inbox] = world.select(row, "inbox")
    world.look(row)
    deliver(world, kept, project, 1, 2)
    deliver(world, kept, kept.by_role("inbox"), 3)
    Label.objects.update(verified_at=None)

    def vanish(asked: str) -> None:
        if asked == method and project in {one.ref for one in kept.labels()}:
            kept.remove_label(project)

    world.server.faults.before = vanish
    for _ in range(3):
        world.later(60)
        world.look(row)
    assert_sound(world, kept, row)
    label.refresh_from_db()
    assert label.gone_at is not None
    assert "Mail 3" in subjects()
    assert listed(inbox) == (1, 0, 0)
    assert Engagement.objects.count() == Message.objects.count() == sum(listed(label)) + 1


def test_row_23_a_label_that_is_listed_and_cannot_be_opened_is_said_and_asks_for_little(
    world: MailboxWorld,
) -> None:
    """A server that lists what it says is not there."""
    kept, row, project, label = with_project(world)
    [inbox] = world.select(row, "inbox")
    world.look(row)
    deliver(world, kept, project, 1)
    ghosts = kept._labels
    ask = kept.label

    class Haunted(dict):  # type: ignore[type-arg]
        def __getitem__(self, ref: str) -> object:
            if ref == project:
                raise KeyError(ref)
            return super().__getitem__(ref)

    kept._labels = Haunted(ghosts)
    world.server.faults.requests.clear()
    for number in range(10, 20):
        deliver(world, kept, kept.by_role("inbox"), number)
        world.later(120)
        world.look(row)
        assert row.look_at > world.now
    label.refresh_from_db()
    assert label.problem == "starts_over"
    assert world.server.faults.requests["labels"] <= 7
    assert (subjects(), listed(inbox)) == (mails(*range(10, 20)), (10, 0, 0))
    kept._labels = ghosts
    assert ask(project).ref == project
    world.later(86_400)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1, *range(10, 20))


def test_a_label_that_may_not_be_opened_is_said_and_stops_no_other_M14(world: MailboxWorld) -> None:
    kept, row, project, label = with_project(world)
    world.select(row, "inbox")
    world.look(row)
    world.server.faults.denied = {project}
    deliver(world, kept, project, 1)
    deliver(world, kept, kept.by_role("inbox"), 2)
    world.server.faults.requests.clear()
    for _ in range(5):
        world.later(120)
        world.look(row)
    label.refresh_from_db()
    assert (label.problem, row.trouble, subjects()) == ("not_allowed", "", mails(2))
    assert world.server.faults.requests["changes"] == 6
    world.server.faults.denied = set()
    world.later(86_400)
    world.look(row)
    label.refresh_from_db()
    assert label.problem == ""
    assert_sound(world, kept, row)
    assert subjects() == mails(1, 2)


def test_a_label_chosen_anew_while_its_mail_is_fetched_loses_none_M15(world: MailboxWorld) -> None:
    """Deselected and selected again, with days back, before the batch under way is stored."""
    kept, row, [inbox] = begun(world, "inbox")
    [ref] = deliver(world, kept, inbox.ref, 1)
    world.later(60)

    def choose_anew(method: str) -> None:
        if method == "wholes":
            world.server.faults.before = lambda _: None
            world.deselect(inbox)
            world.later(1)
            world.select(row, "inbox", days=7)

    world.server.faults.before = choose_anew
    world.look(row)
    world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), list(kept.label(inbox.ref).mails)) == (mails(1), [ref])


def test_a_label_deselected_before_a_comparison_that_was_asked_for_C2(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    world.look(row)
    deselected = []

    def deselect_first(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith('UPDATE "store_label" SET "verified_at"') and not deselected:
            deselected.append(inbox)
            world.deselect(inbox)
        return execute(sql, *more)

    with connection.execute_wrapper(deselect_first):
        world.look(row, verify=True)
    assert (deselected, row.trouble, row.leased_until) == ([inbox], "", None)
    assert listed(inbox) == (1, 0, 0)


def test_a_label_that_goes_further_back_while_its_mail_is_fetched_loses_none_M15(world: MailboxWorld) -> None:
    """What is read for the people lens alone comes in where more days back are asked for meanwhile."""
    kept, row = world.connect()
    at = world.now - 3 * DAY
    kept.deliver(kept.by_role("inbox"), hello(1, at=at), received_at=at)
    User.objects.filter(email=S1).update(collects_since="2026-03-02T12:00:00Z")
    [inbox] = world.select(row, "inbox")

    def go_back(method: str) -> None:
        if method == "heads":
            world.server.faults.before = lambda _: None
            choose_labels(row, {inbox.pk: True}, origin="user", actor=S1, backfill_days=7, now=world.now)

    world.server.faults.before = go_back
    world.look(row)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(1)


def test_a_label_deselected_when_its_cursor_is_lost_C2(world: MailboxWorld) -> None:
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)
    kept.lose_cursors()

    def deselect(method: str) -> None:
        if method == "changes":
            world.deselect(inbox)

    world.server.faults.before = deselect
    world.look(row)
    inbox.refresh_from_db()
    assert (row.trouble, row.leased_until, subjects()) == ("", None, [])
    assert (inbox.started_over, inbox.cursor) == ([], None)


def test_a_label_chosen_during_a_look_is_looked_at_right_after_it(world: MailboxWorld) -> None:
    _, row, _ = begun(world, "inbox")
    sent = Label.objects.get(mailbox=row, role="sent")
    world.later(60)

    def choose(method: str) -> None:
        if method == "changes":
            choose_labels(row, {sent.pk: True}, origin="user", actor=S1, now=world.now)

    world.server.faults.before = choose
    world.look(row)
    assert row.look_at == world.now
    world.server.faults.before = lambda _: None
    world.look(row)
    assert row.look_at == world.now + LOOK_SOONER


def test_a_mail_that_was_kept_out_and_comes_back_when_the_label_goes_further_back_comes_in_C2(
    world: MailboxWorld,
) -> None:
    kept, row = world.connect()
    archive, inbox = kept.add_label("Old"), kept.by_role("inbox")
    at = world.now - 3 * DAY
    ref = kept.deliver(archive, hello(1, at=at), received_at=at)
    [label] = world.select(row, "inbox")
    world.look(row)
    for days in (0, 7):
        choose_labels(row, {label.pk: True}, origin="user", actor=S1, backfill_days=days, now=world.now)
        ref = kept.move(archive, ref, inbox)
        world.later(60)
        world.look(row)
        assert decisions() == {("skip", "before_selection"): 1} if days == 0 else {("import", "imported"): 1}
        ref = kept.move(inbox, ref, archive)
        world.later(60)
        world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), replayed(world.workspace).differences) == (mails(1), [])


def test_a_label_deselected_while_its_mail_is_fetched_is_counted_when_it_is_chosen_again_P9(
    world: MailboxWorld,
) -> None:
    User.objects.filter(email=S1).update(collects_since="2026-03-02T12:00:00Z")
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1)

    def deselect(method: str) -> None:
        if method == "wholes":
            choose_labels(row, {inbox.pk: False}, origin="user", actor=S1, now=world.now)

    world.server.faults.before = deselect
    world.look(row)
    assert decisions("people") == {("skip", "label_not_selected"): 1}
    world.server.faults.before = lambda _: None
    world.later(60)
    choose_labels(row, {inbox.pk: True}, origin="user", actor=S1, now=world.now)
    world.look(row)
    assert decisions("people") == {("import", "counted"): 1}
    assert decisions() == {("skip", "before_selection"): 1}
    assert_sound(world, kept, row)
    assert replayed(world.workspace).differences == []
