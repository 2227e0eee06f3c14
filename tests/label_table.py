"""What a click on Apply is to make of a user, over every state of Inbox and Sent, as the specification says (M6-M12).

Says so for itself: it asks nothing of the plan but the names of things. Needs no Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from postroom.core.labels import Boxes, Change, LabelNow, UserNow

CLICK = 1_000
INBOX, SENT = 1, 2
ROLE_OF = {INBOX: "inbox", SENT: "sent"}
CONDITIONS = ("fine", "disabled", "no mailbox", "labels unread", "Inbox chosen since", "Sent chosen since")
NOT_FOR = {
    "disabled": ("skipped", "disabled"),
    "no mailbox": ("skipped", "no_mailbox"),
    "labels unread": ("failed", "labels_unread"),
}


class State(NamedTuple):
    """How one of the two labels may be."""

    is_there: bool
    syncs: bool
    chosen_by: str


STATES = (None, *(State(*one) for one in product((True, False), (True, False), ("user", "admin", "nobody"))))
"""``None``: the mailbox never had it. Not there, and syncs: it did until the provider had it no more."""
BOXES = [Boxes(*both) for both in product((False, True), repeat=2)]


class Case(NamedTuple):
    """One row of the table."""

    boxes: Boxes
    states: dict[int, State | None]
    condition: str

    def user(self) -> UserNow:
        """The user who is so."""
        return UserNow(
            5,
            is_enabled=self.condition != "disabled",
            has_mailbox=self.condition != "no mailbox",
            are_labels_read=self.condition != "labels unread",
            labels=[
                LabelNow(
                    label,
                    ROLE_OF[label],
                    state.is_there,
                    state.syncs,
                    state.chosen_by == "user",
                    chosen_by_hand_at=CLICK + (self.is_chosen_since(label) or -1),
                )
                for label, state in self.states.items()
                if state
            ],
        )

    def is_chosen_since(self, label: int) -> bool:
        """Whether somebody chose it by hand after the click."""
        return self.condition == f"{ROLE_OF[label].title()} chosen since"

    def says_the_specification(self) -> tuple[str, str, list[Change]]:
        """Status, reason, changes: by what M6 to M12 say, label by label."""
        if self.condition in NOT_FOR:
            return (*NOT_FOR[self.condition], [])
        ticked = {INBOX: self.boxes.inbox, SENT: self.boxes.sent}
        differing = []
        for label, state in self.states.items():
            if ticked[label] and (state is None or not state.is_there):
                return "skipped", "no_such_label", []
            if state is not None and state.syncs is not ticked[label]:
                differing.append(Change(label, ROLE_OF[label], ticked[label], state.chosen_by == "user"))
        if not differing:
            return "unchanged", "", []
        chosen_since = any(state and self.is_chosen_since(label) for label, state in self.states.items())
        return ("skipped", "chosen_since", []) if chosen_since else ("changed", "", differing)


def cases(boxes: Boxes) -> Iterator[Case]:
    """All rows with these boxes."""
    for inbox, sent, condition in product(STATES, STATES, CONDITIONS):
        yield Case(boxes, {INBOX: inbox, SENT: sent}, condition)


def synced(states: dict[int, State | None]) -> dict[str, bool | None]:
    """How it is told: whether a label syncs, ``None`` where there is none."""
    return {
        ROLE_OF[label]: state.syncs if state and (state.is_there or state.syncs) else None
        for label, state in states.items()
    }
