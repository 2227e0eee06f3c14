"""Pages promise that nothing syncs before one chooses only where nothing is selected on connecting (M3, M8)."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from default_labels_world import applied
from django.test import Client
from django.utils import timezone
from shelf import ACTOR, Shelf, text_of

from postroom.actions.default_labels import choose_future_labels
from postroom.actions.mailbox_source import set_up_source
from postroom.core.labels import Boxes
from postroom.providers import registry
from postroom.providers.memory import memory_server
from postroom.store.models import Mailbox, Source, User, Workspace

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import a_label, a_mailbox, selected_at

EMAIL, IMAP = "/profile/email", "/profile/email/connect/imap"
SYNC, BOXES = "/settings/email-sync", "/settings/email-sync/default-labels"
CENTRAL = f"{SYNC}/imap/central"
INBOX, BOTH = Boxes(inbox=True), Boxes(inbox=True, sent=True)
CHOOSE = "Connecting alone reads no mail: you choose labels after that, and only those are read."
SELECTED = (
    "Your company selects Inbox and Sent for you as soon as it is connected; "
    "you can choose differently afterwards."
)
ON = "“Also for future users” is on, and selects Inbox and Sent in"


def switch_on(workspace: Workspace, boxes: Boxes = BOTH) -> None:
    """Apply these boxes, and have later mailboxes get them too, from a second ago on."""
    applied(workspace, boxes)
    choose_future_labels(workspace, is_on=True, actor=ACTOR, now=int(time.time()) - 1)


def connected(user: User, **fields: Any) -> Mailbox:
    """The user's mailbox, connected just now, with no look into it yet."""
    return a_mailbox(user, connected_at=timezone.now(), **{"labels_at": None, "looked_at": None, **fields})


@pytest.fixture
def mine(sam: User, as_user: Any) -> Client:
    """Sam's browser."""
    client: Client = as_user(sam)
    return client


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> Iterator[None]:
    """A mail server with mailboxes of Sam and Bo, where all can be connected with one secret."""
    set_up_source(
        shelf.workspace,
        "imap",
        {"host": "imap.us.com", "master_user": "master", "master_password": "master"},
        actor=ACTOR,
    )
    monkeypatch.setitem(registry._WHERE, "imap", registry._WHERE["memory"])  # type: ignore[index]
    with memory_server("ours") as made:
        Source.objects.filter(kind="imap").update(settings={"host": "imap.us.com", "server": "ours"})
        made.add_user("s1@us.com", password="open sesame")
        made.add_user("boss@us.com")
        yield


def test_before_connecting_one_reads_what_is_selected_and_by_whom_M8(
    shelf: Shelf, sam: User, mine: Client
) -> None:
    assert CHOOSE in text_of(mine.get(EMAIL))
    assert "Then you need do nothing here but choose labels." in text_of(mine.get(EMAIL))
    assert "marked as read. Nothing syncs before you choose labels." in text_of(mine.get(IMAP))
    switch_on(shelf.workspace)
    page = text_of(mine.get(EMAIL))
    assert f"accounts and persons. {SELECTED} Only labels that are selected are read." in page
    assert "Then you need do nothing here." in page
    assert CHOOSE not in page
    assert f"marked as read. {SELECTED}" in text_of(mine.get(IMAP))
    assert "Nothing syncs before" not in text_of(mine.get(IMAP))


@pytest.mark.parametrize("boxes", [None, Boxes()])
def test_where_it_selects_nothing_the_promise_stands_M3(
    shelf: Shelf, sam: User, mine: Client, browser: Client, boxes: Boxes | None
) -> None:
    if boxes is not None:
        applied(shelf.workspace, boxes)
    choose_future_labels(shelf.workspace, is_on=True, actor=ACTOR)
    assert CHOOSE in text_of(mine.get(EMAIL))
    assert "Nothing syncs before you choose labels." in text_of(mine.get(IMAP))
    assert "Connecting reads no mail; labels are selected apart." in text_of(browser.get(SYNC))


def test_the_message_after_connecting_says_it_too_M8(
    shelf: Shelf, sam: User, mine: Client, server: None
) -> None:
    typed = {"host": "imap.us.com", "port": "", "security": "tls"}
    typed |= {"username": "s1@us.com", "password": "open sesame"}
    before = mine.post(IMAP, typed, follow=True)
    assert (
        "s1@us.com is connected. Its labels are listed within a minute; choose which of them sync."
        in text_of(before)
    )
    assert "within minutes where the worker runs. Nothing is selected at first. Refresh" in text_of(before)
    Mailbox.objects.all().delete()
    switch_on(shelf.workspace, INBOX)
    after = text_of(mine.post(IMAP, typed, follow=True))
    assert (
        "s1@us.com is connected. Its labels are listed within a minute. Your company selects Inbox for you then; you "
        "can choose differently afterwards."
    ) in after
    assert (
        "within minutes where the worker runs. Your company selects Inbox for you then; you can choose differently "
        "afterwards. Refresh"
    ) in after
    assert "Nothing is selected at first." not in after


def test_who_was_skipped_for_lack_of_a_mailbox_gets_it_once_connected_M8(
    shelf: Shelf, sam: User, mine: Client
) -> None:
    switch_on(shelf.workspace)
    assert sam.push_results.get().reason == "no_mailbox"
    connected(sam)
    assert "Your company selects Inbox and Sent for you then;" in text_of(mine.get(EMAIL))


def test_who_was_connected_before_it_was_switched_on_is_promised_nothing_M8(
    shelf: Shelf, sam: User, mine: Client
) -> None:
    switch_on(shelf.workspace)
    connected(sam)
    Workspace.objects.update(future_labels_since=int(time.time()) + 60)
    assert "Nothing is selected at first." in text_of(mine.get(EMAIL))


def test_who_chose_by_hand_or_was_reached_keeps_that_when_connected_again_M8(
    shelf: Shelf, sam: User, mine: Client
) -> None:
    mailbox = connected(sam, labels_at=1)
    a_label(mailbox, "Sent", role="sent")
    inbox = a_label(mailbox, "INBOX", role="inbox")
    switch_on(shelf.workspace)
    Mailbox.objects.update(connected_at=None)
    assert sam.push_results.get().status == "changed"
    assert "Nothing syncs before you choose labels." in text_of(mine.get(IMAP))
    sam.push_results.all().delete()
    mailbox.labels.update(chosen_at=None, chosen_in=None)
    assert SELECTED in text_of(mine.get(IMAP))
    for name, value in selected_at(int(time.time())).items():
        setattr(inbox, name, value)
    inbox.chosen_in = None
    inbox.save()
    assert "Nothing syncs before you choose labels." in text_of(mine.get(IMAP))


def test_who_connects_all_reads_that_it_selects_labels_M2_M8(
    shelf: Shelf, admin: User, sam: User, browser: Client, server: None
) -> None:
    asked = {"act": "check", "email": "boss@us.com"}
    apart = "Nothing is selected by it and no mail is read: labels are selected apart. Each user sees on"
    assert apart in text_of(browser.post(CENTRAL, asked))
    assert "Connecting reads no mail; labels are selected apart." in text_of(browser.get(SYNC))
    assert "or let users connect their own. Connecting reads no mail." in text_of(browser.get(BOXES))
    switch_on(shelf.workspace)
    central = text_of(browser.post(CENTRAL, asked))
    assert apart not in central
    assert (
        f"{ON} each mailbox as soon as it is connected: mail is read from then on. Each user can choose differently "
        "afterwards. Each user sees on their page Email that the mailbox is connected, and by whom."
    ) in central
    assert f"Connecting alone reads no mail; {ON} each mailbox as soon as it is connected." in text_of(
        browser.get(SYNC)
    )
    assert f"or let users connect their own. {ON} each as soon as it is connected." in text_of(
        browser.get(BOXES)
    )
