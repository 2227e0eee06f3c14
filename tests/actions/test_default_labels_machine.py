"""Users, their choices, clicks, undoing, later users, and workers that are killed, in any order (M5-M12).

What is expected is kept in dictionaries beside the database. How far a worker came before it was killed is read off the
results; what each of them has to say is not.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from killing import Killed, killed_at
from push_model import ROLES, Chosen, Person, Work, Works, expected, pushed
from push_world import ACTOR, PushWorld

from postroom.actions import push_default_labels
from postroom.actions.cancel_job import cancel_job
from postroom.actions.default_labels import (
    apply_default_labels,
    apply_to_later_users,
    choose_future_labels,
    foresee_default_labels,
    undo_default_labels,
)
from postroom.actions.rejection import Rejected
from postroom.actions.retry_job import retry_job
from postroom.core.labels import Boxes
from postroom.store.models import AuditEntry, Job, Label, Mailbox, PushResult, User
from postroom.store.write import pushes
from postroom.store.write.mailbox_sources import bind, unbind

MOST = 5
ENDED = ("done", "failed", "cancelled")

which = st.integers(0, 60)
names = st.sampled_from(("inbox", "sent", "Project X"))


class Pushing(RuleBasedStateMachine):
    """One workspace."""

    def __init__(self) -> None:
        super().__init__()
        self.world = PushWorld()
        self.people: dict[int, Person] = {}
        self.jobs = Works()
        self.audited: Counter[str] = Counter()
        self.later_since: int | None = None

    def teardown(self) -> None:
        for _ in range(3):
            self.world.later(200)
            self.work()
        assert not Job.objects.filter(workspace=self.world.workspace).exclude(state__in=ENDED).exists()
        for pk, work in self.jobs.items():
            if work.kind != "undo" and Job.objects.get(pk=pk).state == "done":
                assert sorted(work.results) == work.users
        self.the_last_click_decides()

    def the_last_click_decides(self) -> None:
        """For everybody it was for but those named, and who chose by hand since."""
        last = max(self.jobs, default=0)
        if not last or self.jobs[last].kind != "click":
            return
        work = self.jobs[last]
        for user in (
            user for user, (status, _) in work.results.items() if status in ("changed", "unchanged")
        ):
            for role, label in self.people[user].labels.items():
                is_by_hand = label.job is None and (label.at or 0) > work.at
                assert role not in ROLES or is_by_hand or label.syncs is work.boxes.wants(role)

    def one_of(self, number: int) -> Person | None:
        return list(self.people.values())[number % len(self.people)] if self.people else None

    # Users and their mailboxes

    @rule(has_mailbox=st.booleans())
    def join(self, has_mailbox: bool) -> None:
        if len(self.people) < MOST:
            user = self.world.user(f"u{len(self.people)}", mailbox="none")
            self.people[user.pk] = Person(user)
            if has_mailbox:
                self.connect(len(self.people) - 1)
                self.look(len(self.people) - 1)

    @rule(number=which)
    def connect(self, number: int) -> None:
        person = self.one_of(number)
        if person and person.connected_at is None:
            self.world.later()
            now = datetime.fromtimestamp(self.world.now, UTC)
            if not Mailbox.objects.filter(user=person.row).exists():
                self.world.mailbox(person.row)
            source = Mailbox.objects.get(user=person.row).source
            how: dict[str, Any] = {"settings": {}, "sealed_secret": None, "is_central": False}
            bind(person.row, source, person.row.email, ACTOR, **how, now=now)
            person.connected_at, person.is_read = self.world.now, False

    @rule(number=which)
    def look(self, number: int) -> None:
        """The first look lists the labels; the third user has no Sent."""
        person = self.one_of(number)
        if person and person.connected_at is not None and not person.is_read:
            mailbox = Mailbox.objects.get(user=person.row)
            if not person.labels:
                self.world.labels(mailbox)
                person.labels = {name: Chosen() for name in (*ROLES, "drafts", "Project X")}
                if person.row.email.startswith("u2"):
                    Label.objects.get(mailbox=mailbox, role="sent").delete()
                    del person.labels["sent"]
            Mailbox.objects.filter(pk=mailbox.pk).update(labels_at=self.world.now)
            person.is_read = True

    @rule(number=which)
    def disconnect(self, number: int) -> None:
        person = self.one_of(number)
        if person and person.connected_at is not None:
            unbind(Mailbox.objects.filter(user=person.row))
            person.connected_at = None

    @rule(number=which)
    def disable_or_enable(self, number: int) -> None:
        person = self.one_of(number)
        if person:
            person.is_enabled = not person.is_enabled
            at = None if person.is_enabled else datetime.now(UTC)
            User.objects.filter(pk=person.row.pk).update(disabled_at=at)

    @rule(number=which, name=names, syncs=st.booleans())
    def choose(self, number: int, name: str, syncs: bool) -> None:
        person = self.one_of(number)
        if person and name in person.labels and person.connected_at is not None:
            self.world.later()
            self.world.choose(person.row, **{name: syncs})
            if syncs is not person.labels[name].syncs:
                now = self.world.now
                at = now if syncs else None
                person.labels[name] = Chosen(at, "user", person.row.email, now)

    # What admins do

    @rule(inbox=st.booleans(), sent=st.booleans())
    def click(self, inbox: bool, sent: bool) -> None:
        self.world.later()
        boxes = Boxes(inbox, sent)
        foreseen = foresee_default_labels(self.world.workspace, boxes, now=self.world.now)
        told = {fate.user: (fate.status, fate.reason) for fate in foreseen.fates}
        now = self.world.now
        assert told == {pk: expected(person, boxes, now) for pk, person in self.people.items()}
        job = apply_default_labels(self.world.workspace, boxes, actor=ACTOR, now=self.world.now)
        self.jobs[job.pk] = Work("click", sorted(self.people), boxes, self.world.now)

    @rule(number=which)
    def undo(self, number: int) -> None:
        clicks = [pk for pk, work in self.jobs.items() if work.kind == "click"]
        if not clicks:
            return
        pk = clicks[number % len(clicks)]
        in_the_way = [
            later
            for later in clicks
            if later > pk and not self.jobs.is_undone(later) and self.did_or_may(later)
        ]
        may = (
            self.has_ended(pk) and not self.jobs.is_undone(pk) and not in_the_way and self.jobs.changed_by(pk)
        )
        try:
            job = undo_default_labels(self.world.workspace, pk, actor=ACTOR)
        except Rejected:
            assert not may
        else:
            assert may
            self.jobs[job.pk] = Work("undo", [], of=pk)

    def did_or_may(self, pk: int) -> bool:
        return not self.has_ended(pk) or self.jobs.changed_by(pk)

    def has_ended(self, pk: int) -> bool:
        return Job.objects.get(pk=pk).state in ENDED

    @rule(is_on=st.booleans())
    def choose_later_users(self, is_on: bool) -> None:
        self.world.later()
        now = self.world.now
        is_new = choose_future_labels(self.world.workspace, is_on=is_on, actor=ACTOR, now=now)
        assert is_new is (is_on is not (self.later_since is not None))
        if is_new:
            self.later_since = now if is_on else None

    @rule()
    def push_to_later_users(self) -> None:
        before = set(Job.objects.values_list("pk", flat=True))
        apply_to_later_users()
        made = [job for job in Job.objects.all() if job.pk not in before]
        for_whom = self.later_users()
        assert [job.asked["users"] for job in made] == ([for_whom] if for_whom else [])
        for job in made:
            click = self.jobs.in_force()
            assert click is not None and job.of_id == click
            self.jobs[job.pk] = Work("later", for_whom, self.jobs[click].boxes, 0, click)

    def later_users(self) -> list[int]:
        click = self.jobs.in_force()
        if click is None or self.later_since is None or not all(map(self.has_ended, self.jobs)):
            return []
        done = [self.jobs[pk] for pk in self.jobs.pushes_of(click)]
        return [
            pk
            for pk, person in sorted(self.people.items())
            if person.is_enabled
            and person.is_read
            and (person.connected_at or 0) >= self.later_since
            and not any(one.is_over_for(pk) for one in done)
        ]

    @rule(number=which)
    def cancel(self, number: int) -> None:
        under_way = [pk for pk in self.jobs if not self.has_ended(pk)]
        if under_way:
            cancel_job(self.world.workspace, under_way[number % len(under_way)], actor=ACTOR)

    @rule(number=which)
    def retry(self, number: int) -> None:
        if not self.jobs:
            return
        pk = list(self.jobs)[number % len(self.jobs)]
        state = Job.objects.get(pk=pk).state
        failed = self.jobs[pk].has_failed_for_some()
        is_over = any(one > pk and work.kind != "later" for one, work in self.jobs.items())
        may = not is_over and (state in ("failed", "cancelled") or (state == "done" and failed))
        try:
            retry_job(self.world.workspace, pk)
        except Rejected:
            assert not may
        else:
            assert may

    # Workers

    @rule(seconds=st.sampled_from((1, 1, 1, 130)))
    def work(self, seconds: int = 1) -> None:
        self.world.later(seconds)
        self.world.rested()
        self.world.work()
        self.catch_up()

    @rule()
    def work_on_one_batch(self) -> None:
        """And then the worker is gone."""
        batches = 0
        hold = pushes.hold_mailboxes

        def hold_once(users: list[int]) -> None:
            nonlocal batches
            batches += 1
            if batches > 1:
                raise Killed
            hold(users)

        self.world.later()
        self.world.rested()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pushes, "hold_mailboxes", hold_once)
            with suppress(Killed):
                self.world.work()
        self.catch_up()

    @rule(write=st.integers(0, 25))
    def work_and_be_killed(self, write: int) -> None:
        self.world.later()
        self.world.rested()
        with suppress(Killed), connection.execute_wrapper(killed_at(write)):
            self.world.work()
        self.catch_up()

    def catch_up(self) -> None:
        """What was done must be what was to be done, user by user, job after job."""
        for pk, work in sorted(self.jobs.items()):
            rows = list(PushResult.objects.filter(job=pk).order_by("user"))
            assert len({row.user_id for row in rows}) == len(rows)
            new = [row for row in rows if work.results.get(row.user_id) != (row.status, row.reason)]
            if new:
                assert all(self.has_ended(earlier) for earlier in self.jobs if earlier < pk)
            for row in new:
                assert work.results.get(row.user_id, ("failed",))[0] == "failed"
                self.check(pk, work, row)

    def check(self, pk: int, work: Work, row: PushResult) -> None:
        person = self.people[row.user_id]
        before = person.syncs()
        if work.kind == "undo":
            to = self.jobs.undone(person, work)
            told = ("changed", "") if to else ("skipped", "chosen_since")
        else:
            told = expected(person, work.boxes, work.at)
            to = pushed(person, work.boxes, pk, self.world.now) if told[0] == "changed" else {}
            if to:
                work.was[row.user_id] = {role: person.labels[role] for role in to}
        person.labels |= to
        assert (row.status, row.reason) == told
        assert (row.before, row.after) == (before, person.syncs())
        work.results[row.user_id] = told
        if to:
            act = "default_labels_undone" if work.kind == "undo" else "default_labels_applied"
            self.audited[f"{act} {row.user_id} {pk} {before} {person.syncs()}"] += 1

    # What holds after each of them

    @invariant()
    def every_label_is_as_the_model_has_it(self) -> None:
        found: dict[int, dict[str, Chosen]] = {pk: {} for pk in self.people}
        rows = Label.objects.filter(mailbox__workspace=self.world.workspace)
        for user, name, starts_at, *chosen in rows.values_list(
            "mailbox__user",
            "ref",
            "starts_at",
            "selected_at",
            "origin",
            "chosen_by",
            "chosen_at",
            "chosen_in",
        ):
            found[user][name] = Chosen(*chosen)
            assert starts_at == chosen[0]
        assert found == {pk: person.labels for pk, person in self.people.items()}

    @invariant()
    def the_audit_tells_of_every_change_once(self) -> None:
        rows = AuditEntry.objects.filter(
            workspace=self.world.workspace, act__in=("default_labels_applied", "default_labels_undone")
        )
        told = rows.values_list("act", "user", "job", "before", "after")
        assert (
            Counter(f"{a} {user} {job} {before} {after}" for a, user, job, before, after in told)
            == self.audited
        )

    @invariant()
    def counts_are_those_of_the_results(self) -> None:
        for pk, work in self.jobs.items():
            counted = Counter(status for status, _ in work.results.values())
            assert Counter(Job.objects.get(pk=pk).counts) == counted


def test_any_order_of_events_leaves_what_the_last_click_says_M6_M8_M11(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_default_labels, "BATCH", 2)
    run_state_machine_as_test(
        Pushing,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # To shrink a failure takes minutes: add it then.
        ),
    )
