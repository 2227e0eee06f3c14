"""A push that is killed goes on where it was: each user changed once, one result and one audit entry each (M11)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection
from killing import READS, Killed, end_of, in_a_fork, killed_at
from push_world import ACTOR, SENT, PushWorld

from postroom.actions import push_default_labels
from postroom.actions.default_labels import undo_default_labels
from postroom.core.labels import STATUSES
from postroom.store.models import Job, PushResult

OFF, ON = {"inbox": True, "sent": False}, {"inbox": False, "sent": True}


@pytest.fixture(autouse=True)
def _two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_default_labels, "BATCH", 2)


class Pushing:
    """Three users whose Sent is to sync instead of their Inbox, and one who has no mailbox."""

    def __init__(self) -> None:
        self.world = PushWorld()
        self.users = [self.world.user(name, "inbox", "Project X") for name in "abc"]
        self.world.user("d", mailbox="none")
        self.choices = self.world.choices()
        self.job = self.world.click(SENT)
        self.world.later()

    def ask_for_undo(self) -> Job:
        """Undo, which nobody does yet."""
        self.world.later()
        return undo_default_labels(self.world.workspace, self.job.pk, actor=ACTOR)

    def go_on(self) -> None:
        """The lease of the worker that is gone ends, and another takes the job up, later."""
        self.world.later()
        self.world.rested()
        self.world.work()

    def assert_pushed_once(self) -> None:
        """As if nobody had been killed."""
        self.job.refresh_from_db()
        assert (self.job.state, self.job.problem) == ("done", "")
        assert self.job.counts == dict(zip(STATUSES, (3, 0, 1, 0), strict=True))
        assert [self.world.syncs(user) for user in self.users] == [["sent", "Project X"]] * 3
        rows = PushResult.objects.filter(job=self.job).order_by("user")
        changed = [("changed", "", OFF, ON, 2)] * 3
        none = {"inbox": None, "sent": None}
        assert [(r.status, r.reason, r.before, r.after, len(r.changed)) for r in rows] == [
            *changed,
            ("skipped", "no_mailbox", none, none, 0),
        ]
        told = [("default_labels_applied", ACTOR, user.email, self.job.pk, OFF, ON) for user in self.users]
        assert self.world.audit("default_labels_applied") == told

    def assert_undone_once(self, undo: Job) -> None:
        """As if it had never been pushed."""
        undo.refresh_from_db()
        assert (undo.state, undo.problem) == ("done", "")
        assert undo.counts == dict(zip(STATUSES, (3, 0, 0, 0), strict=True))
        assert self.world.choices() == self.choices
        assert PushResult.objects.filter(job=undo, status="changed").count() == 3
        told = [("default_labels_undone", ACTOR, user.email, undo.pk, ON, OFF) for user in self.users]
        assert self.world.audit("default_labels_undone") == told


def test_killed_before_each_change_of_the_database_M11(db: None) -> None:
    pushing = kills(Pushing, lambda pushed: pushed.assert_pushed_once)
    assert pushing >= 15

    def pushed() -> Pushing:
        one = Pushing()
        one.world.work()
        one.undo = one.ask_for_undo()  # type: ignore[attr-defined]
        return one

    undoing = kills(pushed, lambda one: partial(one.assert_undone_once, one.undo))  # type: ignore[attr-defined]
    assert undoing >= 15


def kills(begin: Callable[[], Pushing], check: Callable[[Pushing], Callable[[], None]]) -> int:
    """Kill the worker one change later each time, until it comes to its end; says how often it was killed."""
    number = 0
    while True:
        one = begin()
        try:
            with connection.execute_wrapper(killed_at(number)):
                one.world.work()
        except Killed:
            one.go_on()
            check(one)()
            number += 1
        else:
            check(one)()
            return number


class Failpoint:
    """Kills this process before or after its ``number``-th commit."""

    def __init__(self, number: int) -> None:
        self._left = number

    def _reached(self) -> None:
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def _around(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A statement outside of a transaction is a commit of its own."""
        if connection.in_atomic_block or sql.startswith(READS):
            return execute(sql, params, many, context)
        self._reached()
        answer = execute(sql, params, many, context)
        self._reached()
        return answer

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count the commits within."""
        commit = connection._commit

        def watched() -> None:
            self._reached()
            commit()
            self._reached()

        connection._commit = watched  # type: ignore[method-assign]
        with connection.execute_wrapper(self._around):
            yield


def work_until(number: int, world: PushWorld) -> None:
    """What the process does that is to be killed."""
    with Failpoint(number).watching():
        world.work()


def test_a_worker_killed_by_SIGKILL_around_each_commit_M11(transactional_db: None) -> None:
    number, is_killed = 0, True
    while is_killed:
        one = Pushing()
        is_killed = end_of(in_a_fork(partial(work_until, number, one.world))) == -signal.SIGKILL
        one.go_on()
        one.assert_pushed_once()
        undo = one.ask_for_undo()
        killed_too = end_of(in_a_fork(partial(work_until, number, one.world))) == -signal.SIGKILL
        assert killed_too or number >= 8
        one.go_on()
        one.assert_undone_once(undo)
        number += 1
    assert number >= 10
