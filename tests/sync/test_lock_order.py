"""Whoever writes of a mailbox and its labels locks the mailbox first, so that nobody waits for each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection, connections, transaction
from mail_world import K1, S1, mail, the_company
from mailbox_world import MailboxWorld, mailbox_world

from postroom.actions.believe_emptied import believe_emptied
from postroom.actions.choose_labels import choose_labels
from postroom.store.models import Label, Listing, Mailbox
from postroom.store.read.fetched_again import StillListed
from postroom.store.write.fetched_again import be_fetched_again
from postroom.store.write.mailboxes import mark_gone, renew, selection

pytestmark = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")


@pytest.fixture
def lasting(transactional_db: None) -> Iterator[MailboxWorld]:
    """A world whose database other threads see."""
    with mailbox_world(the_company()) as world:
        yield world


def _choose(row: Mailbox, label: Label, listing: Listing) -> None:
    choose_labels(row, {label.pk: False}, origin="user", actor=S1)


def _believe(row: Mailbox, label: Label, listing: Listing) -> None:
    believe_emptied(row, label.pk)


def _fetch(row: Mailbox, label: Label, listing: Listing) -> None:
    with transaction.atomic():
        be_fetched_again([StillListed(listing.pk, listing.pk, row.pk)], int(time.time()))


@pytest.mark.parametrize("act", [_choose, _believe, _fetch])
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
    with connection.cursor() as cursor:
        for _ in range(1_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")
