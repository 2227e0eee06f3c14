"""Users, their choices, clicks, undoing, later users, and workers that are killed, in any order (M5-M12).

What is expected is kept in dictionaries beside the database. How far a worker came before it was killed is read off the
results; what each of them has to say is not.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from killing import Killed, killed_at
from push_model import ROLES, Chosen, Work, Works, expected, pushed, states_of_jobs
from push_people import People, which
from push_world import ACTOR

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
from postroom.store.models import AuditEntry, Job, Label, PushResult
from postroom.store.write import pushes

ENDED = ("done", "failed", "cancelled")


def entry(*said: Any) -> str:
    """An audit entry as one word; databases put the keys of JSON in orders of their own."""
    return json.dumps(said, sort_keys=True)


class Pushing(People):
    """What admins click, and what workers make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs = Works()
        self.audited: Counter[str] = Counter()
        self.later_since: int | None = None

    def teardown(self) -> None:
        self.choose_later_users(is_on=False)  # for the worlds that come after this one
        self.work_to_the_end()
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
        reached = (user for user, told in work.results.items() if told[0] in ("changed", "unchanged"))
        for user in reached:
            for role, label in self.people[user].labels.items():
                is_by_hand = label.job is None and (label.at or 0) > work.at
                assert role not in ROLES or is_by_hand or label.syncs is work.boxes.wants(role)

    # What admins do

    @rule(
        inbox=st.booleans(),
        sent=st.booleans(),
        number=which,
        chooses=st.sampled_from((None, None, True, False)),
    )
    def click_and_somebody_chooses(self, inbox: bool, sent: bool, number: int, chooses: bool | None) -> None:
        self.click(inbox, sent)
        if chooses is not None:
            self.choose(number, "inbox", chooses)

    def click(self, inbox: bool, sent: bool) -> None:
        self.world.later()
        boxes = Boxes(inbox, sent)
        foreseen = foresee_default_labels(self.world.workspace, boxes, now=self.world.now)
        told = {fate.user: (fate.status, fate.reason) for fate in foreseen.fates}
        now = self.world.now
        assert told == {pk: expected(person, boxes, now) for pk, person in self.people.items()}
        job = apply_default_labels(self.world.workspace, boxes, actor=ACTOR, now=self.world.now)
        # The second of a double click is the first.
        self.jobs.setdefault(job.pk, Work("click", sorted(self.people), boxes, self.world.now))

    @rule(number=st.sampled_from((0, 0, 0, 1, 1, 2)), is_worked_first=st.sampled_from((True, True, False)))
    def undo(self, number: int, is_worked_first: bool) -> None:
        """The last click, or one before it."""
        if not self.jobs:
            self.click(inbox=True, sent=False)
        if is_worked_first:
            self.work_to_the_end()
        clicks = [pk for pk, work in sorted(self.jobs.items(), reverse=True) if work.kind == "click"]
        pk = clicks[number % len(clicks)]
        in_the_way = [
            later
            for later in clicks
            if later > pk and not self.jobs.is_undone(later) and self.did_or_may(later)
        ]
        has_ended = all(map(self.has_ended, self.jobs.pushes_of(pk)))
        may = has_ended and not self.jobs.is_undone(pk) and not in_the_way and self.jobs.changed_by(pk)
        try:
            job = undo_default_labels(self.world.workspace, pk, actor=ACTOR)
        except Rejected:
            assert not may
        else:
            assert may
            self.jobs[job.pk] = Work("undo", [], of=pk)

    def did_or_may(self, pk: int) -> bool:
        return not self.has_ended(pk) or any(self.jobs[push].was for push in self.jobs.pushes_of(pk))

    def has_ended(self, pk: int) -> bool:
        return Job.objects.get(pk=pk).state in ENDED

    @rule(
        is_on=st.sampled_from((True, True, False)),
        number=which,
        comes=st.sampled_from(("", "joins", "again")),
    )
    def later_users(self, is_on: bool, number: int, comes: str) -> None:
        """Somebody may come before the worker looks for them, or connect once more."""
        self.choose_later_users(is_on)
        self.work_to_the_end()
        if comes == "joins":
            self.join(has_mailbox=True)
        elif comes:
            for act in (self.disconnect, self.connect, self.look):
                act(number)
        self.push_to_later_users()

    def choose_later_users(self, is_on: bool) -> None:
        self.world.later()
        now = self.world.now
        is_new = choose_future_labels(self.world.workspace, is_on=is_on, actor=ACTOR, now=now)
        assert is_new is (is_on is not (self.later_since is not None))
        if is_new:
            self.later_since = now if is_on else None

    def push_to_later_users(self) -> None:
        before = set(Job.objects.values_list("pk", flat=True))
        apply_to_later_users()
        made = [job for job in Job.objects.all() if job.pk not in before]
        for_whom = self.who_came_later()
        assert [job.asked["users"] for job in made] == ([for_whom] if for_whom else [])
        for job in made:
            click = self.jobs.in_force()
            assert click is not None and job.of_id == click
            self.jobs[job.pk] = Work("later", for_whom, self.jobs[click].boxes, 0, click)

    def who_came_later(self) -> list[int]:
        click = self.jobs.in_force()
        if click is None or self.later_since is None or not all(map(self.has_ended, self.jobs)):
            return []
        pushes_of_it = self.jobs.pushes_of(click)
        done = [self.jobs[pk] for pk in pushes_of_it]
        states = states_of_jobs()
        given_up = {
            user for pk in pushes_of_it[1:] if states[pk] == "cancelled" for user in self.jobs[pk].users
        }
        return [
            pk
            for pk, person in sorted(self.people.items())
            if person.is_enabled
            and person.is_read
            and pk not in given_up
            and (person.connected_at or 0) >= self.later_since
            and not any(one.is_over_for(pk) for one in done)
        ]

    @rule(number=which, cancels=st.booleans())
    def cancel_or_retry(self, number: int, cancels: bool) -> None:
        if cancels:
            self.cancel(number)
        else:
            self.retry(number)

    def cancel(self, number: int) -> None:
        under_way = [pk for pk in self.jobs if not self.has_ended(pk)]
        if under_way:
            cancel_job(self.world.workspace, under_way[number % len(under_way)], actor=ACTOR)

    def retry(self, number: int) -> None:
        if not self.jobs:
            return
        pk = list(self.jobs)[number % len(self.jobs)]
        state = Job.objects.get(pk=pk).state
        failed = self.jobs[pk].has_failed_for_some()
        may = not self.jobs.is_over(pk) and (state in ("failed", "cancelled") or (state == "done" and failed))
        try:
            retry_job(self.world.workspace, pk, actor=ACTOR)
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

    def work_to_the_end(self) -> None:
        """Until nobody waits for labels that nobody lists."""
        for _ in range(2 * len(self.jobs)):
            if not all(map(self.has_ended, self.jobs)):
                self.work(130)
        assert all(map(self.has_ended, self.jobs))

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
            self.audited[entry(act, row.user_id, pk, before, person.syncs())] += 1

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
        assert Counter(entry(*one) for one in told) == self.audited

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
            # All of them are one transaction, which slows PostgreSQL down.
            max_examples=12 if connection.vendor == "sqlite" else 5,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # To shrink a failure takes minutes: add it then.
        ),
    )
