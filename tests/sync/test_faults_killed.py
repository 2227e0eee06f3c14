"""Workers that are killed, told to stop, or too many: nothing is lost, nothing doubled (rows 1, 2, 5, 6).

A worker is a fork that looks into the mailbox as a worker does, with connections and reading processes of its own; the
mailboxes it sees are those of the moment it began. It is killed by SIGKILL.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections
from killing import end_of, in_a_fork
from mail_world import U, the_company
from mailbox_world import DAY, MailboxWorld, listed, mailbox_world
from sound import assert_nothing_doubled, assert_sound, begun, deliver, hello, mails, subjects

from postroom.actions.sync_mailbox import look
from postroom.providers.memory import KeptMailbox
from postroom.stopping import Stopping
from postroom.store.models import Copy, Engagement, Label, Mailbox, Message, SetAside
from postroom.store.write.mailboxes import claim

LEASE = 301
READS = ("SELECT", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


@pytest.fixture
def lasting(transactional_db: None) -> Iterator[MailboxWorld]:
    """A world whose database other processes see."""
    with mailbox_world(the_company()) as world:
        yield world
    if connection.vendor == "sqlite":  # the search index is no model's table
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO store_search(store_search) VALUES ('delete-all')")


class Failpoint:
    """Kills this process at its ``number``-th moment: each request, and before and after each commit."""

    def __init__(self, number: int) -> None:
        self._left = number

    def reached(self) -> None:
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A statement outside of a transaction is a commit of its own."""
        if connection.in_atomic_block or sql.startswith(READS):
            return execute(sql, params, many, context)
        self.reached()
        answer = execute(sql, params, many, context)
        self.reached()
        return answer

    def look(self, world: MailboxWorld, row: Mailbox) -> None:
        world.server.faults.before = lambda _: self.reached()
        commit = connection._commit

        def watched() -> None:
            self.reached()
            commit()
            self.reached()

        connection._commit = watched  # type: ignore[method-assign]
        with connection.execute_wrapper(self):
            look(row.pk, clock=lambda: world.now)


def a_round(world: MailboxWorld, kept: KeptMailbox, number: int) -> None:
    """What happens between two looks; each round makes a look take about the same way."""
    inbox, sent = kept.by_role("inbox"), kept.by_role("sent")
    first = number * 10
    moved, expunged = deliver(world, kept, inbox, first + 1, first + 2, first + 3)[1:]
    world.later(1)
    kept.deliver(inbox, hello(first + 4, sender=U, at=world.now), received_at=world.now)
    kept.deliver(inbox, b"\0%d" % number, received_at=world.now)
    deliver(world, kept, sent, first + 5)
    kept.move(inbox, moved, sent)
    kept.expunge(inbox, expunged)
    if number % 3 == 0:
        kept.lose_cursors(inbox)
    Label.objects.update(verified_at=None)
    world.later(LEASE + DAY)


def test_row_2_killed_at_each_moment_that_matters(lasting: MailboxWorld) -> None:
    """Each round kills a worker one moment later, and another goes on where it was."""
    world = lasting
    kept, row, _ = begun(world, "inbox", "sent")
    number = 0
    while True:
        a_round(world, kept, number)
        child = in_a_fork(partial(Failpoint(number).look, world, row))
        if (ended := end_of(child)) != -signal.SIGKILL:
            break
        world.later(LEASE)
        world.look(row)
        assert_sound(world, kept, row)
        number += 1
    assert ended == 0
    assert number >= 30
    world.later(LEASE)
    world.look(row)
    assert_sound(world, kept, row)
    came = [round * 10 + n for round in range(number + 1) for n in (1, 2, 5)]
    assert subjects() == mails(*came)
    assert Message.objects.count() == 4 * (number + 1)
    assert SetAside.objects.count() == number + 1


def test_row_1_killed_at_any_time(lasting: MailboxWorld) -> None:
    world = lasting
    kept, row, [inbox] = begun(world, "inbox")
    chance = random.Random(5)
    world.server.faults.page_size = 7
    for turn in range(12):
        deliver(world, kept, inbox.ref, *range(turn * 20, turn * 20 + 20))
        child = in_a_fork(lambda: _look(world, row))
        time.sleep(chance.random() * 0.8)
        os.kill(child, signal.SIGKILL)
        assert end_of(child) in (0, -signal.SIGKILL)
        assert_nothing_doubled(world)
        world.later(LEASE)
    while row.look_at <= world.now or row.has_more:
        world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(*range(240))
    assert (Copy.objects.count(), Engagement.objects.count(), listed(inbox)) == (240, 240, (240, 0, 0))


def _look(world: MailboxWorld, row: Mailbox) -> None:
    look(row.pk, clock=lambda: world.now)


def test_row_5_of_two_workers_on_one_mailbox_one_looks_and_the_other_goes_on(lasting: MailboxWorld) -> None:
    world = lasting
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, *range(30))
    world.later(60)
    answers: list[Any] = []

    def work() -> None:
        answers.append(look(row.pk, clock=lambda: world.now))
        connections.close_all()

    world.server.faults.latency = 0.05
    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(answer is None for answer in answers).count(False) >= 1
    world.server.faults.latency = 0
    world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), Copy.objects.count()) == (mails(*range(30)), 30)


@pytest.mark.parametrize("method", ["changes", "heads", "wholes"])
def test_row_5_who_was_away_for_longer_than_the_lease_writes_nothing_more(
    lasting: MailboxWorld, method: str
) -> None:
    """The first stalls in a request; the second looks to the end meanwhile."""
    world = lasting
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, 1, 2)
    ended: list[dict[str, Any]] = []

    def stall(asked: str) -> None:
        if asked != method:
            return
        world.server.faults.before = lambda _: None
        world.later(LEASE)
        world.look(row)
        deliver(world, kept, inbox.ref, 3)
        ended.append(Label.objects.values().get(pk=inbox.pk))
        ended.append(Mailbox.objects.values().get(pk=row.pk))

    world.server.faults.before = stall
    # Told before the others came, it knows of two mails alone, and has the cursor of then.
    world.look(row, verify=False)
    label, mailbox = ended
    assert Label.objects.values().get(pk=inbox.pk) == label
    assert Mailbox.objects.values().get(pk=row.pk) == mailbox
    assert mailbox["fence"] == 4
    world.later(60)
    world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), Copy.objects.count()) == (mails(1, 2, 3), 3)


def test_row_5_a_mailbox_that_somebody_has_is_left_alone_until_the_lease_ends(lasting: MailboxWorld) -> None:
    world = lasting
    _, row, _ = begun(world, "inbox")
    assert claim(row.pk, world.now) is not None
    assert look(row.pk, clock=lambda: world.now) is None
    world.later(LEASE)
    assert look(row.pk, clock=lambda: world.now) is not None


@pytest.mark.parametrize("method", ["labels", "changes", "list", "heads", "wholes"])
def test_row_6_told_to_stop_it_ends_with_the_request_under_way_and_counts_nothing_against_anybody(
    lasting: MailboxWorld, method: str
) -> None:
    world = lasting
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, *range(50))
    kept.deliver(inbox.ref, b"\0", received_at=world.now)
    world.later(900)
    if method == "list":
        world.look(row)
        Label.objects.update(verified_at=None)
    stop = Stopping()

    def stop_at(asked: str) -> None:
        if asked == method:
            stop.set()

    world.server.faults.before = stop_at
    world.server.faults.requests.clear()
    world.look(row, stop=stop)
    after = world.server.faults.requests
    assert after[method] == 1
    assert method == "wholes" or after["wholes"] == 0
    assert (row.trouble, row.tries, row.leased_until) == ("", 0, None)
    assert row.look_at <= world.now
    world.server.faults.before = lambda _: None
    world.look(row)
    assert_sound(world, kept, row)
    assert (subjects(), SetAside.objects.get().tries) == (mails(*range(50)), 1)


def test_row_6_sigterm_ends_a_worker_in_a_batch_and_another_goes_on_at_once(lasting: MailboxWorld) -> None:
    world = lasting
    kept, row, [inbox] = begun(world, "inbox")
    deliver(world, kept, inbox.ref, *range(100))
    world.later(120)

    def work() -> None:
        stop = Stopping()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())

        def tell(method: str) -> None:
            if method == "wholes" and world.server.faults.requests["wholes"] == 10:
                os.kill(os.getpid(), signal.SIGTERM)

        world.server.faults.before = tell
        look(row.pk, stop=stop, clock=lambda: world.now)
        assert world.server.faults.requests["wholes"] <= 11

    world.server.faults.requests.clear()
    assert end_of(in_a_fork(work)) == 0
    row.refresh_from_db()
    assert (row.leased_until, row.trouble, row.look_at <= world.now) == (None, "", True)
    world.look(row)
    assert_sound(world, kept, row)
    assert subjects() == mails(*range(100))
