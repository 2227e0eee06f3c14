"""A mailbox, its owner, its provider's troubles and killed workers in any order: then it is as if all had gone well.

What is expected is read off the server itself: what stands in which label, since when that is selected (I1, I2, M13).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from killing import Killed, killed_at
from mail_world import K1, KEY, NOON, S1, S2, L, N, U, mail, replayed, the_company
from mailbox_world import DAY, MailboxWorld
from sound import assert_complete, assert_nothing_doubled, assert_sound

from postroom.actions.choose_labels import choose_labels
from postroom.actions.set_consent import set_consent
from postroom.actions.sync_mailbox import look
from postroom.core.message import KEPT_OUT
from postroom.core.trouble import CannotEver, NotAllowed, SignInAgain, StartOver, TryLater
from postroom.providers.memory import memory_server
from postroom.reader import ReaderPool
from postroom.store.models import Decision, Engagement, Interaction, Label, Listing, Mailbox, User
from postroom.worker.runner import run_due

WELCOME = {K1, N}
"""Whose mail comes in; that of the others never does."""
SENDERS = (K1, K1, N, U, L, S2)
AGES = (0, 0, 0, 3 * DAY, 30 * DAY, 300 * DAY, 500 * DAY)
TROUBLES = (
    TryLater("busy"),
    SignInAgain("password_refused"),
    NotAllowed("label_not_allowed"),
    StartOver("cursor_lost"),
    StartOver("label_gone"),
    CannotEver("protocol"),
)
METHODS = ("open", "labels", "changes", "list", "heads", "wholes")

numbers = st.integers(0, 9)
which = st.integers(0, 50)


class Syncing(RuleBasedStateMachine):
    """One mailbox of a company of its own."""

    refs_stay = False
    pool: ReaderPool
    """Shared: the workspaces of all examples have the same key."""

    def __init__(self) -> None:
        super().__init__()
        name = f"machine {id(self)}"
        self.serving = memory_server(name, refs_stay_when_moved=self.refs_stay)
        self.world = MailboxWorld(the_company(), self.serving.__enter__(), name)
        self.world.pool = self.pool
        self.kept, self.row = self.world.connect()
        self.user = User.objects.get(pk=self.row.user_id)
        self.dates: dict[int, int] = {}
        self.senders: dict[int, str] = {}
        self.names = 0

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.serving.__exit__(None, None, None)

    # The mailbox's owner and the world

    @rule(number=numbers, sender=st.sampled_from(SENDERS), age=st.sampled_from(AGES), label=which)
    def deliver(self, number: int, sender: str, age: int, label: int) -> None:
        """The same number is the same mail again, wherever."""
        at = self.dates.setdefault(number, self.world.now - age)
        sender = self.senders.setdefault(number, sender)
        raw = mail(sender, [S1], id=f"{number}@x", at=at, subject=f"Mail {number}")
        self.kept.deliver(self._label(label), raw, received_at=at)

    def _label(self, which: int) -> str:
        refs = [label.ref for label in self.kept.labels()]
        return refs[which % len(refs)]

    def _mail(self, which: int) -> tuple[str, str] | None:
        there = [(label.ref, ref) for label in self.kept.labels() for ref in label.mails]
        return there[which % len(there)] if there else None

    @rule(mail=which, to=which, how=st.sampled_from(["move", "copy", "expunge", "trash"]))
    def change(self, mail: int, to: int, how: str) -> None:
        found = self._mail(mail)
        if found is None:
            return
        target = self._label(to)
        if how in ("move", "copy"):
            if self.refs_stay and found[1] in self.kept.label(target).mails:
                return
            getattr(self.kept, how)(*found, target)
        else:
            getattr(self.kept, how)(*found)

    @rule(label=which, how=st.sampled_from(["add", "rename", "remove"]))
    def change_labels(self, label: int, how: str) -> None:
        self.names += 1
        own = [one.ref for one in self.kept.labels() if not one.role]
        if how == "add" or not own:
            self.kept.add_label(f"Label {self.names}")
        elif how == "rename":
            self.kept.rename_label(own[label % len(own)], f"Label {self.names}")
        else:
            self.kept.remove_label(own[label % len(own)])

    @rule(label=which, is_wanted=st.sampled_from([True, True, False]), days=st.sampled_from([0, 7, 400]))
    def choose(self, label: int, is_wanted: bool, days: int) -> None:
        there = list(Label.objects.filter(mailbox=self.row, gone_at=None).order_by("pk"))
        wanted = {there[label % len(there)].pk: is_wanted}
        choose_labels(self.row, wanted, origin="user", actor=S1, backfill_days=days, now=self.world.now)

    @rule(to=st.booleans())
    def consent(self, to: bool) -> None:
        set_consent(self.world.workspace, [(self.user, to)], actor=S1, how="api")
        while run_due():
            pass

    # Troubles

    @rule(method=st.sampled_from(METHODS), error=st.sampled_from(TROUBLES), after=st.integers(0, 3))
    def fail(self, method: str, error: Exception, after: int) -> None:
        if not (isinstance(error, StartOver) and method in ("open", "labels")):
            self.world.server.faults.fail_next(method, error, after=after)  # type: ignore[arg-type]

    @rule(label=which, how=st.sampled_from(["lose_cursors", "change_epoch"]))
    def lose(self, label: int, how: str) -> None:
        getattr(self.kept, how)(self._label(label))

    @rule(size=st.sampled_from([1, 2, 100]))
    def answer_in_pages(self, size: int) -> None:
        self.world.server.faults.page_size = size

    @rule(seconds=st.sampled_from([1, 60, 301, 1_000, DAY, 9 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.world.later(seconds)

    # The worker

    @rule(is_short=st.booleans())
    def look(self, is_short: bool) -> None:
        self._look(seconds=0 if is_short else 60)

    def _look(self, **how: Any) -> None:
        look(self.row.pk, clock=lambda: self.world.now, pool=self.pool, **how)

    @rule(write=st.integers(0, 60))
    def look_and_be_killed(self, write: int) -> None:
        try:
            with connection.execute_wrapper(killed_at(write)):
                self._look()
        except Killed:
            pass

    @rule(
        method=st.sampled_from(METHODS), label=which, days=st.sampled_from([0, 7, 400]), wanted=st.booleans()
    )
    def look_while_somebody_chooses(self, method: str, label: int, days: int, wanted: bool) -> None:
        def choose_first(asked: str) -> None:
            if asked == method:
                self.world.server.faults.before = lambda _: None
                self.choose(label, wanted, days)

        self.world.server.faults.before = choose_first
        self._look()
        self.world.server.faults.before = lambda _: None

    @rule(
        method=st.sampled_from(METHODS),
        mail=which,
        to=which,
        how=st.sampled_from(["move", "expunge", "trash"]),
    )
    def look_while_mail_is_moved(self, method: str, mail: int, to: int, how: str) -> None:
        def change_first(asked: str) -> None:
            if asked == method:
                self.world.server.faults.before = lambda _: None
                self.change(mail, to, how)

        self.world.server.faults.before = change_first
        self._look()
        self.world.server.faults.before = lambda _: None

    # What holds

    @invariant()
    def nothing_is_doubled_and_nothing_forbidden_is_in(self) -> None:
        assert_nothing_doubled(self.world)
        filed = Engagement.objects.filter(workspace=self.world.workspace)
        for subject in filed.values_list("subject", flat=True):
            assert self.senders[int(subject.split()[1])] in WELCOME
        counted = Interaction.objects.filter(workspace=self.world.workspace).values_list("message", "user")
        assert len(set(counted)) == len(counted)

    @rule()
    def settle(self) -> None:
        """Nothing goes wrong any more, and it is looked at in peace."""
        world = self.world
        world.server.faults.heal()
        world.later(DAY + 1)
        self._look(verify=True)
        for _ in range(5):
            self.row = Mailbox.objects.get(pk=self.row.pk)
            if self.row.look_at > world.now and not self.row.has_more:
                break
            self._look()
        assert_sound(world, self.kept, self.row)
        assert_complete(world, self.kept, self.row)
        assert not Listing.objects.filter(
            label__mailbox=self.row, is_due=True, gone_at=None, label__selected_at__isnull=False
        ).exists()
        self._all_that_should_be_in_is_in()
        assert replayed(world.workspace).differences == []

    def _all_that_should_be_in_is_in(self) -> None:
        selected = Label.objects.filter(mailbox=self.row, selected_at__isnull=False, gone_at=None)
        refs = {label.ref: label for label in selected}
        for kept in self.kept.labels():
            label = refs.get(kept.ref)
            if label is None or kept.role in KEPT_OUT:
                continue
            for ref, one in kept.mails.items():
                is_welcome = any(f"From: {sender}\n".encode() in one.raw for sender in WELCOME)
                is_in_time = one.received_at >= max(label.starts_at or 0, NOON - 365 * DAY)
                if not is_welcome or not is_in_time or self.kept.kept_out(ref, one):
                    continue
                message = Listing.objects.get(label=label, ref=ref).copy.message  # type: ignore[union-attr]
                decision = Decision.objects.get(message=message, lens="customer", is_current=True)
                if f"From: {N}".encode() not in one.raw:
                    assert (decision.outcome, decision.reason) == ("import", "imported")
                    assert Engagement.objects.filter(message=message).count() == 1


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(KEY, 1) as made:
        yield made


@pytest.mark.parametrize("refs_stay", [False, True], ids=["like IMAP", "like Gmail"])
def test_any_order_of_events_comes_to_what_is_there_M13(db: None, pool: ReaderPool, refs_stay: bool) -> None:
    machine = type("SyncingOfOneManner", (Syncing,), {"refs_stay": refs_stay, "pool": pool})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # To shrink a failure takes minutes: add it then.
        ),
    )
