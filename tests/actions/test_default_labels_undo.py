"""A push is taken back: labels are as they were, for whoever has not chosen anew since (M11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from push_world import ACTOR, BOTH, DAY, INBOX, SENT, PushWorld, chosen_by_hand

from postroom.actions import push_default_labels
from postroom.actions.cancel_job import cancel_job
from postroom.actions.default_labels import (
    UNDO_WITHIN,
    apply_to_later_users,
    choose_future_labels,
    undo_default_labels,
    why_no_undo,
)
from postroom.actions.foresee_undo import foresee_undo
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.retry_job import retry_job
from postroom.store.models import Job, Label, PushResult, User
from postroom.store.read.default_labels import click_in_force
from postroom.store.write import pushes
from postroom.store.write.mailbox_choices import AFRESH


@pytest.fixture
def world(db: None) -> PushWorld:
    return PushWorld()


def refused(world: PushWorld, click: Job) -> str:
    """Why it is not undone."""
    click.refresh_from_db()
    with pytest.raises(Rejected) as told:
        undo_default_labels(world.workspace, click.pk, actor=ACTOR)
    assert told.value.reason == why_no_undo(click)
    return told.value.reason


def test_everything_that_was_chosen_is_as_it_was_M11(world: PushWorld) -> None:
    users = [
        world.user("a", "inbox", "Project X"),
        world.user("b", "sent"),
        world.user("c"),
        world.user("d", "inbox", "sent"),
    ]
    Label.objects.filter(mailbox__user=users[3]).update(origin="admin", chosen_by="other@us.com")
    world.user("e", disabled_at="2026-01-01T00:00:00Z")
    rows, choices = world.rows(), world.choices()
    job = world.push(SENT)
    assert world.choices() != choices
    undo = world.undo(job)

    assert world.choices() == choices
    # What is selected again is followed afresh; what never changed goes on where it was.
    again = {world.label(user, "inbox").pk for user in (users[0], users[3])}
    assert world.rows() == {pk: row | AFRESH if pk in again else row for pk, row in rows.items()}
    assert (undo.state, undo.of_id, undo.asked) == ("done", job.pk, {"total": 3})
    assert undo.counts == {"changed": 3, "unchanged": 0, "skipped": 0, "failed": 0}
    assert world.outcomes(undo) == {"a": "changed", "c": "changed", "d": "changed"}
    off, on = {"inbox": False, "sent": False}, {"inbox": True, "sent": False}
    sent, both = {"inbox": False, "sent": True}, {"inbox": True, "sent": True}
    assert world.audit() == [
        ("default_labels_asked", ACTOR, None, job.pk, None, SENT.as_json()),
        ("default_labels_applied", ACTOR, "a@us.com", job.pk, on, sent),
        ("default_labels_applied", ACTOR, "c@us.com", job.pk, off, sent),
        ("default_labels_applied", ACTOR, "d@us.com", job.pk, both, sent),
        ("default_labels_undo_asked", ACTOR, None, undo.pk, None, None),
        ("default_labels_undone", ACTOR, "a@us.com", undo.pk, sent, on),
        ("default_labels_undone", ACTOR, "c@us.com", undo.pk, sent, off),
        ("default_labels_undone", ACTOR, "d@us.com", undo.pk, sent, both),
    ]
    assert click_in_force(world.workspace) is None


def test_who_chose_anew_keeps_that_and_is_named_M11(world: PushWorld) -> None:
    ann, ben, cyd = (world.user(name) for name in ("ann", "ben", "cyd"))
    job = world.push(BOTH)
    world.choose(ann, sent=False)
    world.choose(cyd, **{"Project X": True})
    rows = {pk: row for pk, row in world.rows().items() if row["mailbox_id"] == ann.mailbox.pk}
    undo = world.undo(job)
    assert world.outcomes(undo) == {"ann": "skipped chosen_since", "ben": "changed", "cyd": "changed"}
    assert [world.syncs(user) for user in (ann, ben, cyd)] == [["inbox"], [], ["Project X"]]
    assert {pk: world.rows()[pk] for pk in rows} == rows
    assert undo.counts == {"changed": 2, "unchanged": 0, "skipped": 1, "failed": 0}


def test_who_chose_the_same_anew_chose_M11(world: PushWorld) -> None:
    ann = world.user("ann")
    job = world.push(INBOX)
    world.choose(ann, inbox=False)
    world.choose(ann, inbox=True)
    assert world.outcomes(world.undo(job)) == {"ann": "skipped chosen_since"}
    assert world.syncs(ann) == ["inbox"]


def test_who_chose_the_other_label_since_keeps_both_M11(world: PushWorld) -> None:
    ann = world.user("ann", "sent")
    job = world.push(BOTH)
    world.choose(ann, sent=False)
    assert [fate.user for fate in foresee_undo(job).keep] == [ann.pk]
    assert world.outcomes(world.undo(job)) == {"ann": "skipped chosen_since"}
    assert world.syncs(ann) == ["inbox"]


def test_a_label_whose_role_moved_since_is_set_back_M11_M12(world: PushWorld) -> None:
    """The provider says now that another one is Sent, and that this one is none."""
    ann = world.user("ann")
    job = world.push(SENT)
    Label.objects.filter(ref="sent").update(role="")
    Label.objects.filter(ref="Project X").update(role="sent")
    assert [(fate.user, fate.status) for fate in foresee_undo(job).fates] == [(ann.pk, "changed")]
    assert world.outcomes(world.undo(job)) == {"ann": "changed"}
    assert world.syncs(ann) == []


def test_who_chose_an_earlier_start_chose_anew_M11_M15(world: PushWorld) -> None:
    ann = world.user("ann")
    job = world.push(INBOX)
    world.choose(ann, days=30, inbox=True)
    assert world.outcomes(world.undo(job)) == {"ann": "skipped chosen_since"}
    assert world.label(ann, "inbox").starts_at == world.now - 1 - 30 * DAY


def test_the_later_click_is_undone_first_and_then_the_earlier_one_M11(world: PushWorld) -> None:
    ann = world.user("ann", "sent")
    choices = world.choices()
    first = world.push(INBOX)
    between = world.choices()
    second = world.push(BOTH)
    assert refused(world, first) == "later_click"
    assert click_in_force(world.workspace) == second
    world.undo(second)
    assert (world.choices(), click_in_force(world.workspace)) == (between, first)
    assert refused(world, second) == "undone_before"
    world.undo(first)
    assert (world.choices(), click_in_force(world.workspace), world.syncs(ann)) == (choices, None, ["sent"])
    assert refused(world, first) == "undone_before"


def test_a_later_click_that_changed_nobody_does_not_stand_in_the_way_M11(world: PushWorld) -> None:
    """As where somebody clicked twice, or cancelled the later one at once."""
    ann = world.user("ann")
    choices = world.choices()
    first = world.push(INBOX)
    second = world.push(INBOX)
    third = world.click(SENT)
    assert (refused(world, first), refused(world, third)) == ("later_click", "undo_too_early")
    cancel_job(world.workspace, third.pk, actor=ACTOR)
    assert (refused(world, second), refused(world, third)) == ("undo_nothing", "undo_nothing")
    world.undo(first)
    assert (world.choices(), world.syncs(ann)) == (choices, [])


def test_users_whom_a_later_click_reached_alone_are_in_the_way_M11(world: PushWorld) -> None:
    world.user("ann")
    first = world.push(INBOX)
    new = world.user("new")
    second = world.push(INBOX)
    assert refused(world, first) == "later_click"
    assert world.outcomes(world.undo(second)) == {"new": "changed"}
    assert world.outcomes(world.undo(first)) == {"ann": "changed"}
    assert world.syncs(new) == []


def test_what_cannot_be_undone_M11(world: PushWorld) -> None:
    world.user("ann")
    job = world.click(INBOX)
    assert refused(world, job) == "undo_too_early"
    world.work()
    undo = undo_default_labels(world.workspace, job.pk, actor=ACTOR)
    assert refused(world, undo) == "undo_unknown"
    other = Job.objects.create(workspace=world.workspace, kind="reconsider", actor=ACTOR, state="done")
    assert refused(world, other) == "undo_unknown"
    for workspace, number in ((PushWorld().workspace, job.pk), (world.workspace, 999_999)):
        with pytest.raises(NotFound):
            undo_default_labels(workspace, number, actor=ACTOR)


@pytest.mark.parametrize(("seconds", "reason"), [(60, ""), (-60, "undo_too_late")])
def test_within_thirty_days_M11(world: PushWorld, seconds: int, reason: str) -> None:
    world.user("ann")
    job = world.push(INBOX)
    assert UNDO_WITHIN.days == 30
    ended_at = timezone.now() - UNDO_WITHIN + timedelta(seconds=seconds)
    Job.objects.filter(pk=job.pk).update(ended_at=ended_at)
    job.refresh_from_db()
    assert why_no_undo(job) == reason


def test_what_a_cancelled_push_did_can_be_undone_M11(
    world: PushWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = cancelled_half_way(world, monkeypatch)
    job = Job.objects.get()
    assert [world.syncs(user) for user in users] == [["inbox"], ["inbox"], [], []]
    undo = world.undo(job)
    assert world.outcomes(undo) == {"a": "changed", "b": "changed"}
    assert [world.syncs(user) for user in users] == [[], [], [], []]
    with pytest.raises(Rejected) as told:
        retry_job(world.workspace, job.pk, actor=ACTOR)
    assert told.value.reason == "undone_before"


def test_a_cancelled_push_goes_on_where_it_was_when_it_is_tried_again_M11(
    world: PushWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = cancelled_half_way(world, monkeypatch)
    job = Job.objects.get()
    world.later()
    world.choose(users[0], inbox=False)
    retry_job(world.workspace, job.pk, actor=ACTOR)
    world.work()
    job.refresh_from_db()
    assert (job.state, job.counts["changed"], PushResult.objects.count()) == ("done", 4, 4)
    assert [world.syncs(user) for user in users] == [[], ["inbox"], ["inbox"], ["inbox"]]
    assert len(world.audit("default_labels_applied")) == 4


def cancel_half_way(world: PushWorld, monkeypatch: pytest.MonkeyPatch, job: Job) -> None:
    """Have it done for two users, after whom somebody cancels it."""
    monkeypatch.setattr(push_default_labels, "BATCH", 2)
    hold, held = pushes.hold_mailboxes, []

    def hold_and_cancel(some: list[int]) -> None:
        held.append(some)
        if len(held) == 2:
            cancel_job(world.workspace, job.pk, actor=ACTOR)
        hold(some)

    world.later()
    with monkeypatch.context() as patch:
        patch.setattr(pushes, "hold_mailboxes", hold_and_cancel)
        world.work()
    job.refresh_from_db()
    assert (job.state, job.counts["changed"]) == ("cancelled", 2)


def cancelled_half_way(world: PushWorld, monkeypatch: pytest.MonkeyPatch) -> list[User]:
    """A push of Inbox to four users that somebody cancels after two."""
    users = [world.user(name) for name in "abcd"]
    job = world.click(INBOX)
    cancel_half_way(world, monkeypatch, job)
    assert job.progress["after"] == users[1].pk
    return users


def undo_cancelled_half_way(world: PushWorld, monkeypatch: pytest.MonkeyPatch, job: Job) -> Job:
    """Undoing it for two users, after whom somebody cancels that."""
    undo = undo_default_labels(world.workspace, job.pk, actor=ACTOR)
    cancel_half_way(world, monkeypatch, undo)
    return undo


def test_an_undo_that_was_cancelled_goes_on_when_it_is_tried_again_M11(
    world: PushWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = [world.user(name) for name in "abc"]
    job = world.push(INBOX)
    undo = undo_cancelled_half_way(world, monkeypatch, job)
    assert [world.syncs(user) for user in users] == [[], [], ["inbox"]]
    retry_job(world.workspace, undo.pk, actor=ACTOR)
    assert (refused(world, job), world.work()) == ("undone_before", 1)
    assert [world.syncs(user) for user in users] == [[], [], []]
    assert (click_in_force(world.workspace), refused(world, job)) == (None, "undone_before")


def test_an_undo_that_was_cancelled_can_be_asked_for_again_for_who_is_left_M11(
    world: PushWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = [world.user(name) for name in "abc"]
    first = world.push(BOTH)
    world.later()
    job = world.push(INBOX)
    cancelled = undo_cancelled_half_way(world, monkeypatch, job)
    assert (click_in_force(world.workspace), refused(world, first)) == (job, "later_click")
    assert [fate.user for fate in foresee_undo(job).back] == [users[2].pk]
    undo = world.undo(job)
    assert (undo.asked, world.outcomes(undo)) == ({"total": 1}, {"c": "changed"})
    assert [world.syncs(user) for user in users] == [["inbox", "sent"]] * 3
    with pytest.raises(Rejected) as told:
        retry_job(world.workspace, cancelled.pk, actor=ACTOR)
    assert told.value.reason == "undone_before"
    assert (click_in_force(world.workspace), refused(world, job)) == (first, "undone_before")
    assert world.outcomes(world.undo(first)) == {"a": "changed", "b": "changed", "c": "changed"}


def test_while_something_waits_for_later_users_the_click_is_not_undone_M8_M11(world: PushWorld) -> None:
    world.user("ann")
    job = world.push(INBOX)
    world.later()
    choose_future_labels(world.workspace, is_on=True, actor=ACTOR, now=world.now)
    world.user("new")
    apply_to_later_users()
    assert refused(world, job) == "undo_too_early"
    world.work()
    assert world.undo(job).asked == {"total": 2}


def test_thirty_days_count_from_what_was_done_last_for_later_users_M8_M11(world: PushWorld) -> None:
    world.user("ann")
    job = world.push(INBOX)
    world.later()
    choose_future_labels(world.workspace, is_on=True, actor=ACTOR, now=world.now)
    world.user("new")
    apply_to_later_users()
    world.work()
    Job.objects.filter(pk=job.pk).update(ended_at=timezone.now() - UNDO_WITHIN - timedelta(days=1))
    assert why_no_undo(Job.objects.get(pk=job.pk)) == ""


def test_what_was_done_for_later_users_is_undone_with_the_click_M8_M11(world: PushWorld) -> None:
    ann = world.user("ann")
    job = world.push(INBOX)
    world.later()
    choose_future_labels(world.workspace, is_on=True, actor=ACTOR, now=world.now)
    new = world.user("new", "Project X")
    Label.objects.filter(ref="Project X", mailbox__user=new).update(**chosen_by_hand("new@us.com", world.now))
    apply_to_later_users()
    later = Job.objects.latest("pk")
    assert (later.of_id, later.actor, later.asked) == (
        job.pk,
        ACTOR,
        {"inbox": True, "sent": False, "users": [new.pk], "total": 1},
    )
    assert refused(world, later) == "undo_unknown"
    world.work()
    assert (world.outcomes(later), world.syncs(new)) == ({"new": "changed"}, ["inbox", "Project X"])
    undo = world.undo(job)
    assert (undo.asked, world.outcomes(undo)) == ({"total": 2}, {"ann": "changed", "new": "changed"})
    assert (world.syncs(ann), world.syncs(new)) == ([], ["Project X"])
    apply_to_later_users()
    assert world.work() == 0
