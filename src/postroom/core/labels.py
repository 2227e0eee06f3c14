"""The default synced labels: what one click makes of every user's Inbox and Sent, and what takes it back (M6-M12).

A plan: who is planned for, and what is done, is the same whether it is only shown or carried out. Times are Unix
seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

INBOX: Final = "inbox"
SENT: Final = "sent"
DEFAULT_ROLES: Final = (INBOX, SENT)
"""The labels that every user has, by the roles that providers give them, never by name (M5, M12)."""

USER: Final = "user"
ADMIN: Final = "admin"
"""Who chose whether a label syncs: its owner, or somebody with ``admin_access``."""

CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
SKIPPED: Final = "skipped"
FAILED: Final = "failed"
STATUSES: Final = (CHANGED, UNCHANGED, SKIPPED, FAILED)
"""What can become of a user."""

DISABLED: Final = "disabled"
NO_MAILBOX: Final = "no_mailbox"
LABELS_UNREAD: Final = "labels_unread"
NO_SUCH_LABEL: Final = "no_such_label"
CHOSEN_SINCE: Final = "chosen_since"
REASONS: Final = {
    DISABLED: SKIPPED,
    NO_MAILBOX: SKIPPED,
    NO_SUCH_LABEL: SKIPPED,
    CHOSEN_SINCE: SKIPPED,
    LABELS_UNREAD: FAILED,
}
"""Why a user is skipped, or failed and may be tried again, in the order that they are looked for."""


class Boxes(NamedTuple):
    """The two checkboxes."""

    inbox: bool = False
    sent: bool = False

    def wants(self, role: str) -> bool:
        """Whether labels of this role, ``inbox`` or ``sent``, are to sync."""
        return self.inbox if role == INBOX else self.sent

    def as_json(self) -> dict[str, bool]:
        """The boxes as jobs and the API write them."""
        return self._asdict()


class LabelNow(NamedTuple):
    """An Inbox or Sent label of a user as it stands, or one that was that when it was pushed to."""

    id: int
    role: str
    is_there: bool
    """The provider has it, and it can be selected."""
    is_selected: bool
    is_own_choice: bool = False
    """Its owner chose last."""
    chosen_by_hand_at: int | None = None
    """When somebody chose this label alone, if that was what was done last; ``None``: it was not."""
    chosen_in: int | None = None
    """The job that chose last; ``None``: no job did."""


class UserNow(NamedTuple):
    """A user as they stand."""

    id: int
    is_enabled: bool = True
    has_mailbox: bool = True
    """Connected, or connected once: what is chosen then holds as soon as it is connected again."""
    are_labels_read: bool = True
    labels: Sequence[LabelNow] = ()
    """Those of the roles ``DEFAULT_ROLES``, as many as there are; of others nothing but what a push changed."""


class Change(NamedTuple):
    """A label that comes to sync, or to sync no more."""

    label: int
    role: str
    is_selected: bool
    """Afterwards."""
    overrides: bool
    """Its owner had chosen otherwise."""


State = dict[str, bool | None]
"""Role → whether it syncs; ``None``: there is no such label."""


class Fate(NamedTuple):
    """What becomes of a user."""

    user: int
    status: str
    reason: str
    """One of ``REASONS``; empty where the user is changed or unchanged."""
    before: State
    after: State
    changes: tuple[Change, ...] = ()

    @property
    def overrides(self) -> bool:
        """Whether a choice of the user's own is overridden (M7)."""
        return any(change.overrides for change in self.changes)


def plan_default_labels(user: UserNow, boxes: Boxes, clicked_at: int) -> Fate:
    """What a click at ``clicked_at`` makes of a user: Inbox and Sent match the boxes exactly, or nothing is touched.

    No label of another role is ever in it. Somebody who chose one of the two by hand after the click keeps all.
    """
    labels = _default_ones(user)
    before = _state(labels)
    reason = _why_not(user, boxes)
    if reason:
        return Fate(user.id, REASONS[reason], reason, before, before)
    changes = tuple(
        Change(label.id, label.role, wanted, label.is_own_choice)
        for label in labels
        if (wanted := boxes.wants(label.role)) != label.is_selected and (label.is_there or not wanted)
    )
    if not changes:
        return Fate(user.id, UNCHANGED, "", before, before)
    if _is_chosen_since(labels, clicked_at):
        return Fate(user.id, SKIPPED, CHOSEN_SINCE, before, before)
    return Fate(user.id, CHANGED, "", before, _after(labels, changes), changes)


def _why_not(user: UserNow, boxes: Boxes) -> str:
    if not user.is_enabled:
        return DISABLED
    if not user.has_mailbox:
        return NO_MAILBOX
    if not user.are_labels_read:
        return LABELS_UNREAD
    there = {label.role for label in user.labels if label.is_there}
    lacks = any(boxes.wants(role) and role not in there for role in DEFAULT_ROLES)
    return NO_SUCH_LABEL if lacks else ""


def plan_undo(user: UserNow, was_selected: dict[int, bool], job: int, clicked_at: int) -> Fate:
    """What undoing the push ``job`` makes of a user whose labels it changed: each syncs as it did before.

    ``was_selected``: by the id of each label that was changed, whatever its role is now. Where a later click changed
    one of them, or anybody chose Inbox or Sent by hand after the click, be it the other one, the user keeps all (M11).
    """
    labels = _default_ones(user)
    before = _state(labels)
    now = {label.id: label for label in user.labels}
    is_as_pushed = all(label in now and now[label].chosen_in == job for label in was_selected)
    if not is_as_pushed or _is_chosen_since(labels, clicked_at):
        return Fate(user.id, SKIPPED, CHOSEN_SINCE, before, before)
    changes = tuple(
        Change(label, now[label].role, was, overrides=False)
        for label, was in was_selected.items()
        if was != now[label].is_selected
    )
    status = CHANGED if changes else UNCHANGED
    return Fate(user.id, status, "", before, _after(labels, changes), changes)


def _default_ones(user: UserNow) -> list[LabelNow]:
    return [label for label in user.labels if label.role in DEFAULT_ROLES]


def _is_chosen_since(labels: Sequence[LabelNow], clicked_at: int) -> bool:
    return any((label.chosen_by_hand_at or 0) > clicked_at for label in labels)


def _state(labels: Sequence[LabelNow]) -> State:
    """How it is: of several labels with one role, whether any syncs."""
    state: State = dict.fromkeys(DEFAULT_ROLES)
    for label in labels:
        if label.is_there or label.is_selected:
            state[label.role] = bool(state[label.role]) or label.is_selected
    return state


def _after(labels: Sequence[LabelNow], changes: Sequence[Change]) -> State:
    to = {change.label: change.is_selected for change in changes}
    return _state(
        [
            label._replace(is_selected=to[label.id], is_there=True) if label.id in to else label
            for label in labels
        ]
    )
