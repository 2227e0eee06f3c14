"""The labels of IMAP mailboxes, and waiting at them (M12)."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from scripted_imap import ScriptedImap, fill, scripted_imap

from postroom.providers.imap.mailbox import OpenImapMailbox
from postroom.providers.imap.provider import ImapProvider
from postroom.providers.imap.wire import Patience

IMAP = ImapProvider(Patience(silence=0.5, answer=2), page=3)


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted_imap() as server:
        yield server


@pytest.fixture
def mailbox(server: ScriptedImap) -> Iterator[OpenImapMailbox]:
    with IMAP.open(server.access()) as mailbox:
        yield mailbox


def test_roles_are_read_without_case_and_each_given_once_M12(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    server.lie(
        b"LIST",
        rb'* LIST (\HasNoChildren) "/" inbox' + b"\r\n"
        rb'* LIST (\sent) "/" "Gesendet"' + b"\r\n"
        rb'* LIST (\Sent) "/" "Sent"' + b"\r\n"
        rb"* LIST (\JUNK \Subscribed) NIL Spamverdacht" + b"\r\n"
        rb'* LIST (\Noselect \Trash) "." "a.b"' + b"\r\n"
        b'* LIST () "/" {7}\r\nlit/"al\r\n'
        b"TAG OK done\r\n",
    )
    server.lie(b"STATUS", b"TAG NO not now\r\n")
    assert [(label.ref, label.path, label.role, label.is_selectable) for label in mailbox.labels()] == [
        ("INBOX", ("INBOX",), "inbox", True),
        ("Gesendet", ("Gesendet",), "sent", True),
        ("Sent", ("Sent",), "", True),
        ("Spamverdacht", ("Spamverdacht",), "spam", True),
        ("a.b", ("a", "b"), "", False),
        ('lit/"al', ("lit", '"al'), "", True),
    ]


def test_labels_of_others_and_shared_ones_are_not_of_the_mailbox(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    server.capabilities += b" NAMESPACE"
    server.lie(b"NAMESPACE", b'* NAMESPACE (("" "/")) (("user/" "/")) (("shared/" "/"))\r\nTAG OK done\r\n')
    server.boxes.update(dict.fromkeys(("user/lea/INBOX", "shared/all", "users", "INBOX/x"), server.inbox))
    with IMAP.open(server.access()) as opened:
        assert [label.ref for label in opened.labels()] == ["INBOX", "INBOX/x", "users"]


def test_names_that_cannot_be_kept_are_shown_and_not_selectable_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    long = b"x" * 600
    server.lie(
        b"LIST",
        b'* LIST () "/" "bad \xff"\r\n* LIST () "/" "' + long + b'"\r\n* LIST () "/" "&AAA-"\r\n'
        b'* LIST () "/" "&broken"\r\nTAG OK done\r\n',
    )
    found = {label.path: (len(label.ref) <= 500, label.is_selectable) for label in mailbox.labels()}
    assert found == {
        ("",): (True, True),
        ("&broken",): (True, True),
        ("bad ?",): (True, False),
        (long.decode(),): (True, False),
    }


def test_waiting_ends_when_something_comes(server: ScriptedImap) -> None:
    server.capabilities += b" IDLE"
    with IMAP.open(server.access()) as mailbox:
        cursor = mailbox.changes("INBOX", None).cursor
        assert mailbox.wait("INBOX", 0.1) is False
        threading.Timer(0.2, fill, (server, 1)).start()
        assert [mailbox.wait("INBOX", 20), mailbox.wait("INBOX", 0.05)] == [True, False]
        assert len(mailbox.changes("INBOX", cursor).added) == 1
        assert b"DONE" in server.heard


def test_what_was_said_before_waiting_is_not_forgotten(server: ScriptedImap) -> None:
    server.capabilities += b" IDLE"
    with IMAP.open(server.access()) as mailbox:
        refs = fill(server, 1)
        mailbox.changes("INBOX", None)
        server.lie(b"UID FETCH", lambda said: b"* 2 EXISTS\r\n" + said)
        [*mailbox.wholes("INBOX", refs)]
        assert mailbox.wait("INBOX", 20) is True


def test_no_waiting_where_the_server_cannot(mailbox: OpenImapMailbox) -> None:
    assert mailbox.wait("INBOX", 20) is False
