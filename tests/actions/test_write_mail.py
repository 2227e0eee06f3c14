"""A mail that came in fields is written out as the mail it describes: reading it gives the fields again (K3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.actions.mail_record import read_mail
from postroom.actions.rejection import Rejected
from postroom.core.mail.mailbox_text import clean_name
from postroom.core.mail.mime import read_content
from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import Participant

NOW = 1_795_255_200
MINIMAL = {"id": "1", "user": "s1@us.com", "date": "2026-11-21T10:00:00Z", "from": {"email": "k1@acme.com"}}


def raw(**fields: Any) -> bytes:
    return read_mail({**MINIMAL, **fields}, NOW).uploaded.raw


def refused(**fields: Any) -> tuple[str, str | None]:
    with pytest.raises(Rejected) as refusal:
        raw(**fields)
    return refusal.value.reason, refusal.value.field


def test_a_whole_mail_is_written_as_it_is_read_elsewhere() -> None:
    mail = raw(
        **{
            "from": {"email": "K1@Acme.com", "name": "Kay One"},
            "to": [{"email": "s1@us.com", "name": "Doe, Jane"}, "s2@us.com"],
            "cc": [{"email": "x@münchen.example"}],
            "bcc": ["b@us.com"],
            "message_id": "<one@acme.com>",
            "in_reply_to": "zero@us.com",
            "references": ["<first@us.com>", "zero@us.com"],
            "subject": "Grüße aus München",
            "headers": {
                "x-b": ["2", "3"],
                "List-Id": "a\r\n <b.c>",
                "Subject": "another",
                "Content-Type": "x/y",
            },
            "text": "Hello\r\nthere",
            "html": "<p>Hello</p>",
        }
    )
    boundary = mail.partition(b'boundary="')[2][:32]
    assert mail.decode().replace(boundary.decode(), "BOUNDARY").splitlines() == [
        "From: Kay One <k1@acme.com>",
        "To: =?utf-8?b?RG9lLCBKYW5l?= <s1@us.com>,",
        " <s2@us.com>",
        "Cc: <x@xn--mnchen-3ya.example>",
        "Bcc: <b@us.com>",
        "Date: 21 Nov 2026 10:00:00 +0000",
        "Message-ID: <one@acme.com>",
        "In-Reply-To: <zero@us.com>",
        "References: <first@us.com>",
        " <zero@us.com>",
        "Subject: =?utf-8?b?R3LDvMOfZSBhdXMg?=",
        " =?utf-8?b?TcO8bmNoZW4=?=",
        "List-Id: a <b.c>",
        "x-b: 2",
        "x-b: 3",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="BOUNDARY"',
        "",
        "--BOUNDARY",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        "Hello",
        "there",
        "--BOUNDARY",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        "<p>Hello</p>",
        "--BOUNDARY--",
    ]
    envelope = read_envelope(mail)
    assert envelope.message_id == "one@acme.com"
    assert envelope.references == ("first@us.com", "zero@us.com")
    assert envelope.flags == ("list",)
    assert (envelope.defects, envelope.alternative) == ((), None)


def test_the_least_of_a_mail_is_one() -> None:
    envelope = read_envelope(raw())
    assert envelope.participants == (Participant("from", "k1@acme.com", "acme.com"),)
    assert envelope.date == NOW
    assert envelope.defects == ()
    assert read_content(raw()).text == ""


def test_the_order_of_headers_and_keys_does_not_matter_K7() -> None:
    one = raw(headers={"X-A": "1", "X-B": "2"}, text="t", subject="s")
    assert one == raw(subject="s", text="t", headers={"X-B": "2", "X-A": "1"})


@pytest.mark.parametrize("name", ["From", "TO", "cc", "Bcc", "date", "Message-ID", "In-Reply-To", "References",
                                  "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"])  # fmt: skip
def test_headers_do_not_say_what_fields_say(name: str) -> None:
    assert raw(headers={name: "evil@x.example"}) == raw()


@pytest.mark.parametrize("name", ["", "X Y", "X:", "X\n", "X\r\nBcc", "1", "Ü", "x" * 101])
def test_no_header_gets_a_name_that_is_none(name: str) -> None:
    assert refused(headers={name: "x"}) == ("header_invalid", "headers")


@pytest.mark.parametrize(
    "value", ["x\nBcc: evil@x.example", "x\r\n\r\nbody", "x\rBcc: e@x", "\u2028Bcc: e@x\x85"]
)
def test_no_value_of_a_header_begins_another(value: str) -> None:
    lines = raw(headers={"X-A": value}).decode().split("\n")
    assert [line[:4] for line in lines if line[:4] in ("X-A:", "Bcc:")] == ["X-A:"]
    assert "\r" not in "".join(lines)


def test_an_invitation_stays_one_E2() -> None:
    mail = raw(headers={"Content-Type": "text/calendar; method=REQUEST"}, text="at ten")
    assert read_envelope(mail).flags == ("calendar",)
    assert read_content(mail).text == "at ten"


def test_text_that_looks_like_a_boundary_is_text() -> None:
    first = raw(text="t", html="h")
    boundary = first.partition(b'boundary="')[2][:32].decode()
    content = read_content(raw(text=f"--{boundary}\n--{boundary}--", html="h"))
    assert (content.text, content.html) == (f"--{boundary}\n--{boundary}--", "h")


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
DOMAINS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?\.(com|io|example)", fullmatch=True)
LOCALS = st.from_regex(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,20}", fullmatch=True) | st.text(
    st.characters(categories=("Ll",)), min_size=1, max_size=5
)
ADDRESSES = st.builds("{}@{}".format, LOCALS, DOMAINS)
MAILBOXES = st.fixed_dictionaries({"email": ADDRESSES, "name": WORDS})
IDS = st.from_regex(r"[!-;=?-~]{1,40}@[a-z]{1,9}", fullmatch=True)
DATES = st.integers(-62_135_596_800, 253_402_300_799)
FIELDS = st.fixed_dictionaries(
    {
        "from": MAILBOXES,
        "to": st.lists(MAILBOXES, max_size=4),
        "cc": st.lists(MAILBOXES, max_size=2),
        "bcc": st.lists(MAILBOXES, max_size=2),
        "message_id": IDS,
        "references": st.lists(IDS, max_size=4),
        "subject": WORDS,
        "text": WORDS,
        "html": WORDS,
    }
)


@given(FIELDS)
def test_what_is_written_is_read_again(fields: dict[str, Any]) -> None:
    mail = raw(**fields)
    envelope = read_envelope(mail)
    people: dict[tuple[str, str], Participant] = {}
    for role in ("from", "to", "cc", "bcc"):
        for one in [fields[role]] if role == "from" else fields[role]:
            address = read_mail({**MINIMAL, "from": one}, NOW).sender
            found = Participant(role, address, address.rpartition("@")[2], said(one["name"], 200))
            people.setdefault((role, address), found)
    assert envelope.participants == tuple(people.values())
    assert envelope.alternative is None
    assert envelope.message_id == fields["message_id"]
    assert envelope.references == tuple(dict.fromkeys(fields["references"]))
    assert envelope.date == NOW
    assert set(envelope.defects) == set()
    content = read_content(mail)
    assert shown(content.subject) == said(fields["subject"], 2_000)
    assert content.text == body(fields["text"])
    assert content.html == body(fields["html"])
    assert content.defects == ()


def said(text: str, chars: int) -> str:
    """A text on one line, as whoever reads it shows it."""
    return shown(" ".join(kept(text).split())[:chars])


def shown(line: str) -> str:
    return clean_name(line.replace("\\", "\\\\"))


def body(text: str) -> str:
    return kept(text).replace("\r\n", "\n").replace("\r", "\n").rstrip()


def kept(text: str) -> str:
    return "".join("\ufffd" if (c < " " and c not in "\t\n\r") or c == "\x7f" else c for c in text)
