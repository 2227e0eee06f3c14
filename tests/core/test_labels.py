"""What a click on Apply makes of a user's Inbox and Sent, over every state that they can be in (M5-M8, M12)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_table import BOXES, CLICK, INBOX, SENT, Case, State, cases, synced

from postroom.core.labels import (
    Boxes,
    Change,
    Fate,
    LabelNow,
    UserNow,
    plan_default_labels,
    plan_undo,
)

JOB = 7


@pytest.mark.parametrize("boxes", BOXES, ids=str)
def test_every_state_before_and_after_M6_M7_M12(boxes: Boxes) -> None:
    rows = 0
    for case in cases(boxes):
        fate = plan_default_labels(case.user(), boxes, CLICK)
        status, reason, changes = case.says_the_specification()
        before = synced(case.states)
        after = before | {change.role: change.is_selected for change in changes}
        expected = Fate(5, status, reason, before, after, tuple(changes))
        assert (case, fate) == (case, expected)
        assert fate.overrides is any(change.overrides for change in changes)
        rows += 1
    assert rows == 13 * 13 * 6


def test_the_rows_that_the_specification_tells_of() -> None:
    own = State(True, True, "user")
    off = State(True, False, "nobody")
    inbox_alone = Boxes(inbox=True)
    fate = plan_default_labels(Case(inbox_alone, {INBOX: own, SENT: own}, "fine").user(), inbox_alone, CLICK)
    assert fate.changes == (Change(SENT, "sent", False, overrides=True),)
    assert (fate.before, fate.after) == ({"inbox": True, "sent": True}, {"inbox": True, "sent": False})

    none = Boxes()
    fate = plan_default_labels(Case(none, {INBOX: own, SENT: off}, "fine").user(), none, CLICK)
    assert fate.changes == (Change(INBOX, "inbox", False, True),)

    both = Boxes(True, True)
    fate = plan_default_labels(Case(both, {INBOX: off, SENT: None}, "fine").user(), both, CLICK)
    assert (fate.status, fate.reason, fate.after) == (
        "skipped",
        "no_such_label",
        {"inbox": False, "sent": None},
    )


@pytest.mark.parametrize(("seconds", "status"), [(-1, "changed"), (0, "changed"), (1, "skipped")])
def test_who_chose_in_the_second_of_the_click_did_not_choose_since_M11(seconds: int, status: str) -> None:
    label = LabelNow(INBOX, "inbox", True, False, chosen_by_hand_at=CLICK + seconds)
    assert plan_default_labels(UserNow(5, labels=[label]), Boxes(inbox=True), CLICK).status == status


# Any number of labels of any role

roles = st.sampled_from(["inbox", "inbox", "sent", "sent", "drafts", "archive", ""])
times = st.none() | st.integers(CLICK - 2, CLICK + 2)


@st.composite
def users(draw: st.DrawFn) -> UserNow:
    """Somebody with several labels of a role, or none, some of them gone."""
    labels = [
        LabelNow(
            number,
            draw(roles),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(times),
            draw(st.sampled_from([None, 3])),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    rarely_not = st.sampled_from([True, True, True, False])
    return UserNow(5, draw(rarely_not), draw(rarely_not), draw(rarely_not), labels)


boxes_ = st.sampled_from(BOXES)


def pushed(labels: Sequence[LabelNow], fate: Fate, job: int) -> list[LabelNow]:
    """The labels once a job has done what was planned."""
    to = {change.label: change.is_selected for change in fate.changes}
    return [
        label._replace(is_selected=to[label.id], is_own_choice=False, chosen_by_hand_at=None, chosen_in=job)
        if label.id in to
        else label
        for label in labels
    ]


@given(users(), boxes_)
def test_no_label_of_another_role_is_ever_touched_M7(user: UserNow, boxes: Boxes) -> None:
    fate = plan_default_labels(user, boxes, CLICK)
    roles_of = {label.id: label.role for label in user.labels}
    assert {roles_of[change.label] for change in fate.changes} <= {"inbox", "sent"}
    assert set(fate.before) == set(fate.after) == {"inbox", "sent"}


@given(users(), boxes_)
def test_a_second_push_changes_nothing_M6(user: UserNow, boxes: Boxes) -> None:
    fate = plan_default_labels(user, boxes, CLICK)
    again = plan_default_labels(user._replace(labels=pushed(user.labels, fate, JOB)), boxes, CLICK + 5)
    if fate.status in ("changed", "unchanged"):
        assert (again.status, again.changes) == ("unchanged", ())
    else:
        assert fate.changes == ()


@given(users(), boxes_)
def test_all_labels_of_the_two_roles_match_the_boxes_or_none_is_touched_M6(
    user: UserNow, boxes: Boxes
) -> None:
    fate = plan_default_labels(user, boxes, CLICK)
    after = pushed(user.labels, fate, JOB)
    if fate.status != "changed":
        assert after == list(user.labels)
        return
    for label in after:
        if label.role in ("inbox", "sent") and label.is_there:
            assert label.is_selected is (boxes.inbox if label.role == "inbox" else boxes.sent)
    assert fate.after["inbox"] is True if boxes.inbox else not fate.after["inbox"]
    assert fate.after["sent"] is True if boxes.sent else not fate.after["sent"]


@given(users(), boxes_)
def test_an_undone_push_is_as_if_it_had_not_been_M11(user: UserNow, boxes: Boxes) -> None:
    fate = plan_default_labels(user, boxes, CLICK)
    if not fate.changes:
        return
    was = {label.id: label.is_selected for label in user.labels}
    changed = {change.label: was[change.label] for change in fate.changes}
    now = user._replace(labels=pushed(user.labels, fate, JOB))
    undone = plan_undo(now, changed, JOB, CLICK)
    assert {change.label: change.is_selected for change in undone.changes} == changed
    assert undone.status == "changed"
    if all(label.is_there for label in user.labels):
        assert (undone.before, undone.after) == (fate.after, fate.before)


@given(users(), boxes_, st.sampled_from([None, 8]))
def test_who_chose_anew_keeps_all_when_it_is_undone_M11(user: UserNow, boxes: Boxes, by: int | None) -> None:
    fate = plan_default_labels(user, boxes, CLICK)
    if not fate.changes:
        return
    was = {label.id: label.is_selected for label in user.labels}
    changed = {change.label: was[change.label] for change in fate.changes}
    first = fate.changes[0].label
    chosen_anew = [
        label._replace(chosen_in=by) if label.id == first else label
        for label in pushed(user.labels, fate, JOB)
    ]
    undone = plan_undo(user._replace(labels=chosen_anew), changed, JOB, CLICK)
    assert (undone.status, undone.reason, undone.changes) == ("skipped", "chosen_since", ())
    assert undone.before == undone.after


@pytest.mark.parametrize(("seconds", "status"), [(-1, "changed"), (0, "changed"), (1, "skipped")])
def test_who_chose_the_other_label_by_hand_since_keeps_all_when_it_is_undone_M11(
    seconds: int, status: str
) -> None:
    labels = [
        LabelNow(INBOX, "inbox", True, True, chosen_in=JOB),
        LabelNow(SENT, "sent", True, True, chosen_by_hand_at=CLICK + seconds),
    ]
    undone = plan_undo(UserNow(5, labels=labels), {INBOX: False}, JOB, CLICK)
    assert undone.status == status
    assert undone.changes == ((Change(INBOX, "inbox", False, False),) if status == "changed" else ())


def test_a_label_that_is_sent_no_more_is_set_back_all_the_same_M11_M12() -> None:
    labels = [LabelNow(1, "sent", True, False), LabelNow(2, "", True, True, chosen_in=JOB)]
    undone = plan_undo(UserNow(5, labels=labels), {2: False}, JOB, CLICK)
    assert (undone.status, undone.changes) == ("changed", (Change(2, "", False, False),))
    assert undone.before == undone.after == {"inbox": None, "sent": False}


def test_what_an_undo_is_told_to_leave_counts_labels_that_it_does_not_touch_M11() -> None:
    """Of two Sent labels one synced all the while: Sent still syncs once the other is set back."""
    both = [LabelNow(1, "sent", True, True, True), LabelNow(2, "sent", True, True, chosen_in=JOB)]
    undone = plan_undo(UserNow(5, labels=both), {2: False}, JOB, CLICK)
    assert undone.changes == (Change(2, "sent", False, False),)
    assert (undone.before["sent"], undone.after["sent"]) == (True, True)
