"""What the specification says of users, their labels, and pushes, in dictionaries (M6-M12).

Asks nothing of the code.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from push_world import ACTOR, NEITHER

from postroom.core.labels import Boxes
from postroom.store.models import Job, User

ROLES = ("inbox", "sent")


@dataclass
class Chosen:
    """Whether a label syncs, and who chose that."""

    selected_at: int | None = None
    origin: str = ""
    by: str = ""
    at: int | None = None
    job: int | None = None

    @property
    def syncs(self) -> bool:
        """Whether it does."""
        return self.selected_at is not None


@dataclass
class Person:
    """A user, and their mailbox."""

    row: User
    is_enabled: bool = True
    connected_at: int | None = None
    is_read: bool = False
    labels: dict[str, Chosen] = field(default_factory=dict)

    def has_chosen_since(self, clicked_at: int) -> bool:
        """Whether somebody chose Inbox or Sent by hand after the click."""
        mine = (self.labels[role] for role in ROLES if role in self.labels)
        return any(one.job is None and (one.at or 0) > clicked_at for one in mine)

    def syncs(self) -> dict[str, bool | None]:
        """As results tell it."""
        return {role: self.labels[role].syncs if role in self.labels else None for role in ROLES}


@dataclass
class Work:
    """A job, and what came of it."""

    kind: str
    users: list[int]
    boxes: Boxes = NEITHER
    at: int = 0
    of: int | None = None
    results: dict[int, tuple[str, str]] = field(default_factory=dict)
    was: dict[int, dict[str, Chosen]] = field(default_factory=dict)
    """User → the labels that it changed, as they were."""

    def is_over_for(self, user: int) -> bool:
        """Whether it has nothing more to do for the user, although it may not have changed anything."""
        status, reason = self.results.get(user, ("", ""))
        return status in ("changed", "unchanged") or reason in ("no_such_label", "chosen_since")

    def has_failed_for_some(self) -> bool:
        """Whether it may be tried again for them."""
        return any(status == "failed" for status, _ in self.results.values())


def states_of_jobs() -> dict[int, str]:
    """Job → whether it waits, runs, is done or cancelled."""
    return dict(Job.objects.values_list("pk", "state"))


class Works(dict[int, Work]):
    """Every job by its number."""

    def pushes_of(self, click: int) -> list[int]:
        """The click, and what did the same for later users."""
        return [click, *(pk for pk, work in self.items() if work.kind == "later" and work.of == click)]

    def is_undone(self, click: int) -> bool:
        """Whether somebody asked for that, and did not cancel it."""
        states = states_of_jobs()
        return any(
            work.kind == "undo" and work.of == click and states[pk] != "cancelled"
            for pk, work in self.items()
        )

    def changed_by(self, click: int) -> bool:
        """Whether it changed anybody who was not set back."""
        set_back = {
            user
            for work in self.values()
            if work.kind == "undo" and work.of == click
            for user, told in work.results.items()
            if told == ("changed", "")
        }
        return any(user not in set_back for pk in self.pushes_of(click) for user in self[pk].was)

    def in_force(self) -> int | None:
        """The last click that is not undone; one that was cancelled only where it came to anybody."""
        states = states_of_jobs()
        clicks = [
            pk
            for pk, work in self.items()
            if work.kind == "click" and not self.is_undone(pk) and (states[pk] != "cancelled" or work.results)
        ]
        return max(clicks, default=None)

    def is_over(self, pk: int) -> bool:
        """Whether a job is not tried again: a later click stands, or what it did is undone by another."""
        work = self[pk]
        click = pk if work.of is None else work.of
        is_mine = work.kind == "undo" and states_of_jobs()[pk] != "cancelled"
        return (self.in_force() or 0) > pk or (self.is_undone(click) and not is_mine)

    def undone(self, person: Person, work: Work) -> dict[str, Chosen]:
        """The labels that undoing sets back; none where somebody chose anew."""
        assert work.of is not None
        [of] = [pk for pk in self.pushes_of(work.of) if person.row.pk in self[pk].was]
        was = self[of].was[person.row.pk]
        if person.has_chosen_since(self[of].at):
            return {}
        return was if all(person.labels[role].job == of for role in was) else {}


def expected(person: Person, boxes: Boxes, clicked_at: int) -> tuple[str, str]:
    """Status and reason of a push."""
    if not person.is_enabled:
        return "skipped", "disabled"
    if person.connected_at is None and not person.labels:
        return "skipped", "no_mailbox"
    if person.connected_at is not None and not person.is_read:
        return "failed", "labels_unread"
    if any(boxes.wants(role) and role not in person.labels for role in ROLES):
        return "skipped", "no_such_label"
    mine = {role: person.labels[role] for role in ROLES if role in person.labels}
    if all(one.syncs is boxes.wants(role) for role, one in mine.items()):
        return "unchanged", ""
    if person.has_chosen_since(clicked_at):
        return "skipped", "chosen_since"
    return "changed", ""


def pushed(person: Person, boxes: Boxes, job: int, now: int) -> dict[str, Chosen]:
    """The labels that a push changes, as they are then."""
    return {
        role: Chosen(now if boxes.wants(role) else None, "admin", ACTOR, now, job)
        for role in ROLES
        if role in person.labels and person.labels[role].syncs is not boxes.wants(role)
    }
