"""One click on Apply: Inbox and Sent of all who are there match the boxes, and nothing else is touched (M5-M12)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from label_table import BOXES, CONDITIONS, ROLE_OF, STATES, Case, State, synced
from push_world import (
    ACTOR,
    BEGUN_AT,
    BOTH,
    DAY,
    INBOX,
    NEITHER,
    SENT,
    PushWorld,
    chosen_by_hand,
)

from postroom.actions import push_default_labels
from postroom.actions.cancel_job import cancel_job
from postroom.actions.default_labels import foresee_default_labels
from postroom.actions.rejection import Rejected
from postroom.actions.retry_job import retry_job
from postroom.core.labels import Boxes
from postroom.store.models import Label, Mailbox, PushResult, User
from postroom.store.read.default_labels import not_reached
from postroom.store.write.mailbox_choices import AFRESH

CLICKED = BEGUN_AT
DONE = BEGUN_AT + 1
FEWER = (STATES[0], STATES[1], STATES[2], STATES[4], STATES[7])
"""Where it is not about the states."""


@pytest.fixture
def world(db: None) -> PushWorld:
    return PushWorld()


# The table, through the database


def stored(state: State, since: bool) -> dict[str, Any]:
    """The state as a label has it."""
    at = CLICKED + 1 if since else CLICKED - DAY
    origin = "" if state.chosen_by == "nobody" else state.chosen_by
    if state.syncs:
        fields = chosen_by_hand("somebody@us.com", at, origin=origin)
    else:
        fields = {"origin": origin, "chosen_by": "somebody@us.com" if origin else "", "chosen_at": at}
    return fields | {"gone_at": None if state.is_there else CLICKED - 60}


def fill(world: PushWorld, boxes: Boxes) -> list[tuple[User, Case]]:
    """A user for every row of the table."""
    some = [Case(boxes, {1: a, 2: b}, "fine") for a, b in product(STATES, STATES)]
    for condition in (*CONDITIONS[1:], "disconnected"):
        some += [Case(boxes, {1: a, 2: b}, condition) for a, b in product(FEWER, FEWER)]
    users = User.objects.bulk_create(
        User(
            workspace=world.workspace,
            email=f"u{number}@us.com",
            disabled_at="2026-01-01T00:00:00Z" if case.condition == "disabled" else None,
        )
        for number, case in enumerate(some)
    )
    for user, case in zip(users, some, strict=True):
        if case.condition == "no mailbox":
            continue
        row = world.mailbox(user)
        labels = [Label(mailbox=row, ref="Drafts", role="drafts")]
        labels += [Label(mailbox=row, ref="Project X", **chosen_by_hand(user.email, CLICKED - DAY))]
        for number, state in case.states.items():
            if state:
                since = case.is_chosen_since(number)
                labels.append(
                    Label(mailbox=row, ref=ROLE_OF[number], role=ROLE_OF[number], **stored(state, since))
                )
        Label.objects.bulk_create(labels)
        changed = {"disconnected": {"connected_at": None}, "labels unread": {"labels_at": None}}
        if case.condition in changed:
            Mailbox.objects.filter(pk=row.pk).update(**changed[case.condition])
    return list(zip(users, some, strict=True))


@pytest.mark.parametrize("boxes", BOXES, ids=str)
def test_before_and_after_of_every_state_M6_M7_M11_M12(world: PushWorld, boxes: Boxes) -> None:
    rows = fill(world, boxes)
    mailbox_of = dict(Mailbox.objects.values_list("user", "pk"))
    before = world.rows()
    others = world.others()
    foreseen = foresee_default_labels(world.workspace, boxes, now=CLICKED)
    job = world.push(boxes)
    after = world.rows()
    label_of = {(row["mailbox_id"], row["role"]): pk for pk, row in before.items()}
    expected_counts = dict.fromkeys(("changed", "unchanged", "skipped", "failed"), 0)
    audited = []
    results = {row.user_id: row for row in PushResult.objects.filter(job=job)}
    assert len(results) == len(rows)
    for user, case in rows:
        status, reason, changes = case.says_the_specification()
        was = synced(case.states) if case.condition != "no mailbox" else {"inbox": None, "sent": None}
        becomes = was | {change.role: change.is_selected for change in changes}
        result = results[user.pk]
        found = (case, result.status, result.reason, result.before, result.after, result.overrides)
        assert found == (case, status, reason, was, becomes, any(change.overrides for change in changes))
        expected_counts[status] += 1
        for change in changes:
            pk = label_of[mailbox_of[user.pk], change.role]
            at = DONE if change.is_selected else None
            chosen = {"selected_at": at, "starts_at": at, "origin": "admin", "chosen_by": ACTOR}
            before[pk] |= {**chosen, "chosen_at": DONE, "chosen_in_id": job.pk, **AFRESH}
        if changes:
            audited.append(("default_labels_applied", ACTOR, user.email, job.pk, was, becomes))
    assert after == before
    assert world.others() == others
    assert len(others) == 2 * len(mailbox_of)
    assert job.counts == expected_counts
    asked = ("default_labels_asked", ACTOR, None, job.pk, None, boxes.as_json())
    assert world.audit() == [asked, *audited]
    # What was foreseen at the click is what was done, but for who chose after it.
    differing = {
        case.condition
        for (_, case), fate in zip(rows, foreseen.fates, strict=True)
        if fate.status != case.says_the_specification()[0]
    }
    assert differing <= {"Inbox chosen since", "Sent chosen since"}


# Story 4, and what the rules tell of


def test_project_x_goes_on_when_inbox_is_taken_off_story_4_M7(world: PushWorld) -> None:
    sam = world.user("sam", "inbox", "Project X")
    others = world.others()
    job = world.push(NEITHER)
    assert (world.syncs(sam), world.others()) == (["Project X"], others)
    assert (job.state, job.counts) == ("done", {"changed": 1, "unchanged": 0, "skipped": 0, "failed": 0})


def test_inbox_ticked_alone_also_deselects_sent_M6(world: PushWorld) -> None:
    sam = world.user("sam", "sent", "Project X")
    world.push(INBOX)
    assert world.syncs(sam) == ["inbox", "Project X"]


def test_foreseeing_changes_nobody_M5(world: PushWorld) -> None:
    world.user("sam", "sent")
    rows = world.rows()
    foreseen = foresee_default_labels(world.workspace, INBOX, now=world.now)
    assert [(fate.status, fate.overrides) for fate in foreseen.fates] == [("changed", True)]
    assert [tuple(one) for one in foreseen.syncing] == [("inbox", 0, 1, 1), ("sent", 1, 0, 1)]
    assert (world.rows(), world.work(), world.audit()) == (rows, 0, [])


def test_who_was_added_between_click_and_work_is_reached_by_the_next_click_M8(world: PushWorld) -> None:
    world.user("sam")
    job = world.click(BOTH)
    new = world.user("new", "Project X")
    world.later()
    world.work()
    assert (world.outcomes(job), world.syncs(new)) == ({"sam": "changed"}, ["Project X"])
    assert not_reached(job) == ([new.pk], [])
    again = world.push(BOTH)
    assert world.outcomes(again) == {"sam": "unchanged", "new": "changed"}
    assert world.syncs(new) == ["inbox", "sent", "Project X"]
    assert not_reached(again) == ([], [])


def test_a_click_that_meets_nobody_is_done(world: PushWorld) -> None:
    job = world.push(BOTH)
    assert (job.state, job.asked["total"]) == ("done", 0)
    assert job.counts == {"changed": 0, "unchanged": 0, "skipped": 0, "failed": 0}


def test_people_of_another_workspace_are_left_alone_W3(world: PushWorld) -> None:
    world.user("sam")
    other = PushWorld()
    other.user("ann", "Project X")
    rows = other.rows()
    world.push(BOTH)
    assert (other.rows(), other.audit()) == (rows, [])


def test_a_disconnected_mailbox_is_pushed_to_and_syncs_once_it_is_connected_M11(world: PushWorld) -> None:
    sam = world.user("sam", "inbox", mailbox="disconnected")
    job = world.push(SENT)
    assert (world.outcomes(job), world.syncs(sam)) == ({"sam": "changed"}, ["sent"])


def test_a_mailbox_connected_anew_and_disconnected_unread_is_pushed_to_as_it_was_known_M6(
    world: PushWorld,
) -> None:
    sam = world.user("sam", "inbox", mailbox="disconnected")
    Mailbox.objects.update(labels_at=None)
    job = world.push(NEITHER)
    assert (world.outcomes(job), world.syncs(sam)) == ({"sam": "changed"}, [])


def test_a_mailbox_disconnected_before_it_was_ever_read_is_none_M11(world: PushWorld) -> None:
    world.user("sam", mailbox="unread")
    Mailbox.objects.update(connected_at=None)
    assert world.outcomes(world.push(INBOX)) == {"sam": "skipped no_mailbox"}


def test_a_renamed_label_keeps_its_selection_and_roles_count_not_names_M12(world: PushWorld) -> None:
    sam = world.user("sam", "inbox")
    Label.objects.filter(role="inbox").update(path=["Sent"])
    Label.objects.filter(role="sent").update(path=["Inbox"])
    Label.objects.filter(ref="Project X").update(path=["INBOX"], **chosen_by_hand("s", world.now))
    rows = world.rows()
    assert world.outcomes(world.push(INBOX)) == {"sam": "unchanged"}
    assert (world.rows(), world.syncs(sam)) == (rows, ["inbox", "Project X"])


def test_all_labels_with_the_role_are_meant_where_there_are_two_M12(world: PushWorld) -> None:
    sam = world.user("sam", "sent")
    mailbox = Mailbox.objects.get(user=sam)
    Label.objects.create(mailbox=mailbox, ref="Sent Items", role="sent")
    Label.objects.create(mailbox=mailbox, ref="Sent of old", role="sent", gone_at=1)
    job = world.push(SENT)
    assert world.syncs(sam) == ["sent", "Sent Items"]
    assert world.audit("default_labels_applied")[0][4:] == (
        {"inbox": False, "sent": True},
        {"inbox": False, "sent": True},
    )
    world.undo(job)
    assert world.syncs(sam) == ["sent"]
    assert world.audit("default_labels_undone")[0][4:] == (
        {"inbox": False, "sent": True},
        {"inbox": False, "sent": True},
    )


def test_a_label_that_cannot_be_selected_is_no_such_label_M12(world: PushWorld) -> None:
    sam = world.user("sam", "inbox")
    Label.objects.filter(role="sent").update(is_selectable=False)
    assert world.outcomes(world.push(BOTH)) == {"sam": "skipped no_such_label"}
    assert world.outcomes(world.push(NEITHER)) == {"sam": "changed"}
    assert world.syncs(sam) == []


# Chosen since the click


def test_who_chose_by_hand_after_the_click_is_named_and_keeps_it_M11(world: PushWorld) -> None:
    before, after, same = (world.user(name) for name in ("before", "after", "same"))
    world.choose(before, sent=True)
    world.later()
    job = world.click(INBOX)
    world.choose(same, sent=True)
    world.later()
    world.choose(after, sent=True)
    world.later()
    world.work()
    assert world.outcomes(job) == {"before": "changed", "after": "skipped chosen_since", "same": "changed"}
    assert [world.syncs(user) for user in (before, after, same)] == [["inbox"], ["sent"], ["inbox"]]
    world.later()
    assert world.outcomes(world.push(INBOX)) == {
        "before": "unchanged",
        "after": "changed",
        "same": "unchanged",
    }


def test_choosing_project_x_after_the_click_is_no_choice_of_inbox_M11(world: PushWorld) -> None:
    sam = world.user("sam")
    job = world.click(INBOX)
    world.later()
    world.choose(sam, **{"Project X": True})
    world.work()
    assert (world.outcomes(job), world.syncs(sam)) == ({"sam": "changed"}, ["inbox", "Project X"])


def test_who_chose_what_the_boxes_say_is_unchanged_M11(world: PushWorld) -> None:
    sam = world.user("sam")
    job = world.click(INBOX)
    world.later()
    world.choose(sam, inbox=True)
    row = world.rows()
    world.work()
    assert (world.outcomes(job), world.rows()) == ({"sam": "unchanged"}, row)


# Labels that are not known yet, and trying again


def test_labels_that_are_not_known_are_waited_for_while_they_get_fewer_M11(world: PushWorld) -> None:
    ann, ben, cyd = (world.user(name, mailbox="unread") for name in ("ann", "ben", "cyd"))
    job = world.push(INBOX)
    assert (job.state, job.tries, job.counts["failed"]) == ("waiting", 1, 3)
    assert world.outcomes(job) == dict.fromkeys(("ann", "ben", "cyd"), "failed labels_unread")
    assert world.work() == 0
    for user, left in ((ann, 2), (ben, 1)):
        world.later(push_default_labels.PATIENCE - 1)
        world.labels(Mailbox.objects.get(user=user))
        world.rested()
        world.work()
        job.refresh_from_db()
        assert (job.state, job.counts["failed"], world.syncs(user)) == ("waiting", left, ["inbox"])
    world.later(push_default_labels.PATIENCE)
    world.rested()
    world.work()
    job.refresh_from_db()
    assert (job.state, job.problem) == ("done", "")
    assert job.counts == {"changed": 2, "unchanged": 0, "skipped": 0, "failed": 1}

    world.later(DAY)
    retry_job(world.workspace, job.pk, actor=ACTOR)
    world.labels(Mailbox.objects.get(user=cyd))
    assert world.work() == 1
    job.refresh_from_db()
    assert (job.state, job.counts) == ("done", {"changed": 3, "unchanged": 0, "skipped": 0, "failed": 0})
    assert PushResult.objects.filter(job=job).count() == 3
    assert [entry[2] for entry in world.audit("default_labels_applied")] == [
        "ann@us.com",
        "ben@us.com",
        "cyd@us.com",
    ]
    with pytest.raises(Rejected) as refused:
        retry_job(world.workspace, job.pk, actor=ACTOR)
    assert refused.value.reason == "job_goes_well"


def test_of_those_it_waits_for_only_those_are_tried_of_whom_more_is_known_M11(world: PushWorld) -> None:
    """The others' rows stay: what is written every few seconds would be in the way of the very looks it waits for."""
    users = [world.user(name, mailbox="unread") for name in ("ann", "ben", "cyd", "dee", "eve")]
    ann, ben, cyd, dee, _ = users
    job = world.push(INBOX)

    def rows() -> dict[int, int]:
        return dict(PushResult.objects.filter(job=job).values_list("user", "pk"))

    before = rows()
    world.labels(Mailbox.objects.get(user=ann))
    Mailbox.objects.filter(user=ben).update(connected_at=None)
    Mailbox.objects.filter(user=cyd).delete()
    User.objects.filter(pk=dee.pk).update(disabled_at="2026-01-01T00:00:00Z")
    world.rested()
    world.work()
    assert world.outcomes(job) == {
        "ann": "changed",
        "ben": "skipped no_mailbox",
        "cyd": "skipped no_mailbox",
        "dee": "skipped disabled",
        "eve": "failed labels_unread",
    }
    job.refresh_from_db()
    assert job.counts == {"changed": 1, "unchanged": 0, "skipped": 3, "failed": 1}
    assert [pk for user, pk in rows().items() if before[user] == pk] == [before[users[4].pk]]


def test_a_click_that_another_followed_is_not_tried_again_M11(world: PushWorld) -> None:
    world.user("sam", mailbox="unread")
    first = world.click(INBOX)
    second = world.click(SENT)
    world.work()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("done", "waiting")
    with pytest.raises(Rejected) as refused:
        retry_job(world.workspace, first.pk, actor=ACTOR)
    assert refused.value.reason == "push_is_over"


def test_a_click_that_was_cancelled_before_it_came_to_anybody_is_in_nobodys_way_M11(world: PushWorld) -> None:
    sam = world.user("sam")
    first, second = world.click(INBOX), world.click(SENT)
    for job in (first, second):
        cancel_job(world.workspace, job.pk, actor=ACTOR)
    retry_job(world.workspace, first.pk, actor=ACTOR)
    world.work()
    assert (world.syncs(sam), world.outcomes(first), world.outcomes(second)) == (
        ["inbox"],
        {"sam": "changed"},
        {},
    )


# Cost


def test_a_batch_takes_so_many_statements_for_however_many_users_M11(world: PushWorld) -> None:
    found = []
    for number in range(100):
        world.user(f"u{number}", "sent", "Project X")
        if number in (0, 99):
            with CaptureQueriesContext(connection) as pushing:
                job = world.push(INBOX)
            with CaptureQueriesContext(connection) as undoing:
                undo = world.undo(job)
            assert (job.counts["changed"], undo.counts["changed"]) == (number + 1, number + 1)
            found.append((len(pushing), len(undoing)))
    assert found[0] == found[1]
