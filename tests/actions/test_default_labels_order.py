"""Clicks are done one after the other and the last decides, whatever becomes of the first (M11); later users (M8)."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connections
from push_world import ACTOR, BOTH, INBOX, NEITHER, SENT, PushWorld

from postroom.actions import default_labels, push_default_labels
from postroom.actions.cancel_job import cancel_job
from postroom.actions.default_labels import apply_default_labels, apply_to_later_users, choose_future_labels
from postroom.actions.retry_job import retry_job, why_not_again
from postroom.actions.work import claim_job, do_claimed, give_up_job
from postroom.core.labels import Boxes
from postroom.store.models import Job, Mailbox, User, Workspace
from postroom.store.read.default_labels import click_in_force, future_labels, not_reached
from postroom.store.read.jobs import how_far
from postroom.worker.duties import DUTIES
from postroom.worker.runner import run_due


@pytest.fixture
def world(db: None) -> PushWorld:
    return PushWorld()


def states(*jobs: Job) -> list[str]:
    """How each job stands."""
    for job in jobs:
        job.refresh_from_db()
    return [job.state for job in jobs]


def test_the_last_of_two_clicks_decides_M11(world: PushWorld) -> None:
    sam = world.user("sam")
    first, second = world.click(INBOX), world.click(SENT)
    assert world.work() == 2
    assert (states(first, second), world.syncs(sam)) == (["done", "done"], ["sent"])
    assert [entry[3] for entry in world.audit("default_labels_applied")] == [first.pk, second.pk]


def test_the_second_of_a_double_click_is_the_first_M11(world: PushWorld) -> None:
    world.user("sam")
    first = world.click(INBOX)
    world.later(2)
    assert world.click(INBOX) == first
    assert len(world.audit("default_labels_asked")) == 1
    others = [apply_default_labels(world.workspace, INBOX, actor="other@us.com", now=world.now)]
    others += [world.click(SENT), world.click(INBOX)]
    world.later(3)
    others += [world.click(INBOX)]
    world.user("new")
    others += [world.click(INBOX)]
    assert len({first.pk, *(job.pk for job in others)}) == 6
    world.work()
    assert world.click(INBOX).pk not in {job.pk for job in others}


def test_a_second_worker_does_not_take_up_the_second_click_while_the_first_is_under_way_M11(
    world: PushWorld,
) -> None:
    sam = world.user("sam")
    first, second = world.click(INBOX), world.click(SENT)
    claimed = claim_job()
    assert claimed == first
    assert claim_job() is None
    do_claimed(claimed, DUTIES[claimed.kind])
    assert claim_job() == second
    assert world.syncs(sam) == ["inbox"]


def test_nobody_takes_up_the_second_click_while_the_first_rests_M11(world: PushWorld) -> None:
    world.user("late", mailbox="unread")
    sam = world.user("sam")
    first = world.push(INBOX)
    assert states(first) == ["waiting"]
    second = world.click(SENT)
    assert (claim_job(), states(second)) == (None, ["waiting"])
    world.rested()
    world.work()
    # The first waits for labels no longer: the second will.
    assert states(first, second) == ["done", "waiting"]
    assert world.outcomes(first) == {"late": "failed labels_unread", "sam": "changed"}
    world.labels(Mailbox.objects.get(user__email="late@us.com"))
    world.rested()
    world.work()
    assert (states(second), world.syncs(sam)) == (["done"], ["sent"])
    assert world.syncs(User.objects.get(email="late@us.com")) == ["sent"]


def test_nor_while_it_rests_after_an_error_that_may_pass_M11(world: PushWorld) -> None:
    sam = world.user("sam")
    first, second = world.click(INBOX), world.click(SENT)
    claimed = claim_job()
    assert claimed is not None
    busy = OperationalError("database is locked")
    busy.__cause__ = sqlite3.OperationalError("database is locked")
    busy.__cause__.sqlite_errorname = "SQLITE_BUSY"
    give_up_job(claimed, busy)
    assert (states(first, second), claim_job()) == (["waiting", "waiting"], None)
    world.rested()
    assert world.work() == 2
    assert (states(first, second), world.syncs(sam)) == (["done", "done"], ["sent"])


@pytest.mark.parametrize("is_under_way", [False, True])
def test_where_the_first_is_cancelled_the_second_is_done_M11(world: PushWorld, is_under_way: bool) -> None:
    sam = world.user("sam")
    first, second = world.click(INBOX), world.click(SENT)
    claimed = claim_job() if is_under_way else None
    cancel_job(world.workspace, first.pk, actor=ACTOR)
    if claimed:
        assert claim_job() is None
        do_claimed(claimed, DUTIES[claimed.kind])
    world.work()
    assert (states(first, second), world.syncs(sam)) == (["cancelled", "done"], ["sent"])
    assert world.outcomes(first) == {}


def test_a_push_that_failed_does_not_hold_up_the_next_M11(world: PushWorld) -> None:
    sam = world.user("sam")
    first, second = world.click(INBOX), world.click(SENT)
    claimed = claim_job()
    assert claimed is not None
    give_up_job(claimed, KeyError("a mistake"))
    world.work()
    assert (states(first, second), world.syncs(sam)) == (["failed", "done"], ["sent"])


def test_pushes_of_workspaces_do_not_wait_for_each_other_W3(world: PushWorld) -> None:
    world.user("late", mailbox="unread")
    world.push(INBOX)
    other = PushWorld()
    ann = other.user("ann")
    other.push(INBOX)
    assert other.syncs(ann) == ["inbox"]


@pytest.fixture
def lasting(transactional_db: None) -> Iterator[PushWorld]:
    """A world that other threads see."""
    return PushWorld()


def test_two_workers_do_two_clicks_in_their_order_M11(
    lasting: PushWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = lasting
    monkeypatch.setattr(push_default_labels, "BATCH", 3)
    users = [world.user(f"u{number}", "Project X") for number in range(12)]
    clicks = [world.click(boxes) for boxes in (BOTH, NEITHER, SENT, INBOX)]
    broken: list[str] = []

    def worker() -> None:
        try:
            while Job.objects.filter(state__in=("waiting", "running")).exists():
                run_due()
        except Exception as error:
            broken.append(repr(error))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=worker) for _ in range(2)]
    world.later()
    with world.clock():
        for one in workers:
            one.start()
        for one in workers:
            one.join()
    assert broken == []
    assert states(*clicks) == ["done"] * 4
    assert all(world.syncs(user) == ["inbox", "Project X"] for user in users)
    done_in = [entry[3] for entry in world.audit("default_labels_applied")]
    assert done_in == [click.pk for click in clicks for _ in users]


# Later users


def later_users(world: PushWorld, *, is_on: bool = True) -> bool:
    """Choose whether later users get it too."""
    world.later()
    return choose_future_labels(world.workspace, is_on=is_on, actor=ACTOR, now=world.now)


def duty(world: PushWorld) -> int:
    """What the worker does each minute, and then; says how many jobs that made."""
    before = Job.objects.count()
    apply_to_later_users()
    made = Job.objects.count() - before
    world.later()
    world.work()
    return made


def test_later_users_get_nothing_unless_it_is_switched_on_M8(world: PushWorld) -> None:
    world.user("ann")
    world.push(BOTH)
    new = world.user("new")
    assert (duty(world), world.syncs(new)) == (0, [])
    assert later_users(world) is True
    assert (later_users(world), duty(world), world.syncs(new)) == (False, 0, [])
    assert later_users(world, is_on=False) is True
    assert future_labels(world.workspace) is None
    world.user("newer")
    assert duty(world) == 0
    assert world.audit("future_labels_set") == [
        ("future_labels_set", ACTOR, None, None, False, True),
        ("future_labels_set", ACTOR, None, None, True, False),
    ]


def test_who_is_connected_later_gets_what_was_applied_last_once_M8(world: PushWorld) -> None:
    world.user("ann")
    world.push(SENT)
    job = world.push(INBOX)
    later_users(world)
    new, chose, unread = (
        world.user("new"),
        world.user("chose", "sent"),
        world.user("unread", mailbox="unread"),
    )
    disabled = world.user("disabled", disabled_at="2026-01-01T00:00:00Z")
    assert duty(world) == 1
    push = Job.objects.latest("pk")
    assert (push.of_id, push.actor, push.state) == (job.pk, ACTOR, "done")
    assert world.outcomes(push) == {"new": "changed", "chose": "skipped chosen_since"}
    assert [world.syncs(user) for user in (new, chose, unread, disabled)] == [["inbox"], ["sent"], [], []]
    assert duty(world) == 0

    world.labels(Mailbox.objects.get(user=unread))
    User.objects.filter(pk=disabled.pk).update(disabled_at=None)
    world.later()
    world.choose(new, inbox=False)
    assert duty(world) == 1
    assert world.outcomes(Job.objects.latest("pk")) == {"unread": "changed", "disabled": "changed"}
    assert [world.syncs(user) for user in (new, unread, disabled)] == [[], ["inbox"], ["inbox"]]
    assert duty(world) == 0


def test_what_is_undone_is_not_applied_to_later_users_but_what_stood_before_it_M8(world: PushWorld) -> None:
    world.user("ann")
    world.push(SENT)
    second = world.push(INBOX)
    later_users(world)
    world.undo(second)
    new = world.user("new")
    assert (duty(world), world.syncs(new)) == (1, ["sent"])


def test_nothing_is_applied_to_later_users_where_nobody_clicked_or_a_push_is_under_way_M8(
    world: PushWorld,
) -> None:
    later_users(world)
    world.user("new")
    assert duty(world) == 0
    click = world.click(Boxes(inbox=True))
    world.user("newer")
    before = Job.objects.count()
    apply_to_later_users()
    assert Job.objects.count() == before
    world.work()
    assert states(click) == ["done"]
    assert Workspace.objects.filter(future_labels_since__isnull=False).count() == 1
    assert duty(world) == 1


def test_a_click_that_was_cancelled_before_anybody_was_reached_is_not_in_force_M8(world: PushWorld) -> None:
    world.user("ann")
    first = world.push(INBOX)
    later_users(world)
    second = world.click(SENT)
    cancel_job(world.workspace, second.pk, actor=ACTOR)
    assert click_in_force(world.workspace) == first
    new = world.user("new")
    assert (duty(world), world.syncs(new)) == (1, ["inbox"])


def test_what_is_under_way_for_later_users_can_be_cancelled_and_stays_so_M8(world: PushWorld) -> None:
    world.push(INBOX)
    later_users(world)
    new = world.user("new")
    apply_to_later_users()
    cancel_job(world.workspace, Job.objects.latest("pk").pk, actor=ACTOR)
    assert (duty(world), world.syncs(new)) == (0, [])
    newer = world.user("newer")
    assert (duty(world), world.syncs(new), world.syncs(newer)) == (1, [], ["inbox"])


def test_switched_off_it_stops_what_waits_for_later_users_M8(world: PushWorld) -> None:
    world.push(INBOX)
    later_users(world)
    new = world.user("new")
    apply_to_later_users()
    waiting = Job.objects.latest("pk")
    later_users(world, is_on=False)
    world.work()
    assert (states(waiting), world.syncs(new)) == (["cancelled"], [])


def test_of_very_many_later_users_each_job_takes_some_M8(
    world: PushWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_labels, "MOST_LATER_USERS", 2)
    world.push(INBOX)
    later_users(world)
    users = [world.user(name) for name in "abc"]
    assert [(duty(world), [bool(world.syncs(user)) for user in users]) for _ in range(3)] == [
        (1, [True, True, False]),
        (1, [True, True, True]),
        (0, [True, True, True]),
    ]


def test_what_later_users_get_is_done_by_who_switched_it_on_S5(world: PushWorld) -> None:
    world.push(INBOX)
    choose_future_labels(world.workspace, is_on=True, actor="second@us.com", now=world.now)
    new = world.user("new")
    assert duty(world) == 1
    assert (Job.objects.latest("pk").actor, world.label(new, "inbox").chosen_by) == ("second@us.com",) * 2
    assert [entry[1] for entry in world.audit("default_labels_applied")] == ["second@us.com"]


def test_who_was_disabled_or_without_a_mailbox_at_the_click_can_be_reached_since_M8(world: PushWorld) -> None:
    off, none = world.user("off", disabled_at="2026-01-01T00:00:00Z"), world.user("none", mailbox="none")
    world.user("unread", mailbox="unread")
    job = world.push(INBOX)
    world.later(200)
    world.rested()
    world.work()
    job.refresh_from_db()
    assert (job.state, job.counts["failed"], not_reached(job)) == ("done", 1, ([], []))
    User.objects.filter(pk=off.pk).update(disabled_at=None)
    world.labels(world.mailbox(none))
    assert not_reached(job) == ([], [off.pk, none.pk])


def push_that_failed_for_one(world: PushWorld, name: str) -> tuple[Job, User]:
    """A push of Inbox that gave up waiting for the labels of this user."""
    user = world.user(name, mailbox="unread")
    job = world.push(INBOX)
    world.later(200)
    world.rested()
    world.work()
    job.refresh_from_db()
    assert (job.state, job.counts["failed"]) == ("done", 1)
    return job, user


def test_who_failed_can_be_tried_again_once_the_later_click_was_undone_M11(world: PushWorld) -> None:
    world.user("ann")
    first, new = push_that_failed_for_one(world, "new")
    second = world.push(SENT)
    assert why_not_again(first) == "push_is_over"
    world.later(200)
    world.rested()
    world.work()
    undo = world.undo(second)
    assert (why_not_again(second), why_not_again(undo), why_not_again(first)) == ("undone_before", "", "")
    world.labels(Mailbox.objects.get(user=new))
    retry_job(world.workspace, first.pk, actor=ACTOR)
    world.work()
    assert (states(first), world.syncs(new)) == (["done"], ["inbox"])


def test_for_whom_a_push_may_still_be_done_is_not_counted_as_done_M11(world: PushWorld) -> None:
    world.user("ann")
    world.user("new", mailbox="unread")
    job = world.push(INBOX)
    assert (states(job), how_far(job)) == (["waiting"], (1, 2))
    cancel_job(world.workspace, job.pk, actor=ACTOR)
    assert (states(job), how_far(job)) == (["cancelled"], (1, 2))
    retry_job(world.workspace, job.pk, actor=ACTOR)
    world.later(200)
    world.work()
    world.later(200)
    world.rested()
    world.work()
    assert (states(job), how_far(job)) == (["done"], (2, 2))


def test_who_gets_it_by_themselves_is_not_told_to_be_applied_to_again_M8(world: PushWorld) -> None:
    world.user("ann")
    job = world.push(INBOX)
    before = world.user("before")
    world.later()
    later_users(world)
    world.user("after")
    assert not_reached(job) == ([before.pk], [])
