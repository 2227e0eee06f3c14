"""Users who come after a click: what they get by themselves where that is switched on, and who is told of (M8)."""

from __future__ import annotations

import pytest
from push_world import ACTOR, BOTH, INBOX, SENT, PushWorld, states

from postroom.actions import default_labels
from postroom.actions.cancel_job import cancel_job
from postroom.actions.default_labels import apply_to_later_users, choose_future_labels
from postroom.core.labels import Boxes
from postroom.store.models import Job, Mailbox, User, Workspace
from postroom.store.read.default_labels import click_in_force, future_labels, not_reached


@pytest.fixture
def world(db: None) -> PushWorld:
    return PushWorld()


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


def test_who_gets_it_by_themselves_is_not_told_to_be_applied_to_again_M8(world: PushWorld) -> None:
    world.user("ann")
    job = world.push(INBOX)
    before = world.user("before")
    world.later()
    later_users(world)
    world.user("after")
    assert not_reached(job) == ([before.pk], [])
