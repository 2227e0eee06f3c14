"""Read an address header: who is named, and whether the header is well formed (RFC 5322, 3.4).

A well-formed header has one reading, and a quoted name or a comment in it is never an address. What is
malformed is read as well as it can be, and said to be malformed: then ``second_reading`` says what others
would see (C0). Linear and without recursion. Must not normalise addresses (see ``address``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from postroom.core.mail.careful_addresses import MAX_MAILBOXES, AddressList, CarefulReading
from postroom.core.mail.mailbox_text import ATOM, Mailbox, clean_name

__all__ = ["AddressList", "Mailbox", "read_addresses"]

# The ordinary forms, all well formed: "Name" <a@b>, Name <a@b>, a@b, a@b (Name); and empty elements.
_ORDINARY = re.compile(
    rf'[ \t]*+(?:(?:"((?:[^"\\]|\\.)*+)"|((?:{ATOM}++[ \t]*+)*+))[ \t]*+<({ATOM}++@{ATOM}++)>'
    rf"|({ATOM}++@{ATOM}++)(?:[ \t]*+\(([^()\\]*+)\))?|)[ \t]*+(?:,|\Z)"
)


def read_addresses(text: str) -> AddressList:
    """Read the unfolded value of an address header. Never raises."""
    return _read_cached(text) if len(text) < 200 else _read(text)


def _read(text: str) -> AddressList:
    mailboxes: list[Mailbox] = []
    at, length = 0, len(text)
    while at < length and len(mailboxes) < MAX_MAILBOXES:
        ordinary = _ORDINARY.match(text, at)
        if ordinary is None:
            return CarefulReading(text, at, mailboxes).result()
        quoted, phrase, angle, bare, comment = ordinary.groups()
        if angle:
            mailboxes.append(Mailbox(clean_name(phrase if quoted is None else quoted), angle))
        elif bare:
            mailboxes.append(Mailbox(clean_name(comment) if comment else "", bare))
        at = ordinary.end()
    return AddressList(tuple(mailboxes), malformed=False)


_read_cached = lru_cache(maxsize=4096)(_read)
