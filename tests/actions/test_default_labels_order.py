"""Clicks are done one after the other and the last decides, whatever becomes of the first (M11)."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connections
from push_world import ACTOR, BOTH, INBOX, NEITHER, SENT, PushWorld, states

from postroom.actions import push_default_labels
from postroom.actions.cancel_job import cancel_job
from postroom.actions.default_labels import apply_default_labels
from postroom.actions.retry_job import retry_job, why_not_again
from postroom.actions.work import claim_job, do_claimed, give_up_job
from postroom.store.models import Job, Mailbox, User
from postroom.store.read.jobs import how_far
from postroom.worker.duties import DUTIES
from postroom.worker.runner import run_due


@pytest.fixture
def world(db: None) -> PushWorld:
    return PushWorld()


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
