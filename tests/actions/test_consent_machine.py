"""Consent, uploads, crashes, two workers, Forget and an age in any order: each item is counted once, or waits (P4, P7).

What is expected is kept in dictionaries beside the database. Items are chat messages, known by their time.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from killing import Killed, killed_at
from upload_world import a_source, chat_record

from postroom.actions import process_uploads
from postroom.actions.accept_items import accept, delete_item
from postroom.actions.add_users import add_users
from postroom.actions.drop_too_old import drop_too_old, set_holding
from postroom.actions.forget import forget, run_forget
from postroom.actions.process_uploads import process_some
from postroom.actions.set_consent import set_consent
from postroom.store.models import Consent, Decision, Interaction, Item, Job, User, Waiting, Workspace
from postroom.store.read.held import held_in, held_of, queued_of
from postroom.store.secrets import encrypt
from postroom.store.write import jobs

NOON = 1_600_000_000
NAMES = ("ann", "ben", "cyd")
Says = tuple[frozenset[str], str]
ids = st.integers(0, 3)
names = st.sampled_from(NAMES)
groups = st.sets(names, min_size=1)


class Consenting(RuleBasedStateMachine):
    """One workspace, three users, one source that feeds the people lens."""

    def __init__(self) -> None:
        super().__init__()
        self.workspace = Workspace.objects.create(
            name=secrets.token_hex(8), sealed_hash_key=encrypt(secrets.token_bytes(32))
        )
        add_users(self.workspace, [{"email": f"{name}@us.com"} for name in NAMES], actor="test")
        self.users = {u.email.split("@")[0]: u for u in User.objects.filter(workspace=self.workspace)}
        self.source = a_source(self.workspace, "people")
        self.on: dict[str, bool] = dict.fromkeys(NAMES, False)
        self.said = 0
        self.items: dict[int, Says] = {}
        """What the source sent last: who takes part, and the text."""
        self.became: set[int] = set()
        """Items that are a message now."""
        self.waiting: set[tuple[int, str]] = set()
        self.old: set[tuple[int, str]] = set()
        """Those of them that have waited for too long."""
        self.counted: set[tuple[int, str]] = set()
        self.named: dict[tuple[int, str], set[str]] = {}
        self.judged: set[tuple[int, Says, str]] = set()
        self.forgot: set[tuple[int, Says, str]] = set()
        """Of those judged; each thing that an item said is a message of its own."""
        self.now = int(time.time())
        """Rises with every Forget: what comes in later is later."""
        self.received: dict[int, int] = {}
        """When each item came in, and stays what it was once it is a message."""
        self.forgot_at: dict[str, int] = {}

    # What happens

    @rule(number=ids, people=groups, text=st.sampled_from("ab"))
    def upload(self, number: int, people: set[str], text: str) -> None:
        says = (frozenset(people), text)
        author, *members = sorted(people)
        record = chat_record(
            f"{author}@us.com",
            [f"{name}@us.com" for name in members],
            id=str(number),
            at=NOON + number,
            text=text,
        )
        [answer] = accept(self.source, "chat", [record], now=self.now)
        known = self.items.get(number)
        if known == says:
            assert answer["status"] == "duplicate"
            return
        if known is not None:
            assert answer["status"] == "updated"
            self._take_back(number)
        else:
            assert answer["status"] == ("queued" if any(self.on[name] for name in people) else "held")
        self.items[number] = says
        self.received[number] = self.now
        self.waiting |= {(number, name) for name in people}

    @rule(number=ids)
    def delete(self, number: int) -> None:
        assert delete_item(self.source, "chat", str(number)) is (number in self.items)
        self._take_back(number)
        self.items.pop(number, None)

    def _take_back(self, number: int) -> None:
        for kept in (self.waiting, self.old, self.counted):
            kept -= {one for one in kept if one[0] == number}
        self.named = {one: names for one, names in self.named.items() if one[0] != number}
        self.became.discard(number)

    @rule(name=names, to=st.booleans())
    def consent(self, name: str, to: bool) -> None:
        [changed] = set_consent(self.workspace, [(self.users[name], to)], actor="test", how="api")
        assert changed is (self.on[name] != to)
        self.said += changed
        self.on[name] = to

    @rule()
    def process(self) -> None:
        process_some(self.workspace.pk)
        self._judge({one for one in self.waiting if self.on[one[1]]})

    def _judge(self, due: set[tuple[int, str]]) -> None:
        self.waiting -= due
        self.old -= due
        self.counted |= due
        says = {(number, self.items[number], name) for number, name in due}
        self.judged |= says
        self.forgot -= says
        self.became |= {number for number, _ in due}
        for number, name in self.counted:
            if number in {of for of, _ in due} and self.on[name]:
                people = self.items[number][0]
                self.named[number, name] = {o for o in people if o != name and self._may_be_named(number, o)}

    def _may_be_named(self, number: int, name: str) -> bool:
        """Who was judged for themself must not have forgotten this; who was not, anything after it came in."""
        one = (number, self.items[number], name)
        if one in self.judged:
            return one not in self.forgot
        return self.received[number] > self.forgot_at.get(name, 0)

    @rule(write=st.integers(0, 12))
    def process_and_be_killed(self, write: int) -> None:
        try:
            with connection.execute_wrapper(killed_at(write)):
                process_some(self.workspace.pk)
        except Killed:
            return
        self._judge({one for one in self.waiting if self.on[one[1]]})

    @rule(
        name=names,
        number=ids,
        people=groups,
        what=st.sampled_from(["work", "off", "on", "forget", "send", "take"]),
    )
    def process_while_something_else_happens(
        self, name: str, number: int, people: set[str], what: str
    ) -> None:
        """Another is faster, after the worker has read what is due and before it has its turn."""
        happens = {
            "work": self.process,
            "off": lambda: self.consent(name, False),
            "on": lambda: self.consent(name, True),
            "forget": lambda: self.forget(name, 99),
            "send": lambda: self.upload(number, people, "b"),
            "take": lambda: self.delete(number),
        }[what]
        take_turn = process_uploads.take_turn

        def first_something_else(workspace: Workspace) -> None:
            process_uploads.take_turn = take_turn
            happens()
            take_turn(workspace)

        process_uploads.take_turn = first_something_else
        try:
            process_some(self.workspace.pk)
        finally:
            process_uploads.take_turn = take_turn
        self._judge({one for one in self.waiting if self.on[one[1]]})

    @rule(name=names, write=st.integers(0, 30))
    def forget(self, name: str, write: int) -> None:
        job = forget(self.users[name])
        claimed = jobs.claim(pk=job.pk)
        assert claimed is not None
        try:
            with connection.execute_wrapper(killed_at(write)):
                run_forget(claimed)
        except Killed:
            # Whoever goes on knows what is stored of the job, and nothing else.
            claimed.refresh_from_db()
            run_forget(claimed)
        Job.objects.filter(pk=job.pk).update(ended_at=datetime.fromtimestamp(self.now, UTC))
        self.forgot_at[name] = self.now
        self.now += 1
        mine = {one for one in self.waiting if one[1] == name}
        self.waiting -= mine
        self.old -= mine
        for number, _ in mine:
            if number not in self.became and not any(of == number for of, _ in self.waiting):
                del self.items[number]
        self.counted -= {one for one in self.counted if one[1] == name}
        self.named = {one: others for one, others in self.named.items() if one[1] != name}
        self.forgot |= {one for one in self.judged if one[2] == name}
        for (number, _), others in self.named.items():
            if name in others:
                others.remove(name)
                self.judged.add((number, self.items[number], name))
                self.forgot.add((number, self.items[number], name))

    @rule()
    def time_passes(self) -> None:
        Item.objects.filter(workspace=self.workspace).update(received_at=NOON + 100)
        self.received |= dict.fromkeys(self.items.keys() - self.became, NOON + 100)
        self.old = set(self.waiting)

    @precondition(lambda self: self.old)
    @rule()
    def drop(self) -> None:
        set_holding(self.workspace, 30, actor="test")
        too_old = {one for one in self.old if not self.on[one[1]]}
        assert drop_too_old(self.workspace) == len(too_old)
        self.waiting -= too_old
        self.old -= too_old
        for number in {of for of, _ in too_old}:
            if number in self.became:
                self.judged |= {(of, self.items[of], name) for of, name in too_old if of == number}
            elif not any(of == number for of, _ in self.waiting):
                del self.items[number]

    # What holds after each of them

    @invariant()
    def each_is_counted_once_and_only_by_consent(self) -> None:
        rows = Interaction.objects.filter(workspace=self.workspace).values_list("at", "user__email")
        found = sorted((at - NOON, email.split("@")[0]) for at, email in rows)
        assert found == sorted(self.counted)

    @invariant()
    def who_is_named_and_how_many_took_part(self) -> None:
        for row in Interaction.objects.filter(workspace=self.workspace).select_related("user"):
            one = (row.at - NOON, row.user.email.split("@")[0])
            names = {email.split("@")[0] for email in row.colleagues.values_list("user__email", flat=True)}
            assert (one, names) == (one, self.named[one])
            assert row.others == len(self.items[one[0]][0] - {one[1]})

    @invariant()
    def held_counts_are_what_waits(self) -> None:
        held = queued = 0
        for name, user in self.users.items():
            user.refresh_from_db()
            mine = sum(one[1] == name for one in self.waiting)
            counts = (sum(one.items for one in held_of(user)), queued_of(user))
            assert counts == ((0, mine) if self.on[name] else (mine, 0))
            held, queued = held + counts[0], queued + counts[1]
        assert sum(one.items for one in held_in(self.workspace)) == held
        assert Waiting.objects.filter(workspace=self.workspace, problem="").count() == held + queued

    @invariant()
    def what_nobody_waits_for_says_nothing(self) -> None:
        items = Item.objects.filter(workspace=self.workspace)
        assert items.exclude(sealed=None).count() == len({number for number, _ in self.waiting})
        assert not items.filter(waiting=None).exclude(sealed=None).exists()
        assert items.exclude(state="dropped").count() == len(self.items)

    @invariant()
    def at_most_one_decision_is_in_force(self) -> None:
        rows = Decision.objects.filter(workspace=self.workspace, is_current=True)
        pairs = list(rows.values_list("message_id", "user_id"))
        assert len(pairs) == len(set(pairs))

    @invariant()
    def each_change_of_consent_left_one_record(self) -> None:
        assert Consent.objects.filter(user__workspace=self.workspace).count() == self.said


def test_any_order_of_events_counts_each_item_once_P4_P7_P8(db: None) -> None:
    run_state_machine_as_test(
        Consenting,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # To shrink a failure takes minutes: add it then.
        ),
    )
