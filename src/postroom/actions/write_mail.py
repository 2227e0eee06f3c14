"""Write a mail that came in fields as the mail it describes (RFC 5322), to be read like any other.

The same fields always give the same bytes. Must not check fields (see ``mail_record``).
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from time import gmtime
from typing import Final, NamedTuple

_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WORD_CHARS: Final = 10
"""Of the text in one encoded word: at most 40 bytes, so that no line grows longer than 76 (RFC 2047, 2)."""
_MAX_LINE_CHARS: Final = 900

_PLAIN_NAME = re.compile(r"[A-Za-z0-9 '-]*")
_PLAIN_SUBJECT = re.compile(r"[ -~]*")


class Mailbox(NamedTuple):
    """A name, which may be empty, and a normalised address."""

    name: str
    address: str


class MailFields(NamedTuple):
    """A mail in fields. Texts of headers are one line each; Message-IDs have no brackets."""

    sender: Mailbox
    at: int
    """Unix seconds, of the years 1 to 9999."""
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """Further ones, in their order; none that the other fields say."""
    text: str = ""
    html: str = ""


def write_mail(mail: MailFields) -> bytes:
    """The mail as bytes."""
    lines = [f"From: {_mailbox(mail.sender)}"]
    for name, mailboxes in (("To", mail.to), ("Cc", mail.cc), ("Bcc", mail.bcc)):
        if mailboxes:
            lines.append(f"{name}: {_list(map(_mailbox, mailboxes), ',')}")
    lines.append(f"Date: {_date(mail.at)}")
    if mail.message_id:
        lines.append(f"Message-ID: <{mail.message_id}>")
    if mail.in_reply_to:
        lines.append(f"In-Reply-To: <{mail.in_reply_to}>")
    if mail.references:
        lines.append(f"References: {_list((f'<{id_}>' for id_ in mail.references), '')}")
    if mail.subject:
        lines.append(f"Subject: {_subject(mail.subject)}")
    lines += [f"{name}: {value}" for name, value in mail.headers]
    lines += ["MIME-Version: 1.0", _body(mail.text, mail.html)]
    return "\n".join(lines).encode()


def _list(items: Iterable[str], mark: str) -> str:
    """A header's items, one a line."""
    return f"{mark}\n ".join(items)


@lru_cache(maxsize=16_384)
def _mailbox(mailbox: Mailbox) -> str:
    name, address = mailbox
    if not name:
        return f"<{address}>"
    return f"{name if _PLAIN_NAME.fullmatch(name) else _encoded_words(name)} <{address}>"


def _subject(subject: str) -> str:
    plain = _PLAIN_SUBJECT.fullmatch(subject) and "=?" not in subject and len(subject) < _MAX_LINE_CHARS
    return subject if plain else _encoded_words(subject)


def _encoded_words(text: str) -> str:
    """``text`` as encoded words (RFC 2047), one a line; no character is split between two."""
    pieces = (text[at : at + _WORD_CHARS] for at in range(0, len(text), _WORD_CHARS))
    return _list((f"=?utf-8?b?{b2a_base64(p.encode(), newline=False).decode()}?=" for p in pieces), "")


def _date(at: int) -> str:
    days, seconds = divmod(at, 86_400)
    return f"{_day(days)} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02} +0000"


@lru_cache(maxsize=16_384)
def _day(days: int) -> str:
    t = gmtime(days * 86_400)
    return f"{t.tm_mday} {_MONTHS[t.tm_mon - 1]} {t.tm_year:04}"


def _body(text: str, html: str) -> str:
    """The headers that say what the body is, a blank line, the body."""
    if not html:
        return _part("plain", text)
    if not text:
        return _part("html", html)
    # Neither text has its own digest in it.
    boundary = blake2b(f"{text}\0{html}".encode(), digest_size=16).hexdigest()
    return (
        f'Content-Type: multipart/alternative; boundary="{boundary}"\n\n'
        f"--{boundary}\n{_part('plain', text)}\n"
        f"--{boundary}\n{_part('html', html)}\n"
        f"--{boundary}--\n"
    )


def _part(subtype: str, text: str) -> str:
    return f"Content-Type: text/{subtype}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"
