"""Lays out one mail of the demo as bytes: headers, text, quoted answer, HTML, attachment.

Pure, and the same bytes for the same letter. Must not know who exists or what is said (see ``mail``).
"""

from __future__ import annotations

import base64
import quopri
import textwrap
from datetime import UTC, datetime
from email.header import Header
from email.utils import formatdate
from html import escape
from typing import Final, NamedTuple

from postroom.demo.company import BLOCKED_DOMAIN, DOMAIN

_TYPES: Final = {"pdf": "application/pdf", "csv": "text/csv", "txt": "text/plain"}
_QUOTED_TURNS: Final = 3
"""So many earlier mails an answer quotes."""


class Correspondent(NamedTuple):
    """Somebody who writes or is written to."""

    name: str
    email: str
    company: str

    @property
    def first_name(self) -> str:
        """What they are called by."""
        return self.name.partition(" ")[0]

    @property
    def mailbox(self) -> str:
        """As it stands in an address header."""
        name = self.name if self.name.isascii() else Header(self.name, "utf-8").encode()
        return f"{name} <{self.email}>"


class Letter(NamedTuple):
    """One mail before it is laid out. ``number`` tells it from all others."""

    sender: Correspondent
    to: tuple[Correspondent, ...]
    subject: str
    text: str
    at: int
    """Unix seconds."""
    number: int
    cc: tuple[Correspondent, ...] = ()
    bcc: tuple[Correspondent, ...] = ()
    answers: Letter | None = None
    headers: tuple[tuple[str, str], ...] = ()
    has_html: bool = False
    attachment: str = ""

    @property
    def message_id(self) -> str:
        """With its angle brackets."""
        return f"<{self.at:x}.{self.number}@{self.sender.email.rpartition('@')[2]}>"

    @property
    def references(self) -> list[str]:
        """The Message-IDs of what it answers, oldest first."""
        return [] if self.answers is None else [*self.answers.references, self.answers.message_id]

    def envelope_of(self, is_senders: bool) -> bytes:
        """The header lines that one copy has and others have not: Bcc in Sent, Received elsewhere."""
        if is_senders:
            return _header("Bcc", ", ".join(who.mailbox for who in self.bcc)) if self.bcc else b""
        host = self.sender.email.rpartition("@")[2]
        when = formatdate(self.at + 2 + self.number % 40)
        return _header("Received", f"from mail.{host} by mx.{DOMAIN} with ESMTPS;\n {when}")


def signed(text: str, sender: Correspondent) -> str:
    """The text with its sender's name below, and the company where there is one."""
    return f"{text}\n\n{sender.first_name}\n\n-- \n{sender.name}" + (
        f"\n{sender.company}" if sender.company else ""
    )


def written(letter: Letter) -> bytes:
    """The mail's bytes, without the header lines of one copy (see ``Letter.envelope_of``)."""
    subject = f"Re: {letter.subject}" if letter.answers else letter.subject
    headers = [
        ("From", letter.sender.mailbox),
        ("To", ",\n ".join(who.mailbox for who in letter.to)),
        ("Cc", ",\n ".join(who.mailbox for who in letter.cc)),
        ("Subject", subject if subject.isascii() else Header(subject, "utf-8").encode()),
        ("Date", formatdate(letter.at)),
        ("Message-ID", letter.message_id),
        ("In-Reply-To", "".join(letter.references[-1:])),
        ("References", "\n ".join(letter.references)),
        *letter.headers,
        ("MIME-Version", "1.0"),
    ]
    head = b"".join(_header(name, value) for name, value in headers if value)
    return head + _body(letter)


def _header(name: str, value: str) -> bytes:
    return f"{name}: {value}\n".encode("ascii")


def _body(letter: Letter) -> bytes:
    part = _text_part("plain", _plain(letter))
    if letter.has_html:
        part = _multipart("alternative", letter.number, [part, _text_part("html", _html(letter))])
    if letter.attachment:
        part = _multipart("mixed", letter.number, [part, _attached(letter)])
    return part


def _text_part(subtype: str, text: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    return head.encode() + quopri.encodestring(text.encode()) + b"\n"


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
    head = (
        f'Content-Type: {_TYPES[ending]}; name="{letter.attachment}"\n'
        f'Content-Disposition: attachment; filename="{letter.attachment}"\n'
        "Content-Transfer-Encoding: base64\n\n"
    )
    return head.encode() + base64.encodebytes(content.encode())


def _plain(letter: Letter, depth: int = 0) -> str:
    text = "\n".join(
        line
        for paragraph in letter.text.split("\n")
        for line in textwrap.wrap(paragraph, 72, drop_whitespace=paragraph != "-- ") or [""]
    )
    if letter.answers is None or depth == _QUOTED_TURNS:
        return text
    before = _plain(letter.answers, depth + 1)
    quoted = "\n".join(">" + line if line.startswith(">") else f"> {line}" for line in before.split("\n"))
    return f"{text}\n\n{_wrote(letter.answers)}\n{quoted}"


def _html(letter: Letter) -> str:
    paragraphs = "\n".join(
        f"<p>{escape(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in letter.text.split("\n\n")
    )
    quoted = ""
    if letter.answers is not None:
        before = escape(letter.answers.text).replace("\n", "<br>\n")
        quoted = f'<div>{escape(_wrote(letter.answers))}</div>\n<blockquote type="cite">{before}</blockquote>'
    # Remote, as in so many signatures: pages must not load it.
    logo = f'<img src="https://www.{letter.sender.email.rpartition("@")[2]}/logo.png" alt="" width="120">'
    return f"<html><body>\n{paragraphs}\n{logo}\n{quoted}\n</body></html>"


def _wrote(letter: Letter) -> str:
    when = datetime.fromtimestamp(letter.at, UTC)
    return f"On {when:%a, %d %b %Y at %H:%M}, {letter.sender.name} wrote:"


def odd_mails(reader: Correspondent, at: int) -> list[bytes]:
    """Mails to ``reader`` such as real mailboxes have: broken, but mostly readable."""
    date = formatdate(at)

    def mail(sender: str, subject: str, more: str, text: bytes, date: str = date) -> bytes:
        received = f"from relay.example by mx.{DOMAIN};\n {formatdate(at)}"
        head = (
            f"Received: {received}\nFrom: {sender}\nTo: {reader.mailbox}\nSubject: {subject}\nDate: {date}\n"
        )
        return f"{head}{more}\n".encode() + text

    return [
        mail(
            # Two readings: an address stands where a name should, and the one in brackets is another.
            "billing@parcel-tracking.example <greta@alder-bakeries.example>",
            "Your open invoice",
            "Message-ID: <odd-1@parcel-tracking.example>\n",
            b"Please pay the open invoice today. Greta knows about it.\n",
        ),
        mail(
            "Helen Dunmore <helen@dunmore.example>",
            "Clock of the kitchen printer",
            "Message-ID: <odd-2@dunmore.example>\n",
            b"This comes from the printer in the kitchen, whose clock is broken. The tours print fine.\n",
            date="Thu, 41 Foo 2041 25:61:00 +9900",
        ),
        mail(
            "Marc Dubois <marc.dubois@fennel.example>",
            "Menu",
            "Message-ID: <odd-3@fennel.example>\nContent-Type: text/plain; charset=x-till-roll\n",
            "Cr\u00e8me br\u00fbl\u00e9e, deux fois, au d\u00e9p\u00f4t.\n".encode("latin-1"),
        ),
        mail(
            "Rui Marques <rui@copperfield-freight.example>",
            "Scanner",
            "",
            b"From the scanner at the gate, which gives its mails no number.\n",
        ),
        mail(f"chad@{BLOCKED_DOMAIN}", "", "Message-ID: <odd-5@x>\n", b""),
        b"\x00\x01\x02\x03 this file is no mail \xff\xfe\n",
    ]
