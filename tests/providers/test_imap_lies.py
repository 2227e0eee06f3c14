"""IMAP servers that lie about mails (row 33): whole mails, or one of the five errors; never half a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted_imap import AT, Lie, ScriptedImap, a_mail, fill, scripted_imap

from postroom.core.trouble import CannotEver, TryLater
from postroom.providers.imap.mailbox import OpenImapMailbox
from postroom.providers.imap.provider import ImapProvider
from postroom.providers.imap.wire import Patience
from postroom.providers.port import SEVERAL, Listed, NotGiven

IMAP = ImapProvider(Patience(silence=0.5, answer=2), page=3)


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted_imap() as server:
        yield server


@pytest.fixture
def mailbox(server: ScriptedImap) -> Iterator[OpenImapMailbox]:
    with IMAP.open(server.access()) as mailbox:
        yield mailbox


def test_nil_instead_of_a_mail_that_is_there_is_a_mail_not_given_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 1)
    server.lie(b"UID FETCH", b"* 1 FETCH (UID 1 BODY[] NIL)\r\nTAG OK done\r\n")
    assert [*mailbox.wholes("INBOX", refs)] == [NotGiven(refs[0])]


def test_nil_instead_of_a_mail_that_is_gone_is_left_out_row_24(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 2)

    def gone(said: bytes) -> bytes:
        if 1 in server.inbox.mails:
            server.inbox.expunge(1)
        return b"* 1 FETCH (UID 1 BODY[] NIL)\r\n" + said[said.index(b"* 2 FETCH") :]

    server.lie(rb"UID FETCH 1:2 \(UID BODY.PEEK\[\]\)", gone)
    assert [whole.ref for whole in mailbox.wholes("INBOX", refs)] == [refs[1]]


def no_first(said: bytes) -> bytes:
    """A lie: there is nothing to say of the first mail."""
    return re.sub(rb"\* 1 FETCH .*?\r\n\)\r\n", b"", said, flags=re.DOTALL)


def test_mail_that_is_there_and_of_which_nothing_is_said_is_not_given_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 1)
    server.lie(b"UID FETCH", no_first)
    assert mailbox.heads("INBOX", refs) == [NotGiven(refs[0], AT)]


@pytest.mark.parametrize("lie", [no_first, lambda said: said.replace(b"BODY[HEADER] {", b"X {", 1)])
def test_mail_that_is_not_given_keeps_no_other_out_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox, lie: Lie
) -> None:
    refs = fill(server, 3)
    server.lie(rb"UID FETCH 1\b", lie)
    *heads, lacking = mailbox.heads("INBOX", refs)
    assert ([head.ref for head in heads], lacking) == (refs[1:], NotGiven(refs[0], AT))


def test_mail_that_is_refused_keeps_no_other_out_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 3)
    server.lie(rb"UID FETCH (1:3|2) .*BODY.PEEK\[\]", b"TAG NO [SERVERBUG] cannot read it\r\n")
    *wholes, lacking = mailbox.wholes("INBOX", refs)
    assert sorted(whole.ref for whole in wholes) == [refs[0], refs[2]]
    assert lacking == NotGiven(refs[1])


def test_several_mails_that_are_all_refused_are_for_later_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, SEVERAL + 1)
    server.lie(rb"UID FETCH", b"TAG NO [SERVERBUG] cannot read it\r\n")
    with pytest.raises(TryLater, match="server_trouble"):
        mailbox.heads("INBOX", refs)
    with pytest.raises(TryLater, match="server_trouble"):
        [*mailbox.wholes("INBOX", refs)]


def test_mail_that_is_refused_is_listed_and_not_given_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 1)
    server.lie(rb"UID FETCH", b"TAG NO [SERVERBUG] cannot read it\r\n")
    assert mailbox.list("INBOX", AT - 5, AT + 5).listed == [Listed(refs[0])]
    assert mailbox.heads("INBOX", refs) == [*mailbox.wholes("INBOX", refs)] == [NotGiven(refs[0])]


def test_refused_fetch_of_what_is_gone_is_left_out_row_24(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 1)
    server.lie(b"UID FETCH", b"TAG NO [EXPUNGEISSUED] gone\r\n")
    server.lie(b"UID SEARCH", b"* SEARCH\r\nTAG OK done\r\n")
    assert mailbox.heads("INBOX", refs) == []


def test_fetch_refused_because_the_server_is_away_is_for_later(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 1)
    server.lie(b"UID FETCH", b"TAG NO [UNAVAILABLE] cannot\r\n")
    with pytest.raises(TryLater):
        mailbox.heads("INBOX", refs)


@pytest.mark.parametrize("off", [-40, -12, -3, -2, -1, 1, 2, 3, 12, 4000])
def test_literal_of_a_wrong_length_is_never_taken_for_a_mail_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox, off: int
) -> None:
    raw = a_mail("long", b")\r\nline\r\n)\r\n" * 9)
    ref = server.inbox.deliver(raw, AT)
    server.lie(
        rb"UID FETCH 1 \(UID BODY", lambda said: said.replace(b"{%d}" % len(raw), b"{%d}" % (len(raw) + off))
    )
    with pytest.raises((CannotEver, TryLater)):
        [*mailbox.wholes("INBOX", [ref])]


@pytest.mark.parametrize("size", [2**31, 2**63, 10**19])
def test_literal_of_no_believable_length_is_refused_at_once_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox, size: int
) -> None:
    refs = fill(server, 1)
    server.lie(b"UID FETCH", b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % size)
    with pytest.raises(CannotEver, match="protocol"):
        [*mailbox.wholes("INBOX", refs)]


def test_wrong_size_of_a_mail_does_not_cut_it_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    refs = fill(server, 2)
    server.lie(b"UID FETCH", lambda said: re.sub(rb"RFC822.SIZE \d+", b"RFC822.SIZE 5", said))
    assert sorted(whole.raw for whole in mailbox.wholes("INBOX", refs)) == [a_mail("0"), a_mail("1")]


@pytest.mark.parametrize(
    ("date", "at"),
    [
        (b" 3-mar-2025 11:06:40 +0000", AT),
        (b"3-March-2025 11:06:40 +0000", AT),
        (b"03-Mar-2025 12:06:40 +0100", AT),
        (b"03-Mar-2025 03:36:40 -0730", AT),
        (b"03-Mar-2025 11:06:40", AT),
        (b"03-Mar-2025 11:06:40 +0000 (UTC)", AT),
        (b"03-Mar-2025 11:06:60 +0000", AT + 19),
    ],
)
def test_dates_are_read_as_they_are_written_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox, date: bytes, at: int
) -> None:
    refs = fill(server, 1)
    server.lie(b"UID FETCH", lambda said: re.sub(rb'INTERNALDATE "[^"]*"', b'INTERNALDATE "%s"' % date, said))
    assert [head.received_at for head in mailbox.heads("INBOX", refs)] == [at]


@pytest.mark.parametrize(
    "date", [b"yesterday", b"", b"31-Feb-2025 11:06:40 +0000", b"03-Xxx-2025 11:06:40 +0000"]
)
def test_date_that_is_none_is_no_protocol_row_33(
    server: ScriptedImap, mailbox: OpenImapMailbox, date: bytes
) -> None:
    refs = fill(server, 1)
    server.lie(b"UID FETCH", lambda said: re.sub(rb'INTERNALDATE "[^"]*"', b'INTERNALDATE "%s"' % date, said))
    with pytest.raises(CannotEver, match="protocol"):
        mailbox.heads("INBOX", refs)


def test_responses_nobody_asked_for_do_no_harm_row_33(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    refs = fill(server, 2)
    unasked = (
        b"* 9 FETCH (UID 99 FLAGS (\\Seen))\r\n* 1 FETCH (FLAGS ())\r\n* OK still here\r\n* FLAGS (x)\r\n"
    )
    server.lie(b"UID", lambda said: unasked + said)
    assert [head.ref for head in mailbox.heads("INBOX", refs)] == refs
    assert len([*mailbox.wholes("INBOX", refs)]) == 2


def test_refs_of_another_time_or_of_nothing_are_left_out(
    server: ScriptedImap, mailbox: OpenImapMailbox
) -> None:
    refs = fill(server, 1)
    asked = ["6:1", *refs, "7:", "7:x", "7:-1", "7", "", ":1", "7:99"]
    assert [head.ref for head in mailbox.heads("INBOX", asked)] == refs


def test_draft_is_one_in_whatever_label_M16(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    refs = [
        server.inbox.deliver(a_mail(name), AT, flags) for name, flags in (("a", b"\\Seen"), ("b", b"\\draft"))
    ]
    heads = {head.ref: head.kept_out for head in mailbox.heads("INBOX", refs)}
    assert heads == {refs[0]: "", refs[1]: "drafts"}


def test_only_commands_that_change_nothing_are_sent(server: ScriptedImap, mailbox: OpenImapMailbox) -> None:
    refs = fill(server, 2)
    mailbox.labels()
    mailbox.changes("INBOX", mailbox.changes("INBOX", None).cursor)
    mailbox.list("INBOX", 0, AT + 9)
    mailbox.count("INBOX", 0)
    mailbox.heads("INBOX", refs)
    [*mailbox.wholes("INBOX", refs)]
    fetched = [heard for heard in server.heard if heard.startswith(b"UID FETCH")]
    assert {heard.split()[0] for heard in server.heard} == {
        *(b"CAPABILITY", b"AUTHENTICATE", b"ENABLE", b"LIST", b"STATUS", b"EXAMINE", b"UID")
    }
    assert not [
        heard for heard in fetched if b"BODY[" in heard or b"RFC822)" in heard or b"RFC822.TEXT" in heard
    ]


GARBAGE = [
    b"* 1 FETCH (UID 1 BODY[] {5}\r\nabc",
    b"* 1 FETCH ((((((((\r\nTAG OK done\r\n",
    b"* 1 FETCH " + b"(" * 5000 + b")" * 5000 + b"\r\nTAG OK done\r\n",
    b'* 1 FETCH (UID 1 X "unclosed)\r\nTAG OK done\r\n',
    b"* 1 FETCH (UID)\r\nTAG OK done\r\n",
    b"* 1 FETCH (UID x BODY[] {1}\r\nx)\r\nTAG OK done\r\n",
    b"* 1 FETCH (UID 1 BODY[] {1}\r\nx) more\r\nTAG OK done\r\n",
    b"* 1 FETCH NIL\r\nTAG OK done\r\n",
    b"* SEARCH 1 two 3\r\n* 1 FETCH ()\r\nTAG BAD what\r\n",
    b"OTHER OK done\r\n",
    b"+ go on\r\n",
    b"\0\0\0\r\n",
    b"\xff\xfe\xfd\r\n",
    b"\n\n\n",
    b"* \r\n",
    b"",
]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("command", [b"UID FETCH", b"UID SEARCH", b"EXAMINE", b"LIST"])
def test_garbage_ends_in_one_of_the_five_row_33(server: ScriptedImap, command: bytes, garbage: bytes) -> None:
    refs = fill(server, 1)
    with IMAP.open(server.access()) as mailbox:
        server.lie(command, garbage)
        asked = {
            b"UID FETCH": lambda: [*mailbox.wholes("INBOX", refs)],
            b"UID SEARCH": lambda: mailbox.count("INBOX", 0),
            b"EXAMINE": lambda: mailbox.changes("INBOX", None),
            b"LIST": lambda: mailbox.labels(),
        }[command]
        with pytest.raises((CannotEver, TryLater)) as caught:
            asked()
        assert caught.value.code in ("protocol", "silent", "cut_off")


def test_answer_that_never_ends_is_ended_row_33(server: ScriptedImap) -> None:
    with IMAP.open(server.access()) as mailbox:
        server.lie(b"EXAMINE", b"* OK still here\r\n" * 200_000)
        with pytest.raises((CannotEver, TryLater)):
            mailbox.changes("INBOX", None)


def test_a_connection_that_went_wrong_is_used_no_more_row_33(server: ScriptedImap) -> None:
    with IMAP.open(server.access()) as mailbox:
        server.lie(b"EXAMINE", b"garbage\r\n")
        with pytest.raises(CannotEver, match="protocol"):
            mailbox.changes("INBOX", None)
        server.tell_the_truth()
        with pytest.raises(TryLater, match="cut_off"):
            mailbox.changes("INBOX", None)


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 30))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_answers_with_holes_give_whole_mails_or_one_of_the_five_row_33(put: bytes, at: int, cut: int) -> None:
    with scripted_imap() as server:
        refs = fill(server, 3)
        server.lie(b"UID FETCH", lambda said: said[:at] + put + said[at + cut :] + b"\r\nTAG OK done\r\n")
        with ImapProvider(Patience(silence=0.1, answer=1)).open(server.access()) as mailbox:
            try:
                found = {whole.ref: whole.raw for whole in mailbox.wholes("INBOX", refs)}
            except (CannotEver, TryLater):
                return
    assert {ref: len(raw) for ref, raw in found.items()} == {ref: len(a_mail("0")) for ref in found}
    assert found.keys() <= set(refs)
