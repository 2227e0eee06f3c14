"""Lays out a mail of the demo as bytes, in the manner of its sender's mail program.

``web``: text and HTML with a quotation in a block; ``office``: HTML with a table for a signature and the header of
what is answered; ``plain``: text, UTF-8; ``classic``: text, ISO-8859-1 where that suffices; ``phone``: short.
Pure, and the same bytes for the same letter. Must not know who exists or what is said.
"""

from __future__ import annotations

import base64
import quopri
from datetime import timedelta
from email.header import Header
from email.utils import format_datetime
from typing import Final

from postroom.demo.colleagues import DOMAIN
from postroom.demo.html import html_of
from postroom.demo.letter import Letter
from postroom.demo.quoting import plain_of

_TYPES: Final = {"pdf": "application/pdf", "csv": "text/csv", "txt": "text/plain"}
_ANSWER: Final = {"web": "Re", "plain": "Re", "classic": "Re", "phone": "Re", "office": "RE"}
_FORWARD: Final = {"web": "Fwd", "plain": "Fwd", "classic": "Fwd", "phone": "Fwd", "office": "FW"}
_WITH_HTML: Final = ("web", "office")


def written(letter: Letter) -> bytes:
    """The mail's bytes, without the header lines of one copy (see ``lines_of_copy``)."""
    subject = _subject(letter)
    headers = [
        ("From", letter.sender.mailbox),
        ("To", ",\n ".join(who.mailbox for who in letter.to)),
        ("Cc", ",\n ".join(who.mailbox for who in letter.cc)),
        ("Subject", subject if subject.isascii() else Header(subject, "utf-8").encode()),
        ("Date", format_datetime(letter.at)),
        ("Message-ID", letter.message_id),
        ("In-Reply-To", "".join(letter.references[-1:])),
        ("References", "\n ".join(letter.references)),
        *letter.headers,
        ("MIME-Version", "1.0"),
    ]
    return b"".join(_header(name, value) for name, value in headers if value) + _body(letter)


def lines_of_copy(letter: Letter, is_senders: bool) -> bytes:
    """The header lines that one copy has and others have not: Bcc in Sent, Received elsewhere."""
    if is_senders:
        return _header("Bcc", ", ".join(who.mailbox for who in letter.bcc)) if letter.bcc else b""
    when = format_datetime(letter.at + timedelta(seconds=2 + letter.number % 40))
    return _header("Received", f"from mail.{letter.sender.domain} by mx.{DOMAIN} with ESMTPS;\n {when}")


def _subject(letter: Letter) -> str:
    if letter.answers is None:
        return letter.subject
    prefix = (_FORWARD if letter.is_forwarded else _ANSWER)[letter.sender.program]
    return f"{prefix}: {letter.subject}"


def _header(name: str, value: str) -> bytes:
    return f"{name}: {value}\n".encode("ascii")


def _body(letter: Letter) -> bytes:
    part = _text_part("plain", plain_of(letter), letter.sender.program)
    if letter.html or letter.sender.program in _WITH_HTML:
        html = letter.html or html_of(letter)
        part = _multipart(
            "alternative", letter.number, [part, _text_part("html", html, letter.sender.program)]
        )
    if letter.attachment:
        part = _multipart("mixed", letter.number, [part, _attached(letter)])
    return part


def _text_part(subtype: str, text: str, program: str) -> bytes:
    """Encode as the program does: in base64, as it is, in an older charset, or quoted-printable."""
    raw, charset, encoding = text.encode(), "utf-8", "quoted-printable"
    if program == "office" and subtype == "html":
        encoding, raw = "base64", base64.encodebytes(raw)
    elif program == "plain":
        encoding = "7bit" if text.isascii() else "8bit"
    else:
        if program == "classic":
            raw, charset = _in_latin(text)
        raw = quopri.encodestring(raw)
    head = f"Content-Type: text/{subtype}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    return head.encode() + raw + b"\n"


def _in_latin(text: str) -> tuple[bytes, str]:
    try:
        return text.encode("iso-8859-1"), "iso-8859-1"
    except UnicodeEncodeError:
        return text.encode(), "utf-8"


def _multipart(subtype: str, number: int, parts: list[bytes]) -> bytes:
    boundary = f"=_{subtype}_{number}"
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n'
    lines = [f"--{boundary}\n".encode() + part for part in parts]
    return head.encode() + b"\n".join(lines) + f"\n--{boundary}--\n".encode()


def _attached(letter: Letter) -> bytes:
    ending = letter.attachment.rpartition(".")[2]
    content = f"{letter.attachment}\n{letter.subject}\n" * (10 + letter.number % 50)
    if ending == "pdf":
        content = f"%PDF-1.4\n% {content}"
    name = letter.attachment if letter.attachment.isascii() else Header(letter.attachment, "utf-8").encode()
    head = (
        f'Content-Type: {_TYPES[ending]}; name="{name}"\n'
        f'Content-Disposition: attachment; filename="{name}"\n'
        "Content-Transfer-Encoding: base64\n\n"
    )
    return head.encode() + base64.encodebytes(content.encode())
