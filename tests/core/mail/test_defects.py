"""Every defect has its sentence and its mail, and no other is ever named."""

import pytest
from hostile import a_mail, hostile_mails, multipart

from postroom.core.mail.defects import DEFECTS
from postroom.core.mail.mime import read_content
from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import UnreadableMail

BLOCK = a_mail("one")
MAILS = {
    "bare_cr": BLOCK.replace(b"\r\n", b"\r"),
    "byte_order_mark": b"\xef\xbb\xbf" + BLOCK,
    "leading_blank": b"\r\n" + BLOCK,
    "mbox_from_line": b"From ann Tue Mar  3 09:30:00 2026\r\n" + BLOCK,
    "line_without_colon": a_mail("one", b"no header\r\nTo: cy@x.example\r\n"),
    "no_blank_line": a_mail("one", b"no header\r\n"),
    "duplicate_header": a_mail("one", b"To: cy@x.example\r\n"),
    "missing_from": b"To: cy@x.example\r\n\r\n",
    "second_from": a_mail("one", b"From: eve@z.example\r\n"),
    "malformed_address": a_mail("one", b"Cc: <cy@x.example\r\n"),
    "bad_address": a_mail("one", b"Cc: <cy>\r\n"),
    "missing_date": b"From: cy@x.example\r\n\r\n",
    "bad_date": b"From: cy@x.example\r\nDate: never\r\n\r\n",
    "bad_received": a_mail("one", b"Received: never\r\n"),
    "bad_message_id": b"From: cy@x.example\r\nMessage-ID: one\r\n\r\n",
    "long_message_id": a_mail("x" * 1000),
    "many_references": a_mail(
        "one", b"References: " + b" ".join(b"<%d@x>" % n for n in range(102)) + b"\r\n"
    ),
    "unknown_charset": a_mail("one", b"Content-Type: text/plain; charset=none\r\n", b"\xe9"),
    "bad_charset": a_mail("one", b"", b"\xe9"),
    "bad_base64": a_mail("one", b"Content-Transfer-Encoding: base64\r\n", b"!"),
    "bad_content_type": a_mail("one", b"Content-Type: text\r\n"),
    "bad_boundary": multipart("one", b"one"),
    "missing_close": multipart("one", b"--CUT\r\n\r\none"),
    "part_without_headers": multipart("one", b"--CUT\r\none\r\n--CUT--"),
    "text_outside_parts": multipart("one", b"before\r\n--CUT\r\n\r\none\r\n--CUT--"),
    "unknown_encoding": a_mail("one", b"Content-Transfer-Encoding: none-such\r\n"),
    "replaced_characters": a_mail("one", b"", b"\0"),
    "clipped": a_mail("one", b"", b"x" * 2_000_001),
    "many_attachments": multipart("one", b"--CUT\r\nContent-Type: a/b\r\n\r\n\r\n" * 1001 + b"--CUT--"),
}


def defects_of(raw: bytes) -> set[str]:
    """All defects of a mail, of its headers and of its content."""
    defects: set[str] = set()
    for read in (read_envelope, read_content):
        try:
            defects.update(read(raw).defects)
        except UnreadableMail:
            continue
    return defects


def test_every_defect_has_a_mail_here() -> None:
    assert set(MAILS) == set(DEFECTS)


@pytest.mark.parametrize("name", MAILS)
def test_defect_is_found(name: str) -> None:
    # Some cannot come alone.
    beside = {"second_from": {"duplicate_header"}, "bad_address": {"malformed_address"}}
    beside |= {"long_message_id": {"bad_message_id"}, "missing_from": {"missing_date"}}
    beside |= {"bad_message_id": {"missing_date"}, "line_without_colon": {"duplicate_header"}}
    assert defects_of(MAILS[name]) == {name} | beside.get(name, set())


def test_sound_mail_has_no_defect() -> None:
    assert defects_of(BLOCK) == set()


def test_no_hostile_mail_has_a_defect_without_a_sentence() -> None:
    found: set[str] = set()
    for _, raw in hostile_mails():
        found |= defects_of(raw)
    assert found - set(DEFECTS) == set()


def test_defects_are_sentences() -> None:
    assert [s for s in DEFECTS.values() if not (s[0].isupper() and s.endswith("."))] == []
