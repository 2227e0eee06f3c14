"""Users who join, whose mailboxes come and go, and who choose by hand: half of the machine of pushes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from push_model import ROLES, Chosen, Person
from push_world import ACTOR, PushWorld

from postroom.store.models import Label, Mailbox, User
from postroom.store.write.mailbox_sources import bind, unbind

MOST = 6

which = st.integers(0, 60)
names = st.sampled_from(("inbox", "sent", "Project X"))


class People(RuleBasedStateMachine):
    """One workspace, and beside it what is known of each of its users."""

    def __init__(self) -> None:
        super().__init__()
        self.world = PushWorld()
        self.people: dict[int, Person] = {}
        for has_mailbox in (True, True, True, False):
            self.join(has_mailbox)

    def one_of(self, number: int) -> Person:
        return list(self.people.values())[number % len(self.people)]

    @rule(number=which, what=st.sampled_from(("join", "connect", "look", "disconnect", "disable or enable")))
    def something_happens_to_a_user(self, number: int, what: str) -> None:
        acts = (self.connect, self.look, self.disconnect, self.disable_or_enable)
        if what == "join":
            self.join(bool(number % 3))
        else:
            {act.__name__.replace("_", " "): act for act in acts}[what](number)

    def join(self, has_mailbox: bool) -> None:
        if len(self.people) < MOST:
            user = self.world.user(f"u{len(self.people)}", mailbox="none")
            self.people[user.pk] = Person(user)
            if has_mailbox:
                self.connect(len(self.people) - 1)
                self.look(len(self.people) - 1)

    def connect(self, number: int) -> None:
        person = self.one_of(number)
        if person.connected_at is None:
            self.world.later()
            now = datetime.fromtimestamp(self.world.now, UTC)
            if not Mailbox.objects.filter(user=person.row).exists():
                self.world.mailbox(person.row)
            source = Mailbox.objects.get(user=person.row).source
            how: dict[str, Any] = {"settings": {}, "sealed_secret": None, "is_central": False}
            bind(person.row, source, person.row.email, ACTOR, **how, now=now)
            person.connected_at, person.is_read = self.world.now, False

    def look(self, number: int) -> None:
        """The first look lists the labels; the third user has no Sent."""
        person = self.one_of(number)
        if person.connected_at is not None and not person.is_read:
            mailbox = Mailbox.objects.get(user=person.row)
            if not person.labels:
                self.world.labels(mailbox)
                person.labels = {name: Chosen() for name in (*ROLES, "drafts", "Project X")}
                if person.row.email.startswith("u2"):
                    Label.objects.get(mailbox=mailbox, role="sent").delete()
                    del person.labels["sent"]
            Mailbox.objects.filter(pk=mailbox.pk).update(labels_at=self.world.now)
            person.is_read = True

    def disconnect(self, number: int) -> None:
        person = self.one_of(number)
        if person.connected_at is not None:
            unbind(Mailbox.objects.filter(user=person.row))
            person.connected_at = None

    def disable_or_enable(self, number: int) -> None:
        person = self.one_of(number)
        person.is_enabled = not person.is_enabled
        at = None if person.is_enabled else datetime.now(UTC)
        User.objects.filter(pk=person.row.pk).update(disabled_at=at)

    @rule(number=which, name=names, syncs=st.booleans())
    def choose(self, number: int, name: str, syncs: bool) -> None:
        person = self.one_of(number)
        if name in person.labels and person.connected_at is not None:
            self.world.later()
            self.world.choose(person.row, **{name: syncs})
            if syncs is not person.labels[name].syncs:
                now = self.world.now
                at = now if syncs else None
                person.labels[name] = Chosen(at, "user", person.row.email, now)
