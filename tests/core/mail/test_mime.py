"""The content of a mail: no text is lost, and attachments are described only."""

import base64

import pytest
from hostile import a_mail, multipart, nested_messages, nested_multiparts

from postroom.core.mail.mime import read_content
from postroom.core.message import Attachment, Content, UnreadableMail

LONG = "x" * 2_000_001


def content(headers: bytes, body: bytes) -> Content:
    """Read a mail with these headers."""
    return read_content(a_mail("one", headers, body))


def text_of(headers: bytes, body: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, HTML and defects of a mail."""
    read = content(headers, body)
    return read.text, read.html, read.defects


def test_mail_of_many_parts_is_read_whole() -> None:
    read = content(
        b'Subject: =?utf-8?q?Caf=C3=A9?=\r\n menu\r\nContent-Type: multipart/mixed; boundary="out"\r\n',
        b"This is a multi-part message in MIME format.\r\n--out\r\n"
        b"Content-Type: multipart/alternative; boundary=in\r\n\r\n"
        b"--in\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"Caf=E9\r\n--in\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Caf\xc3\xa9</p>\r\n--in--\r\n"
        b"--out\r\nContent-Type: application/pdf; name=old.pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename*=utf-8''men%C3%BC.pdf\r\n\r\nJVBERi0=\r\n"
        b"--out\r\nContent-Type: text/plain\r\n\r\nA footer.\r\n--out--\r\n",
    )
    assert read == Content(
        "Café menu", "Café\nA footer.", "<p>Café</p>", (Attachment("menü.pdf", "application/pdf", 8),), ()
    )


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b"no header\r\n", "no_headers"),
        (nested_multiparts(257), "too_deep"),
        (nested_messages(257), "too_deep"),
        (nested_multiparts(3000), "too_deep"),
        (nested_messages(1500), "too_deep"),
    ],
)
def test_unreadable_mail_is_refused_with_its_reason(raw: bytes, why: str) -> None:
    with pytest.raises(UnreadableMail) as refused:
        read_content(raw)
    assert refused.value.why == why


@pytest.mark.parametrize("raw", [nested_multiparts(256), nested_messages(256)])
def test_text_is_found_in_the_depth(raw: bytes) -> None:
    assert read_content(raw).text == "in the depth"


# Subjects


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        (b"", ""),
        (b"Subject:\r\n", ""),
        (b"Subject: one\r\nSubject: two\r\n", "one"),
        (b"Subject: one\r\n  two\r\n", "one two"),
        (b"Subject: caf\xe9\r\n", "café"),
        (b"Subject: caf\xc3\xa9\r\n", "café"),
        (b"Subject: a\0b\r\n", "a\ufffdb"),
        (b"Subject: =?utf-8?q?Hi=0D=0ABcc:_eve=40x?=\r\n", "Hi Bcc: eve@x"),
        (b"Subject: =?utf-8?q?=E2=80=AEgpj.exe?=\r\n", "gpj.exe"),
        (b"Subject: " + b"x" * 1_000_000 + b"\r\n", "x" * 2000),
    ],
)
def test_subject(headers: bytes, subject: str) -> None:
    assert content(headers, b"The text.").subject == subject


# Types and charsets


@pytest.mark.parametrize(
    ("value", "defects"),
    [
        (b"text/plain; charset=iso-8859-1", ()),
        (b'TEXT/PLAIN; CHARSET="ISO-8859-1"', ()),
        (b"text/plain;charset = iso-8859-1 ; x", ()),
        (b'text/plain; charset="iso-8859-1', ()),
        (b"text/plain; charset=iso-8859-1;;;", ()),
        (b"text/plain; charset*=utf-8''iso%2D8859%2D1", ()),
        (b"text/plain; charset*0=iso-8859; charset*1=-1", ()),
        (b'text/plain; x="a;b"; charset=iso-8859-1', ()),
        (b"text/plain; charset=utf-8", ("bad_charset",)),
        (b"text/plain; charset=hex", ("unknown_charset",)),
        (b"text/plain; charset=utf-7", ("unknown_charset",)),
        (b"text/plain; charset=utf-16", ("bad_charset",)),
        (b"text/plain; charset=\0", ("unknown_charset",)),
        (b"text/plain; name*", ("bad_charset",)),
        (b"text/plain; filename*=\0utf-8''x", ("bad_charset",)),
        (b"; a; filename*=\"utf-8'", ("bad_charset",)),
        (b"", ("bad_charset",)),
        (b"text", ("bad_charset", "bad_content_type")),
        (b"text/", ("bad_charset", "bad_content_type")),
        (b"/", ("bad_charset", "bad_content_type")),
        (b"multipart", ("bad_charset", "bad_content_type")),
        (b"multipart/mixed", ("bad_boundary", "bad_charset")),
        (b"multipart/mixed; boundary=", ("bad_boundary", "bad_charset")),
        (b'multipart/mixed; boundary=" "', ("bad_boundary", "bad_charset")),
        (b"multipart/mixed; boundary=none-such", ("bad_boundary", "bad_charset")),
        (b"message/rfc822", ("bad_charset",)),
        (b"message/partial; number=1", ("bad_charset",)),
        (b"text/x-odd", ("bad_charset",)),
    ],
)
def test_text_is_kept_whatever_the_type_says(value: bytes, defects: tuple[str, ...]) -> None:
    body = b"A caf\xe9 that must be kept.\r\n"
    assert text_of(b"Content-Type: " + value + b"\r\n", body) == ("A café that must be kept.", "", defects)


def test_characters_that_cannot_be_kept_are_replaced() -> None:
    assert text_of(b"", b"a\0b") == ("a\ufffdb", "", ("replaced_characters",))
    assert text_of(b"", b"\xed\xa0\x80") == ("í\xa0€", "", ("bad_charset",))


def test_line_ends_are_unified_so_that_copies_have_the_same_text() -> None:
    texts = {
        content(b"", b"one\r\ntwo\r\n\r\n").text,
        content(b"", b"one\ntwo").text,
        content(b"", b"one\rtwo\r").text,
    }
    assert texts == {"one\ntwo"}


# Transfer encodings


@pytest.mark.parametrize(
    ("encoding", "body", "text", "defects"),
    [
        (b"base64", b"SGVsbG8=", "Hello", ()),
        (b"BASE64 ; odd", b"SGVsbG8=", "Hello", ()),
        (b"base64", b"SGVsbG8", "Hello", ("bad_base64",)),
        (b"base64", b"SGVsbG8=\r\nSGVsbG8=", "HelloHello", ("bad_base64",)),
        (b"base64", b"SGVs\r\n\r\n-- \r\nA footer", "Hel\n-- \nA footer", ("bad_base64",)),
        (b"base64", b"No base64 at all!", "No base64 at all!", ("bad_base64",)),
        (b"base64, base64", b"U0dWc2JHOD0=", "SGVsbG8=", ()),
        (b"quoted-printable", b"a=\r\nb =ZZ =3D", "ab =ZZ =", ()),
        (b"quoted-printable", b"=" * 5000, "=" * 2500, ()),
        (b"7bit", b"caf\xc3\xa9", "café", ()),
        (b"binary", b"one", "one", ()),
        (b"x-none-such", b"kept", "kept", ("unknown_encoding",)),
        (
            b"x-uuencode",
            b"begin 644 a\r\n#86)C\r\n`\r\nend",
            "begin 644 a\n#86)C\n`\nend",
            ("unknown_encoding",),
        ),
    ],
)
def test_transfer_encoding(encoding: bytes, body: bytes, text: str, defects: tuple[str, ...]) -> None:
    assert text_of(b"Content-Transfer-Encoding: " + encoding + b"\r\n", body) == (text, "", defects)


# Multiparts


@pytest.mark.parametrize(
    ("body", "text", "defects"),
    [
        (b"--CUT\r\n\r\none\r\n--CUT\r\n\r\ntwo\r\n--CUT--\r\n", "one\ntwo", ()),
        (b"--CUT  \r\n\r\none\r\n--CUT-- \t\r\n", "one", ()),
        (b"--CUT\r\n\r\none\r\n--CUT\r\n\r\ntwo", "one\ntwo", ("missing_close",)),
        (b"--CUT\n\none\n--CUT--\n", "one", ()),
        (b"--CUT\r\rone\r--CUT--\r", "one", ()),
        (b"--CUT\r\n\r\none\r\n--CUTE\r\ntwo\r\n --CUT\r\n--CUT--", "one\n--CUTE\ntwo\n --CUT", ()),
        (b"--CUT\r\nno header\r\n--CUT--", "no header", ("part_without_headers",)),
        (b"--CUT\r\nContent-Type: text/plain\r\n--CUT--", "", ()),
        (b"Only a preamble\r\n--CUT--\r\n", "Only a preamble", ()),
        (b"Before\r\n--CUT\r\n\r\none\r\n--CUT--\r\n", "one", ("text_outside_parts",)),
        (b"--CUT\r\n\r\none\r\n--CUT--\r\nAfter\r\n", "one", ("text_outside_parts",)),
        (b"--CUT\r\n\r\n\r\n--CUT--\r\nOnly an epilogue\r\n", "Only an epilogue", ()),
        (b"No boundary at all\r\n", "No boundary at all", ("bad_boundary",)),
        (b"", "", ()),
        (b"--CUT\r\nContent-Type: multipart/related; boundary=X\r\n\r\n--CUT--\r\n", "", ()),
        (
            b"--CUT\r\nContent-Type: multipart/mixed; boundary=CUT\r\n\r\n--CUT\r\n\r\none\r\n--CUT--\r\n--CUT--\r\n",
            "one",
            ("text_outside_parts",),
        ),
    ],
)
def test_multipart(body: bytes, text: str, defects: tuple[str, ...]) -> None:
    read = read_content(multipart("mp", body))
    assert (read.text, read.html, read.attachments, read.defects) == (text, "", (), defects)


def test_multipart_that_is_encoded_as_a_whole_is_read() -> None:
    body = base64.b64encode(b"--CUT\r\n\r\none\r\n--CUT--\r\n")
    assert read_content(multipart("mp", body, extra=b"Content-Transfer-Encoding: base64\r\n")).text == "one"


def test_equal_alternative_is_not_repeated() -> None:
    part = b"--CUT\r\n\r\none\r\n"
    assert (
        read_content(multipart("mp", part * 2 + b"--CUT\r\n\r\ntwo\r\n--CUT--", b"alternative")).text
        == "one\ntwo"
    )
    assert read_content(multipart("mp", part * 2 + b"--CUT--", b"mixed")).text == "one\none"


def test_text_of_an_enclosed_mail_is_read_and_of_an_attached_one_is_not() -> None:
    mail = b"From: cy@x.example\r\nSubject: inner\r\n\r\nThe inner text.\r\n"
    part = b"--CUT\r\nContent-Type: message/rfc822\r\n%b\r\n" + mail + b"--CUT--"
    assert read_content(multipart("mp", part % b"")).text == "The inner text."
    attached = read_content(multipart("mp", part % b"Content-Disposition: attachment; filename=mail.eml\r\n"))
    assert (attached.text, attached.attachments) == (
        "",
        (Attachment("mail.eml", "message/rfc822", len(mail) - 2),),
    )


def test_other_text_is_read_only_where_there_is_no_text() -> None:
    calendar = b"--CUT\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n"
    alone = read_content(multipart("mp", calendar + b"--CUT--"))
    assert (alone.text, alone.attachments) == ("BEGIN:VCALENDAR", (Attachment("", "text/calendar", 15),))
    beside = read_content(multipart("mp", b"--CUT\r\n\r\none\r\n" + calendar + b"--CUT--"))
    assert (beside.text, beside.attachments) == ("one", alone.attachments)


def test_many_parts_are_all_read() -> None:
    read = read_content(multipart("mp", b"--CUT\r\n\r\n.\r\n" * 50_000 + b"--CUT--"))
    assert (read.text.count("."), read.defects) == (50_000, ())


# Attachments


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b"filename=a.txt", "a.txt"),
        (b'filename="a b.txt"', "a b.txt"),
        (b'filename="a\\"b.txt"', 'a"b.txt'),
        (b'filename="=?utf-8?q?caf=C3=A9.txt?="', "café.txt"),
        (b"filename*=utf-8'fr'caf%C3%A9.txt", "café.txt"),
        (b"filename*=iso-8859-1''caf%E9.txt", "café.txt"),
        (b"filename*=caf%C3%A9.txt", "café.txt"),
        (b"filename*=hex''63", "63"),
        (b"filename*0=one-; filename*1=two-; filename*2=three", "one-two-three"),
        (b"filename*1=two; filename*0=one-", "one-two"),
        (b"filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.txt", "café.txt"),
        (b"filename*0*=utf-8''a; filename*2=c; filename*99999999999999999999=x; filename*-1=y", "a"),
        (b"filename*=%ZZ; filename=plain.txt", "plain.txt"),
        (b'filename="../../etc/passwd"', "etcpasswd"),
        (b'filename="..\\\\..\\\\evil\0.exe"', "evil.exe"),
        (b"filename*=utf-8''%E2%80%AEgpj.exe", "gpj.exe"),
        (b"filename*=utf-8''a%0D%0Ab", "ab"),
        (b'filename="' + b"x" * 500 + b'"', "x" * 200),
        (b"size=3", ""),
    ],
)
def test_attachment_name(disposition: bytes, name: str) -> None:
    headers = b"Content-Type: application/x-odd\r\nContent-Disposition: attachment; " + disposition + b"\r\n"
    assert content(headers, b"12345").attachments == (Attachment(name, "application/x-odd", 5),)


def test_attachment_name_of_many_sections() -> None:
    sections = b"; ".join(b"name*%d=a" % n for n in range(5000))
    read = content(b"Content-Type: application/x-odd; " + sections + b"\r\n", b"x")
    assert read.attachments == (Attachment("a" * 200, "application/x-odd", 1),)


def test_attached_text_is_described_only() -> None:
    read = content(b"Content-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n", b"secret")
    assert (read.text, read.attachments) == ("", (Attachment("a.txt", "text/plain", 6),))


def test_named_text_that_is_not_attached_is_read() -> None:
    assert content(b"Content-Type: text/plain; name=a.txt\r\n", b"one").text == "one"


def test_only_so_many_attachments_are_listed() -> None:
    part = b"--CUT\r\nContent-Type: application/x-odd\r\n\r\nx\r\n"
    read = read_content(multipart("mp", part * 1001 + b"--CUT--"))
    assert (len(read.attachments), read.defects) == (1000, ("many_attachments",))


# Too long


def test_text_and_html_are_clipped() -> None:
    read = read_content(
        multipart(
            "mp",
            b"--CUT\r\n\r\n" + LONG.encode() + b"\r\n--CUT\r\nContent-Type: text/html\r\n\r\n" + LONG.encode()
            + b"\r\n--CUT--",
        )
    )  # fmt: skip
    assert (len(read.text), len(read.html), read.defects) == (2_000_000, 2_000_000, ("clipped",))
