"""The envelope of a mail, header by header."""

import pytest
from hostile import a_mail, recipients

from postroom.core.mail.participants import MAX_RECIPIENTS
from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import Envelope, Participant, UnreadableMail

ANN = Participant("from", "ann@x.example", "x.example", "Ann Lee")
BOB = Participant("to", "bob@y.example", "y.example")
SOUND = b"From: Ann Lee <Ann@X.example>\r\nTo: bob@y.example\r\nDate: Tue, 3 Mar 2026 09:30:00 +0100\r\n"
ID = b"Message-ID: <one@x.example>\r\n"
AT = 1772526600


def envelope(headers: bytes) -> Envelope:
    """Read a mail with these headers."""
    return read_envelope(headers + b"\r\nThe text.\r\n")


def of_role(role: str, read: Envelope) -> list[tuple[str, str]]:
    """Name and address of everybody in a role."""
    return [(p.name, p.address) for p in read.participants if p.role == role]


def test_sound_mail_is_read_whole() -> None:
    read = envelope(
        b"Received: from a by b; Tue, 3 Mar 2026 09:30:05 +0100\r\n"
        b"Received: from c by a; Tue, 3 Mar 2026 09:30:01 +0100\r\n"
        + SOUND
        + b'Cc: "Lee, Cy" <cy@x.example>,\r\n'
        b" =?utf-8?q?Zo=C3=AB?= <zoe@y.example>\r\nBcc: dan@x.example\r\n" + ID + b"In-Reply-To: <c@x>\r\n"
        b"References: <a@x>\r\n <b@x> <a@x>\r\nSubject: never read\r\n"
    )
    assert read == Envelope(
        message_id="one@x.example",
        date=AT,
        received_at=AT + 5,
        participants=(
            ANN,
            BOB,
            Participant("cc", "cy@x.example", "x.example", "Lee, Cy"),
            Participant("cc", "zoe@y.example", "y.example", "Zoë"),
            Participant("bcc", "dan@x.example", "x.example"),
        ),
        alternative=None,
        references=("a@x", "b@x", "c@x"),
        flags=(),
        defects=(),
        header_block=b"",
    )


# Bytes that are no mail, and bytes that hardly are one


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Hello Bob,\r\nno header at all\r\n", "no_headers"),
        (b"Dear all: a colon makes no header\r\n", "no_headers"),
        (b"\r\n\r\nFrom here on it is text\r\n", "no_headers"),
        (b"\0" * 100, "no_headers"),
        (bytes(range(256)), "no_headers"),
        ("From: ann@x.example\r\n\r\nThe text.".encode("utf-16"), "no_headers"),
        (recipients(MAX_RECIPIENTS + 1), "too_many_recipients"),
        (recipients(MAX_RECIPIENTS + 1).replace(b"To:", b"Bcc:"), "too_many_recipients"),
        (b"From: " + b"ann@x.example," * (MAX_RECIPIENTS + 1) + b"\r\n\r\n", "too_many_recipients"),
    ],
)
def test_what_is_no_mail_is_refused_with_its_reason(raw: bytes, why: str) -> None:
    with pytest.raises(UnreadableMail) as refused:
        read_envelope(raw)
    assert refused.value.why == why


def test_as_many_recipients_as_allowed_are_read() -> None:
    assert len(of_role("to", read_envelope(recipients(MAX_RECIPIENTS)))) == 20_000


@pytest.mark.parametrize(
    ("raw", "defects"),
    [
        (SOUND + ID + b"\r\nx", ()),
        ((SOUND + ID).replace(b"\r\n", b"\n") + b"\nx", ()),
        (SOUND + ID, ()),
        (b"\xef\xbb\xbf" + SOUND + ID + b"\r\nx", ("byte_order_mark",)),
        ((SOUND + ID + b"\r\nx").replace(b"\r\n", b"\r"), ("bare_cr",)),
        ((SOUND + ID + b"\r\nx").replace(b"\r\n", b"\r\r\n"), ("bare_cr",)),
        (b"\r\n \r\n" + SOUND + ID + b"\r\nx", ("leading_blank",)),
        (b" " + SOUND + ID + b"\r\nx", ("leading_blank",)),
        (b"\0" + SOUND + ID + b"\r\nx", ("leading_blank",)),
        (b"From ann Tue Mar  3 09:30:00 2026\n" + SOUND + ID + b"\r\nx", ("mbox_from_line",)),
        (SOUND + b">From ann Tue Mar  3 09:30:00 2026\r\n" + ID + b"\r\nx", ("mbox_from_line",)),
        (SOUND + b"no header\r\n" + ID + b"\r\nx", ("line_without_colon",)),
        (SOUND + ID + b"The text comes at once.\r\nTwo lines.\r\n", ("no_blank_line",)),
        (SOUND + ID + b"The text comes at once.\r\nNote: two lines.\r\n\r\nAnd more.", ("no_blank_line",)),
    ],
)
def test_broken_header_block_is_read_on(raw: bytes, defects: tuple[str, ...]) -> None:
    read = read_envelope(raw)
    assert (read.message_id, read.date, read.participants, read.defects) == (
        "one@x.example",
        AT,
        (ANN, BOB),
        defects,
    )


# Who


def test_several_senders_are_all_senders() -> None:
    read = envelope(
        b"From: Ann <ann@x.example>, cy@x.example\r\nSender: eve@z.example\r\nResent-From: e@z.example\r\n"
    )
    assert of_role("from", read) == [("Ann", "ann@x.example"), ("", "cy@x.example")]


def test_addresses_are_normalised_and_not_repeated_in_a_role() -> None:
    read = envelope(b'To: Bob <BOB@Y.example>, "Robert" <bob@y.EXAMPLE.>\r\nCc: bob@y.example\r\n')
    assert read.participants == (
        Participant("to", "bob@y.example", "y.example", "Bob"),
        Participant("cc", "bob@y.example", "y.example"),
    )


def test_domain_is_an_a_label() -> None:
    headers = "From: z@Bücher.example\r\n".encode()
    assert of_role("from", envelope(headers)) == [("", "z@xn--bcher-kva.example")]
    read = read_envelope(headers, a_label=lambda domain: "xn--own.example")
    assert of_role("from", read) == [("", "z@xn--own.example")]


def test_domain_that_has_no_a_label_is_no_address() -> None:
    read = envelope(f"From: z@{'é' * 70}.example\r\nTo: bob@y.example\r\n".encode())
    assert (of_role("from", read), read.defects) == ([], ("bad_address", "missing_date", "missing_from"))


def test_needless_quotes_of_a_local_part_go() -> None:
    read = envelope(b'From: "ann"@x.example\r\nTo: "ann lee"@x.example, "a@b"@x.example\r\n')
    assert [p.address for p in read.participants] == [
        "ann@x.example",
        '"ann lee"@x.example',
        '"a@b"@x.example',
    ]


def test_quoted_name_is_never_an_address_C0() -> None:
    read = envelope(b'From: "bob@y.example" <eve@z.example>\r\nDate: Tue, 3 Mar 2026 09:30:00 +0100\r\n')
    assert (of_role("from", read), read.alternative, read.defects) == (
        [("bob@y.example", "eve@z.example")],
        None,
        (),
    )


def test_address_as_unquoted_name_has_two_readings_C0() -> None:
    read = envelope(b"From: bob@y.example <eve@z.example>\r\nTo: cy@x.example\r\n")
    cy = Participant("to", "cy@x.example", "x.example")
    assert read.participants == (Participant("from", "eve@z.example", "z.example", "bob@y.example"), cy)
    assert read.alternative == (
        Participant("from", "bob@y.example", "y.example"),
        Participant("from", "eve@z.example", "z.example"),
        cy,
    )


def test_malformed_header_with_the_same_people_has_one_reading_C0() -> None:
    read = envelope(SOUND + b"Cc: <cy@x.example; dan@x.example\r\n")
    assert of_role("cc", read) == [("", "cy@x.example"), ("", "dan@x.example")]
    assert (read.alternative, read.defects) == (None, ("malformed_address",))


def test_open_quote_in_one_header_does_not_swallow_the_next() -> None:
    read = envelope(b'To: "Ann <ann@x.example>\r\nTo: "Bob" <bob@y.example>\r\n')
    assert of_role("to", read) == [("Ann", "ann@x.example"), ("Bob", "bob@y.example")]


def test_second_sender_is_the_other_reading_C0() -> None:
    read = envelope(SOUND + b"From: cy@x.example\r\nFrom: eve@z.example\r\n")
    assert read.participants == (ANN, BOB)
    assert read.alternative == (Participant("from", "eve@z.example", "z.example"), BOB)
    assert read.defects == ("duplicate_header", "second_from")


def test_same_sender_twice_has_one_reading_C0() -> None:
    read = envelope(SOUND + b"From: ann@x.example\r\n")
    assert (read.participants, read.alternative, read.defects) == ((ANN, BOB), None, ("duplicate_header",))


def test_recipients_of_all_headers_are_joined_and_of_others_the_first_wins() -> None:
    read = envelope(
        SOUND + ID + b"To: cy@x.example\r\nCc: a@x.example\r\nCc: b@x.example\r\n"
        b"Date: Thu, 1 Jan 1970 00:00:00 +0000\r\nMessage-ID: <two@x.example>\r\n"
    )
    assert [p.address for p in read.participants] == [
        "ann@x.example", "bob@y.example", "cy@x.example", "a@x.example", "b@x.example",
    ]  # fmt: skip
    assert (read.date, read.message_id, read.defects) == (AT, "one@x.example", ("duplicate_header",))


def test_name_cannot_smuggle_a_line() -> None:
    read = envelope(b"From: =?iso-8859-1?q?hello=0D=0ABcc:_eve=40z.example=00?= <ann@x.example>\r\n")
    assert read.participants == (
        Participant("from", "ann@x.example", "x.example", "hello Bcc: eve@z.example\ufffd"),
    )


def test_header_names_are_read_without_case_and_with_blanks() -> None:
    assert of_role("from", envelope(b"FROM : ann@x.example\r\n")) == [("", "ann@x.example")]
    assert envelope(SOUND.replace(b"From:", b"From :") + ID) == envelope(SOUND + ID)


# When


@pytest.mark.parametrize(
    ("headers", "date", "received_at", "defects"),
    [
        (b"", None, None, ("missing_date",)),
        (b"Date:\r\n", None, None, ("bad_date",)),
        (b"Date: Tue, 31 Feb 2026 09:30:00 +0100\r\n", None, None, ("bad_date",)),
        (b"Date: Tue, 3 Mar 2026\r\n 09:30:00 +0100\r\n", AT, None, ()),
        (b"Date: 2026-03-03T08:30:00Z\r\nReceived: by b; 3 Mar 2026 08:31:00 GMT\r\n", AT, AT + 60, ()),
        (b"Date: 2026-03-03T08:30:00Z\r\nReceived: by b (a; b); never\r\n", AT, None, ("bad_received",)),
        (b"Date: 2026-03-03T08:30:00Z\r\nReceived: by b\r\n", AT, None, ("bad_received",)),
    ],
)
def test_times(headers: bytes, date: int | None, received_at: int | None, defects: tuple[str, ...]) -> None:
    read = envelope(b"From: ann@x.example\r\n" + headers)
    assert (read.date, read.received_at, read.defects) == (date, received_at, defects)


# Which


@pytest.mark.parametrize(
    ("value", "message_id", "defects"),
    [
        (b"<one@x>", "one@x", ()),
        (b"<[abc@x.example]>", "[abc@x.example]", ()),
        (b" <one@x>\r\n (a comment)", "one@x", ("bad_message_id",)),
        (b"<one@x> <two@x>", "one@x", ("bad_message_id",)),
        (b'"<one@x>"', "one@x", ("bad_message_id",)),
        (b"<o n\te@x>", "one@x", ("bad_message_id",)),
        (b"one@x", "one@x", ("bad_message_id",)),
        (b"<one@x", "one@x", ("bad_message_id",)),
        (b"<one>", "one", ("bad_message_id",)),
        (b"", "", ("bad_message_id",)),
        (b"<", "", ("bad_message_id",)),
        (b"<>", "", ("bad_message_id",)),
        (b'<"x"@[', '"x"@[', ("bad_message_id",)),
        (b"<a\0b@x>", "a\ufffdb@x", ("bad_message_id",)),
        (b"<a\xffb@x>", "aÿb@x", ("bad_message_id",)),
        (b"\x85", "…", ("bad_message_id",)),
        (b"<" + b"x" * 5000 + b"@y>", "x" * 998, ("bad_message_id", "long_message_id")),
    ],
)
def test_message_id(value: bytes, message_id: str, defects: tuple[str, ...]) -> None:
    read = envelope(SOUND + b"Message-ID: " + value + b"\r\n")
    assert (read.message_id, read.defects) == (message_id, defects)


@pytest.mark.parametrize(
    ("headers", "references"),
    [
        (b"References: <a@x> <b@x>\r\nIn-Reply-To: <b@x>\r\n", ("a@x", "b@x")),
        (b"In-Reply-To: <b@x>\r\n", ("b@x",)),
        (b"References: <a@x><b@x>,\r\n\t<c @x>\r\n", ("a@x", "b@x", "c@x")),
        (b"References: a@x b@x\r\n", ("a@x", "b@x")),
        (b"References: <>\r\nIn-Reply-To: Your letter of Tuesday\r\n", ()),
        (b"In-Reply-To: Your letter of Tuesday <a@x>\r\n", ("a@x",)),
        (b"References: <a\0@x>\r\n", ("a\ufffd@x",)),
        (b"References: <a@x>\r\nReferences: <b@x>\r\n", ("a@x", "b@x")),
    ],
)
def test_references(headers: bytes, references: tuple[str, ...]) -> None:
    assert envelope(SOUND + ID + headers).references == references


def test_of_many_references_the_first_and_the_newest_are_kept() -> None:
    read = envelope(SOUND + b"References: " + b"\r\n ".join(b"<%d@x>" % n for n in range(500)) + b"\r\n")
    assert read.references == ("0@x", *(f"{n}@x" for n in range(400, 500)))
    assert read.defects == ("many_references",)


def test_header_block_identifies_a_mail_without_message_id_F3() -> None:
    headers = SOUND + b"Subject: one\r\n two\r\nX-Seen: no\r\n"
    digest = envelope(headers).header_block
    assert len(digest) == 16
    copy = headers.replace(b"X-Seen: no", b"X-Seen: yes").replace(b"\r\n two", b" \t two")
    assert (
        envelope(b"Received: by x; y\r\nDelivered-To: bob@y.example\r\nBcc: c@x\r\n" + copy).header_block
        == digest
    )
    assert envelope(copy.replace(b"\r\n", b"\n")).header_block == digest
    assert envelope(headers.replace(b"one", b"other")).header_block != digest
    assert envelope(headers + ID).header_block == b""


# Marks of automatic mail


@pytest.mark.parametrize(
    ("headers", "flags"),
    [
        (b"", ()),
        (b"Auto-Submitted: no\r\n", ()),
        (b"Auto-Submitted: No (really)\r\n", ()),
        (b"Auto-Submitted: auto-replied; owner-email=x@y\r\n", ("auto_submitted",)),
        (b"Precedence: bulk\r\n", ("bulk",)),
        (b"Precedence: Junk\r\n", ("bulk",)),
        (b"Precedence: list\r\n", ("bulk",)),
        (b"Precedence: first-class\r\n", ()),
        (b"List-Id: <crew.x.example>\r\n", ("list",)),
        (b"List-Unsubscribe: <mailto:x@y>\r\n", ("list",)),
        (b"Return-Path: <>\r\n", ("no_reply",)),
        (b"Return-Path: <ann@x.example>\r\n", ()),
        (b"Content-Type: text/calendar; method=REQUEST\r\n", ("calendar",)),
        (b"Content-Type: text/plain; name=calendar\r\n", ()),
        (b"Content-Class: urn:content-classes:calendarmessage\r\n", ("calendar",)),
        (b"Precedence: list\r\nList-Id: x\r\nAuto-Submitted: yes\r\n", ("auto_submitted", "bulk", "list")),
    ],
)
def test_flags(headers: bytes, flags: tuple[str, ...]) -> None:
    assert envelope(SOUND + headers).flags == flags


@pytest.mark.parametrize("local", ["no-reply", "NoReply", "do-not-reply", "donotreply", "MAILER-DAEMON"])
def test_sender_who_wants_no_answer(local: str) -> None:
    assert envelope(b"From: %b@x.example\r\n" % local.encode()).flags == ("no_reply",)
    assert envelope(b"From: ann@x.example\r\nTo: %b@x.example\r\n" % local.encode()).flags == ()


# Too much of everything


def test_only_the_newest_received_counts() -> None:
    later = b"Received: by b; Tue, 3 Mar 2026 09:30:05 +0100\r\n"
    earlier = b"Received: by a; Tue, 3 Mar 2026 09:30:00 +0100\r\n"
    assert envelope(later + earlier * 20_000 + SOUND).received_at == AT + 5


def test_many_headers_hide_none() -> None:
    raw = a_mail("many", b"X-Odd: y\r\n" * 100_000 + b"Cc: cy@x.example\r\n")
    assert of_role("cc", read_envelope(raw)) == [("", "cy@x.example")]
