"""A header block of what Graph says of a mail.

Graph shows the headers of mail that came by SMTP, at times without From, To and Cc. Of mail that was sent from the
mailbox it shows none, or only those beginning with ``X-``. What is missing is written from the properties, two of them
Exchange's own (MAPI): they say what a sent mail answers. The same mail gives always the same bytes.
No text of somebody else's can begin a header: line ends are folded, and an address that is none is written as a name.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

from postroom.providers.graph.times import seconds_of

QUERY: Final = (
    "?$select=internetMessageHeaders,internetMessageId,from,sender,toRecipients,ccRecipients,bccRecipients,replyTo,"
    "subject,sentDateTime,receivedDateTime,isDraft,parentFolderId"
    "&$expand=singleValueExtendedProperties($filter=id%20eq%20'String%200x1042'%20or%20id%20eq%20'String%200x1039')"
)
"""Asks for the properties that a head is made of."""

_MAPI: Final = (("In-Reply-To", 0x1042), ("References", 0x1039))
_PEOPLE: Final = (
    ("From", "from"),
    ("Reply-To", "replyTo"),
    ("To", "toRecipients"),
    ("Cc", "ccRecipients"),
    ("Bcc", "bccRecipients"),
)
_NAME = re.compile(r"[!-9;-~]{1,200}", re.ASCII)
_LINE_ENDS = re.compile(r"[\r\n]+[ \t]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_PLAIN = re.compile(r"[ -~]*", re.ASCII)
_ADDRESS = re.compile(
    r"(?:\"(?:[^\"\\\x00-\x1f\x7f]|\\[ -~])*\"|[^\s\x00-\x1f\x7f<>@,;:\"()\[\]\\]+)@[^\s\x00-\x1f\x7f<>@,;:\"()\\]+"
)
_BYTES_IN_WORD: Final = 45
"""An encoded word has 75 characters at most (RFC 2047)."""


def header_block(message: Mapping[str, Any]) -> bytes:
    """The header block, with CRLF and an empty line at its end."""
    lines = list(_given(message.get("internetMessageHeaders")))
    names = {line.partition(":")[0].lower() for line in lines}
    lines += [line for line in _written(message) if line.partition(":")[0].lower() not in names]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("utf-8", "replace")


def _given(headers: object) -> Iterator[str]:
    """The headers that Graph shows, in their order."""
    for header in headers if isinstance(headers, list) else ():
        name, value = header.get("name"), header.get("value")
        if isinstance(name, str) and isinstance(value, str) and _NAME.fullmatch(name):
            yield f"{name}: {_LINE_ENDS.sub(chr(13) + chr(10) + ' ', value.strip())}"


def _written(message: Mapping[str, Any]) -> Iterator[str]:
    """The headers that rules need, from the properties."""
    for name, key in _PEOPLE:
        value = message.get(key)
        people = value if isinstance(value, list) else [value]
        written = [text for text in map(_mailbox, people) if text]
        if not written and key == "from":
            written = [text for text in [_mailbox(message.get("sender"))] if text]
        if written:
            yield f"{name}: {(',' + chr(13) + chr(10) + ' ').join(written)}"
    at = seconds_of(message.get("sentDateTime"))
    if at is not None:
        yield f"Date: {format_datetime(datetime.fromtimestamp(at, UTC))}"
    message_id = message.get("internetMessageId")
    if isinstance(message_id, str) and message_id:
        yield f"Message-ID: {_CONTROL.sub('', message_id)}"
    for name, tag in _MAPI:
        yield from (f"{name}: {' '.join(text.split())}" for text in _extended(message, tag))
    subject = message.get("subject")
    if isinstance(subject, str) and subject:
        yield f"Subject: {_words(subject)}"


def _extended(message: Mapping[str, Any], tag: int) -> Iterator[str]:
    """The text of one of Exchange's own properties, named as in ``String 0x1042``; none where it is not set."""
    properties = message.get("singleValueExtendedProperties")
    for each in properties if isinstance(properties, list) else ():
        kind, _, number = str(each.get("id")).partition(" 0x")
        value = each.get("value")
        if kind == "String" and number.lower() == f"{tag:x}" and isinstance(value, str) and value.strip():
            yield value


def _mailbox(person: object) -> str:
    """A person as a header writes it; empty where nobody is named."""
    said = person.get("emailAddress") if isinstance(person, dict) else None
    if not isinstance(said, dict):
        return ""
    name, address = (
        value if isinstance(value, str) else "" for value in (said.get("name"), said.get("address"))
    )
    if not _ADDRESS.fullmatch(address):
        return _phrase(f"{name} {address}".strip())
    return f"{_phrase(name)} <{address}>" if name and name != address else f"<{address}>"


def _phrase(name: str) -> str:
    """A display name: quoted, or in encoded words."""
    if not name or "=?" in name or not _PLAIN.fullmatch(name):
        return _words(name)
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(text: str) -> str:
    """Text of a header, in encoded words where it is not plain ASCII (RFC 2047)."""
    if _PLAIN.fullmatch(text) and "=?" not in text:
        return text
    words, word = [], b""
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(word) + len(encoded) > _BYTES_IN_WORD:
            words.append(word)
            word = b""
        word += encoded
    return "\r\n ".join(f"=?utf-8?b?{b64encode(part).decode()}?=" for part in [*words, word])
