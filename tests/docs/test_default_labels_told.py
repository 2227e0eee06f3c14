"""The rules of the default synced labels that the reference tells are those in force."""

from __future__ import annotations

from pages import read, sections, table

from postroom.actions.default_labels import UNDO_WITHIN
from postroom.actions.push_default_labels import PATIENCE
from postroom.core.labels import CHOSEN_SINCE, REASONS, Boxes, LabelNow, UserNow, plan_default_labels

PAGE = "reference/default-synced-labels.md"


def test_the_four_combinations_are_told_as_they_are_done_M6() -> None:
    told = table(sections(read(PAGE))["What a click makes of Inbox and Sent"], "Inbox box")
    assert len(told) == 4
    for inbox_box, sent_box, inbox, sent in told:
        boxes = Boxes(inbox_box == "ticked", sent_box == "ticked")
        for selected in (True, False):
            user = UserNow(
                1, labels=[LabelNow(n, r, True, selected) for n, r in enumerate(("inbox", "sent"))]
            )
            after = plan_default_labels(user, boxes, clicked_at=0).after
            assert after == {"inbox": inbox == "syncs", "sent": sent == "syncs"}


def test_every_reason_is_told_with_its_status_M11() -> None:
    told = table(sections(read(PAGE))["What becomes of a user"], "reason")
    assert {row[0]: row[1].strip("`") for row in told} == REASONS


def test_the_reasons_are_told_in_the_order_they_are_looked_for_M11() -> None:
    told = [row[0] for row in table(sections(read(PAGE))["What becomes of a user"], "reason")]
    label = LabelNow(1, "inbox", True, False, chosen_by_hand_at=9)
    user = UserNow(1, is_enabled=False, has_mailbox=False, are_labels_read=False, labels=[label])
    found = []
    for mended in ({"is_enabled": True}, {"has_mailbox": True}, {"are_labels_read": True}, {}):
        found.append(plan_default_labels(user, Boxes(inbox=True, sent=True), clicked_at=5).reason)
        user = user._replace(**mended)
    found.append(plan_default_labels(user, Boxes(inbox=True), clicked_at=5).reason)
    assert found == told
    assert found[-1] == CHOSEN_SINCE


def test_the_times_told_are_those_in_force_M11() -> None:
    text = " ".join(read(PAGE).split())
    assert f"after {PATIENCE} seconds without progress" in text
    assert f"for {UNDO_WITHIN.days} days" in text
