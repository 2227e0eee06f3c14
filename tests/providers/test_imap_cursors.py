"""Following the changes of IMAP folders on servers that keep to the protocol, and that do not (M13; rows 33, 34)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from scripted_imap import ScriptedImap, fill, scripted_imap

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, StartOver, TryLater
from postroom.providers.imap.mailbox import OpenImapMailbox
from postroom.providers.imap.provider import ImapProvider
from postroom.providers.imap.wire import Patience
from postroom.providers.port import Cursor

IMAP = ImapProvider(Patience(silence=0.5, answer=2), page=3)


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted_imap() as server:
        yield server


@pytest.fixture
def mailbox(server: ScriptedImap) -> Iterator[OpenImapMailbox]:
    with IMAP.open(server.access()) as mailbox:
        yield mailbox


def without(code: bytes) -> object:
    """A lie: this response code is not said."""
    return lambda answer: re.sub(rb"\* OK \[" + code + rb"[^\r]*\r\n", b"", answer)


def told(mailbox: OpenImapMailbox, cursor: Cursor) -> tuple[list[str], list[str], Cursor]:
    """Follow the changes to the end."""
    added: list[str] = []
    removed: list[str] = []
    for _ in range(50):
        answer = mailbox.changes("INBOX", cursor)
        added += [mail.ref for mail in answer.added]
        removed += answer.removed
        cursor = answer.cursor
        if not answer.more:
            return added, removed, cursor
    raise AssertionError("changes do not end")


@pytest.mark.parametrize("code", [b"UIDNEXT", b"HIGHESTMODSEQ"])
def test_changes_are_found_without_a_code_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox, code: bytes
) -> None:
    server.lie(b"EXAMINE", without(code))  # type: ignore[arg-type]
    old = fill(server, 2)
    cursor = mailbox.changes("INBOX", None).cursor
    new = fill(server, 5)
    added, removed, cursor = told(mailbox, cursor)
    assert (sorted(added), removed) == (new, [])
    server.inbox.expunge(1)
    assert told(mailbox, cursor)[:2] == ([], [old[0]])


def test_highest_modseq_of_0_is_none_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    server.lie(b"EXAMINE", lambda said: re.sub(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 0", said))
    [old] = fill(server, 1)
    cursor = mailbox.changes("INBOX", None).cursor
    assert "modseq" not in cursor
    server.inbox.expunge(1)
    new = fill(server, 1)
    assert told(mailbox, cursor)[:2] == (new, [old])


def test_nomodseq_is_none_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    server.lie(b"EXAMINE", lambda said: re.sub(rb"HIGHESTMODSEQ \d+", b"NOMODSEQ", said))
    cursor = mailbox.changes("INBOX", None).cursor
    new = fill(server, 2)
    assert sorted(told(mailbox, cursor)[0]) == new


def test_label_that_loses_its_modseq_goes_on_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    fill(server, 2)
    cursor = mailbox.changes("INBOX", None).cursor
    server.lie(b"EXAMINE", without(b"HIGHESTMODSEQ"))  # type: ignore[arg-type]
    new = fill(server, 1)
    assert told(mailbox, cursor)[0] == new


def test_modseq_that_jumps_ahead_hides_no_new_mail_row_34(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    fill(server, 1)
    cursor = mailbox.changes("INBOX", None).cursor
    server.inbox.modseq += 1000
    cursor = mailbox.changes("INBOX", cursor).cursor
    new = fill(server, 1)
    server.inbox.modseq = 5
    assert told(mailbox, cursor)[0] == new


def test_numbers_beyond_64_bits_are_kept_as_text_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    server.inbox.modseq = 2**63 - 10
    cursor = mailbox.changes("INBOX", None).cursor
    assert cursor["modseq"] == str(2**63 - 10)


@pytest.mark.parametrize("uidvalidity", [0, 2**32 - 1])
def test_odd_uidvalidity_is_one_as_any_other_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox, uidvalidity: int
) -> None:
    server.inbox.uidvalidity = uidvalidity
    cursor = mailbox.changes("INBOX", None).cursor
    [new] = fill(server, 1)
    assert (told(mailbox, cursor)[0], new) == ([f"{uidvalidity}:1"], f"{uidvalidity}:1")


def test_changed_uidvalidity_starts_over_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    cursor = mailbox.changes("INBOX", None).cursor
    server.inbox.uidvalidity += 1
    with pytest.raises(StartOver, match="cursor_lost"):
        mailbox.changes("INBOX", cursor)


def test_missing_uidvalidity_is_no_protocol_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    server.lie(b"EXAMINE", without(b"UIDVALIDITY"))  # type: ignore[arg-type]
    with pytest.raises(CannotEver, match="protocol"):
        mailbox.changes("INBOX", None)


def test_uids_given_out_twice_are_no_protocol_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    fill(server, 3)
    cursor = mailbox.changes("INBOX", None).cursor
    server.inbox.uidnext = 2
    with pytest.raises(CannotEver, match="protocol"):
        mailbox.changes("INBOX", cursor)


def test_uids_out_of_order_are_all_told_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    cursor = mailbox.changes("INBOX", None).cursor
    new = fill(server, 7)
    server.inbox.mails = dict(reversed(server.inbox.mails.items()))
    added, _, cursor = told(mailbox, cursor)
    assert (sorted(added), told(mailbox, cursor)[:2]) == (new, ([], []))


def test_new_mail_behind_a_uidnext_that_stands_still_is_told_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    fill(server, 2)
    cursor = mailbox.changes("INBOX", None).cursor
    server.lie(b"EXAMINE", lambda said: re.sub(rb"UIDNEXT \d+", b"UIDNEXT 3", said))
    new = fill(server, 2)
    assert sorted(told(mailbox, cursor)[0]) == new


def test_exists_that_shrinks_unasked_does_no_harm_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 3)
    server.lie(b"UID FETCH", lambda said: b"* 1 EXISTS\r\n* 0 RECENT\r\n" + said)
    assert [head.ref for head in mailbox.heads("INBOX", refs)] == refs


def test_vanished_that_names_everything_is_left_to_a_comparison_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    server.inbox.uidnext = 4_000_000_000
    fill(server, 2)
    cursor = mailbox.changes("INBOX", None).cursor
    server.lie(b"EXAMINE", lambda said: b"* VANISHED (EARLIER) 1:3999999999\r\n" + said)
    new = fill(server, 1)
    assert told(mailbox, cursor)[:2] == (new, [])


def test_changes_in_pages_are_newest_first_and_all_told_M13(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    cursor = mailbox.changes("INBOX", None).cursor
    new = fill(server, 8)
    first = mailbox.changes("INBOX", cursor)
    assert ([mail.ref for mail in first.added], first.more) == ([*reversed(new)][:3], True)
    newest = fill(server, 1)
    second = mailbox.changes("INBOX", first.cursor)
    assert second.added[0].ref == newest[0]
    rest = told(mailbox, second.cursor)[0]
    everything = [mail.ref for page in (first, second) for mail in page.added] + rest
    assert (sorted(everything), len(everything)) == (sorted(new + newest), 9)


@pytest.mark.parametrize(
    "cursor", [{}, {"uidvalidity": "7"}, {"uidvalidity": "x", "uidnext": "1", "exists": "0"}, {"told": "5"}]
)
def test_cursor_that_is_none_of_ours_starts_over(mailbox: OpenImapMailbox, cursor: Cursor) -> None:
    with pytest.raises(StartOver, match="cursor_lost"):
        mailbox.changes("INBOX", cursor)


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (b"[NONEXISTENT] gone", StartOver, "label_gone"),
        (b"[NOPERM] not yours", NotAllowed, "label_not_allowed"),
        (b"cannot open", NotAllowed, "label_not_allowed"),
        (b"[UNAVAILABLE] later", TryLater, "unavailable"),
        (b"[SERVERBUG] oh", TryLater, "server_trouble"),
        (b"[INUSE] locked", TryLater, "in_use"),
    ],
)
def test_label_that_cannot_be_opened(
    server: ScriptedImap, mailbox: OpenImapMailbox, said: bytes, kind: type[ProviderError], code: str
) -> None:
    server.lie(b"EXAMINE", b"TAG NO " + said + b"\r\n")
    with pytest.raises(kind, match=f"^{code}$"):
        mailbox.changes("INBOX", None)


def test_label_deleted_while_it_is_open_row_23(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    refs = fill(server, 1)
    server.lie(b"UID FETCH", b"* BYE Mailbox was deleted under us\r\n")
    with pytest.raises(TryLater, match="turned_away"):
        mailbox.heads("INBOX", refs)
