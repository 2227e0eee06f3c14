"""The header block of a mail of Graph's: as it stands, or written from the properties."""

from __future__ import annotations

import re
from typing import Any

import pytest
from contract_world import AT
from fake_graph import FakeGraph
from graph_access import box_of, opened
from hostile import hostile_mails

from postroom.core.mail.rfc5322 import read_envelope
from postroom.providers.graph.header import header_block

SENT = (
    b"From: Sam Lee <sam@us.example>\r\n"
    b'To: =?utf-8?q?M=C3=BCller=2C_Kay?= <kay@acme.example>, "Lee, \\"Lea\\"" <lea@us.example>\r\n'
    b"Cc: jose@beta.example\r\n"
    b"Bcc: Lawyer <lawyer@rival.example>\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"Date: Mon, 03 Mar 2025 12:06:40 +0100\r\n"
    b"Message-ID: <sent@us.example>\r\n"
    b"In-Reply-To: <second@acme.example>\r\n"
    b"References: <first@acme.example>\r\n <second@acme.example>\r\n"
    b"MIME-Version: 1.0\r\n\r\nThe text.\r\n"
)


def person(address: str, name: str = "") -> dict[str, Any]:
    return {"emailAddress": {"name": name or address, "address": address}}


def participants(header: bytes) -> list[tuple[str, str, str]]:
    return [(each.role, each.address, each.name) for each in read_envelope(header).participants]


def test_sent_mail_has_a_header_block_of_its_properties(graph: FakeGraph) -> None:
    sent = box_of(graph).folder("sentitems")
    mail = box_of(graph).deliver(sent, SENT, AT, is_sent=True)
    with opened(graph) as box:
        [head] = box.heads(sent.id, [mail.immutable_id])
    assert head.header.decode() == (
        'From: "Sam Lee" <sam@us.example>\r\n'
        "To: =?utf-8?b?TcO8bGxlciwgS2F5?= <kay@acme.example>,\r\n"
        ' "Lee, \\"Lea\\"" <lea@us.example>\r\n'
        "Cc: <jose@beta.example>\r\n"
        'Bcc: "Lawyer" <lawyer@rival.example>\r\n'
        "Date: Mon, 03 Mar 2025 11:06:40 +0000\r\n"
        "Message-ID: <sent@us.example>\r\n"
        "In-Reply-To: <second@acme.example>\r\n"
        "References: <first@acme.example> <second@acme.example>\r\n"
        "Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\n"
        "\r\n"
    )


def test_sent_mail_is_the_same_message_as_the_one_received_F3(graph: FakeGraph) -> None:
    sent, inbox = box_of(graph).folder("sentitems"), box_of(graph).folder("inbox")
    one = box_of(graph).deliver(sent, SENT, AT, is_sent=True)
    other = box_of(graph).deliver(inbox, SENT, AT)
    with opened(graph) as box:
        [written] = box.heads(sent.id, [one.immutable_id])
        [shown] = box.heads(inbox.id, [other.immutable_id])
    assert written.header != shown.header
    assert read_envelope(written.header) == read_envelope(shown.header)


def test_headers_that_graph_shows_stand_as_they_are() -> None:
    headers = [
        {"name": "Received", "value": "from a by b; Mon, 3 Mar 2025 11:06:40 +0000"},
        {"name": "From", "value": "=?iso-8859-1?Q?J=FCrg?= <juerg@acme.example>"},
        {"name": "List-Id", "value": "<news.acme.example>"},
    ]
    assert header_block({"internetMessageHeaders": headers, "from": person("else@acme.example")}) == (
        b"Received: from a by b; Mon, 3 Mar 2025 11:06:40 +0000\r\n"
        b"From: =?iso-8859-1?Q?J=FCrg?= <juerg@acme.example>\r\n"
        b"List-Id: <news.acme.example>\r\n\r\n"
    )


def test_what_the_shown_headers_lack_is_written() -> None:
    message = {
        "internetMessageHeaders": [{"name": "x-seal", "value": "1"}, {"name": "SUBJECT", "value": "Shown"}],
        "from": person("sam@us.example"),
        "toRecipients": [person("kay@acme.example")],
        "ccRecipients": [],
        "subject": "Not shown",
    }
    assert header_block(message) == (
        b"x-seal: 1\r\nSUBJECT: Shown\r\nFrom: <sam@us.example>\r\nTo: <kay@acme.example>\r\n\r\n"
    )


def test_sender_stands_in_where_there_is_no_from() -> None:
    assert (
        header_block({"from": None, "sender": person("sam@us.example")}) == b"From: <sam@us.example>\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Kay", "kay@acme.example"),
        ("Müller, Kay", "kay@acme.example"),
        ("=?utf-8?q?evil=40rival.example?=", "kay@acme.example"),
        ("evil@rival.example", "kay@acme.example"),
        ('"><evil@rival.example>, "', "kay@acme.example"),
        ("a\r\nBcc: evil@rival.example", "kay@acme.example"),
        ("日本語の長い名前" * 20, "kay@acme.example"),
        ("back\\slash", "kay@acme.example"),
        ("Kay", "kay@müller.example"),
        ("Kay", "käy@acme.example"),
        ("Kay", '"kay adler"@acme.example'),
    ],
)
def test_one_person_is_written_and_read_as_one(name: str, address: str) -> None:
    header = header_block({"from": person("sam@us.example"), "toRecipients": [person(address, name)]})
    [_, (role, read, called)] = participants(header)
    assert (role, read) == ("to", address.replace("müller", "xn--mller-kva"))
    assert "evil" not in read_envelope(header).message_id + read
    assert called == " ".join(name.split())[:200] or "=?" in name
    assert header.count(b"\r\nBcc:") == 0
    assert not read_envelope(header).alternative
    assert max(map(len, header.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    "address",
    [
        "/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=KAY",
        "kay",
        "",
        "a@acme.example> , <evil@rival.example",
        "a@acme.example\r\nBcc: evil@rival.example",
    ],
)
def test_what_is_no_address_is_no_participant(address: str) -> None:
    header = header_block({"from": person("sam@us.example"), "toRecipients": [person(address, "Kay")]})
    assert participants(header) == [("from", "sam@us.example", "")]
    assert b"\r\nBcc:" not in header


def test_line_ends_in_what_is_shown_begin_no_header() -> None:
    headers = [
        {"name": "Subject", "value": "one\r\nBcc: evil@rival.example\r\n\r\nFrom: evil@rival.example"},
        {"name": "X\r\nBcc", "value": "evil@rival.example"},
        {"name": "", "value": "x"},
        {"name": "To", "value": None},
    ]
    message = {
        "internetMessageHeaders": headers,
        "from": person("sam@us.example"),
        "internetMessageId": "<a@b>\r\nBcc: evil@rival.example",
        "subject": "x\r\nBcc: evil@rival.example",
    }
    assert participants(header_block(message)) == [("from", "sam@us.example", "")]


def test_same_properties_give_the_same_bytes_M13() -> None:
    message = {"from": person("sam@us.example", "Grüße 📮"), "sentDateTime": "2025-03-03T11:06:40.1234567Z"}
    assert header_block(message) == header_block({**message, "bodyPreview": "else", "isRead": True})
    assert read_envelope(header_block(message)).date == AT


@pytest.mark.parametrize("at", [None, "", "never", "0001-01-01T00:00:00Z", "2025-13-01T00:00:00Z", 5])
def test_odd_times_are_left_out_or_written(at: object) -> None:
    header = header_block({"from": person("sam@us.example"), "sentDateTime": at})
    assert (b"Date:" in header) == (at == "0001-01-01T00:00:00Z")


def test_lone_surrogates_do_no_harm() -> None:
    header = header_block(
        {
            "from": person("sam@us.example", "\ud800"),
            "internetMessageHeaders": [{"name": "X", "value": "\udfff"}],
        }
    )
    assert participants(header) == [("from", "sam@us.example", "?")]


def test_hostile_mails_come_as_they_are_or_are_read_as_none(graph: FakeGraph) -> None:
    inbox = box_of(graph).folder("inbox")
    mails = dict(hostile_mails())
    by_ref = {
        box_of(graph).deliver(inbox, raw, AT).immutable_id: name
        for name, raw in mails.items()
        if len(raw) < 200_000
    }
    with opened(graph) as box:
        heads = {head.ref: head.header for head in box.heads(inbox.id, [*by_ref])}
        assert heads.keys() == by_ref.keys()
        assert [mails[by_ref[whole.ref]] == whole.raw for whole in box.wholes(inbox.id, [*by_ref])] == [
            True
        ] * len(by_ref)
    for header in heads.values():
        assert header.endswith(b"\r\n")
        assert len(re.findall(rb"\r\n(?![ \t])", header.removesuffix(b"\r\n"))) == len(
            re.findall(rb"(?:\A|\r\n)[!-9;-~]+:", header)
        )
