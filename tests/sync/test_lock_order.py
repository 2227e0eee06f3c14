"""Whoever writes of a mailbox and its labels locks the mailbox first, so that nobody waits for each other.

SQLite has one writer at a time: there it is held that each waits for its turn, and none gives up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection, connections, transaction
from mail_world import K1, S1, mail, the_company
from mailbox_world import MailboxWorld, mailbox_world
from push_world import PushWorld

from postroom.actions import push_default_labels
from postroom.actions.believe_emptied import believe_emptied
from postroom.actions.choose_labels import choose_labels
from postroom.actions.default_labels import apply_default_labels, undo_default_labels, why_no_undo
from postroom.core.labels import Boxes
from postroom.store.models import Job, Label, Listing, Mailbox
from postroom.store.read.fetched_again import StillListed
from postroom.store.write.fetched_again import be_fetched_again
from postroom.store.write.mailboxes import claim, mark_gone, release, renew, selection, update_label
from postroom.worker.runner import run_due

ROUNDS = 8


@pytest.fixture
def lasting(transactional_db: None) -> Iterator[MailboxWorld]:
    """A world whose database other threads see."""
    with mailbox_world(the_company()) as world:
        yield world
    if connection.vendor == "sqlite":  # the search index is no model's table
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO store_search(store_search) VALUES ('delete-all')")


def _choose(row: Mailbox, label: Label, listing: Listing) -> None:
    choose_labels(row, {label.pk: False}, origin="user", actor=S1)


def _believe(row: Mailbox, label: Label, listing: Listing) -> None:
    believe_emptied(row, label.pk)


def _fetch(row: Mailbox, label: Label, listing: Listing) -> None:
    with transaction.atomic():
        be_fetched_again([StillListed(listing.pk, listing.pk, row.pk)], int(time.time()))


def _push(row: Mailbox, label: Label, listing: Listing) -> None:
    click = apply_default_labels(row.workspace, Boxes(), actor=S1)
    assert run_due() is True
    click.refresh_from_db()
    assert (click.state, click.counts["changed"]) == ("done", 1)


@pytest.mark.parametrize("act", [_choose, _believe, _fetch, _push])
def test_what_somebody_asks_for_while_sync_writes_waits_for_it(
    lasting: MailboxWorld, act: Callable[[Mailbox, Label, Listing], None]
) -> None:
    world = lasting
    world.now = int(time.time())
    kept, row = world.connect()
    [inbox] = world.select(row, "inbox")
    kept.deliver(kept.by_role("inbox"), mail(K1, [S1], at=world.now), received_at=world.now)
    world.look(row)
    Label.objects.update(problem="emptied")
    inbox.refresh_from_db()
    listing = Listing.objects.get()
    failed: list[str] = []

    def ask() -> None:
        try:
            act(row, inbox, listing)
        except OperationalError as error:
            failed.append(str(error))
        finally:
            connections.close_all()

    asking = threading.Thread(target=ask)
    with transaction.atomic():
        renew(row.pk, row.fence, world.now)
        asking.start()
        _wait_until_somebody_waits()
        assert selection(inbox)[0] is not None
        mark_gone(inbox.pk, [listing.ref], world.now)
    asking.join()
    assert failed == []


def _wait_until_somebody_waits() -> None:
    if connection.vendor == "sqlite":  # does not tell
        return
    with connection.cursor() as cursor:
        for _ in range(1_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_pushes_and_undos_among_owners_who_choose_and_mailboxes_that_sync(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them writes of all mailboxes, in orders of their own; all come to their end."""
    monkeypatch.setattr(push_default_labels, "BATCH", 4)
    world = PushWorld()
    users = [world.user(f"u{number}", "inbox", "Project X") for number in range(6)]
    for user in users:
        Listing.objects.create(label=world.label(user, "inbox"), ref="1", received_at=world.now)
    others = world.others()
    rows = [Mailbox.objects.get(user=user) for user in users]
    failed: list[str] = []

    def in_a_thread(do: Callable[[int], None]) -> threading.Thread:
        def rounds() -> None:
            try:
                for number in range(ROUNDS):
                    do(number)
            except Exception as error:
                failed.append(f"{do.__name__}: {error!r}")
            finally:
                connections.close_all()

        return threading.Thread(target=rounds)

    def push(number: int) -> None:
        click = apply_default_labels(world.workspace, Boxes(sent=bool(number % 2)), actor=S1)
        assert run_due() is True
        if number % 3 == 0 and not why_no_undo(Job.objects.get(pk=click.pk)):
            undo_default_labels(world.workspace, click.pk, actor=S1)
            assert run_due() is True

    def choose(number: int) -> None:
        for user in reversed(users):
            label = world.label(user, "inbox")
            choose_labels(user.mailbox, {label.pk: bool(number % 2)}, origin="user", actor=user.email)

    def sync(number: int) -> None:
        for row in rows[number % 3 :]:
            fence = claim(row.pk, world.now)
            assert fence is not None
            with transaction.atomic():
                renew(row.pk, fence, world.now)
                for label in Label.objects.filter(mailbox=row).order_by("-pk"):
                    selection(label)
                    update_label(label, {"cursor": {"at": str(number)}, "begun_at": world.now})
                    mark_gone(label.pk, ["1"], world.now)
            release(row, fence, look_at=world.now)

    threads = [in_a_thread(do) for do in (push, choose, sync)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert not Job.objects.exclude(state="done").exists()
    kept = ("cursor", "begun_at")
    assert [{k: v for k, v in row.items() if k not in kept} for row in world.others()] == [
        {k: v for k, v in row.items() if k not in kept} for row in others
    ]
