"""Read the envelope of a mail: its headers, tolerantly and fast. Standard library only; nothing is ever guessed.

The rules, which do not change:

- **Which header wins.** To, Cc and Bcc that occur several times are joined. Of From, Date, Message-ID and
  Received the first (topmost) wins, of References and In-Reply-To all count. Resent-* is ignored.
- **Two readings (C0).** A well-formed address header has one reading. A malformed one also has the reading that
  another program would see (``second_reading``); a second From that names somebody else has the last From as its other
  reading. ``Envelope.alternative`` is there only where both readings name different people.
- **The header block digest**, for a mail without Message-ID: BLAKE2b of From, To, Cc, Date, Subject, In-Reply-To and
  References, blanks folded, in this order. Received, Return-Path, Delivered-To, Bcc and X-* differ between copies of the
  same mail, so they are left out.
- **What is no mail** raises ``UnreadableMail``: ``empty``, ``no_headers``, ``too_many_recipients``. Everything
  else gives an envelope, with what was wrong in ``defects``.

Must not read the body (see ``mime``) and must not keep the subject (F2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from postroom.core.address import ALabel, domain_of, normalise_address, stdlib_a_label
from postroom.core.address_list import Mailbox, read_addresses
from postroom.core.charsets import decode
from postroom.core.defects import DEFECTS
from postroom.core.header_block import ENVELOPE_HEADERS, Headers, header_block, names_anything, pick
from postroom.core.mail_date import read_date
from postroom.core.message import Envelope, Participant, UnreadableMail
from postroom.core.message_ids import read_message_id, read_references
from postroom.core.second_reading import second_reading

__all__ = ["DEFECTS", "MAX_RECIPIENTS", "header_text", "read_envelope"]

MAX_RECIPIENTS: Final = 20_000

_FOLD = re.compile(rb"\n[ \t]*+")
_RECIPIENT_ROLES: Final = ((b"to", "to"), (b"cc", "cc"), (b"bcc", "bcc"))
_IDENTIFYING: Final = (b"from", b"to", b"cc", b"date", b"subject", b"in-reply-to", b"references")
_ONCE: Final = (
    b"from", b"to", b"cc", b"bcc", b"date", b"message-id", b"subject", b"in-reply-to", b"references",
)  # fmt: skip
"""Headers that may occur once (RFC 5322, 3.6)."""
_NO_REPLY: Final = frozenset({"no-reply", "noreply", "do-not-reply", "donotreply", "mailer-daemon"})
_BULK: Final = frozenset({"bulk", "junk", "list"})


def read_envelope(raw: bytes, *, a_label: ALabel = stdlib_a_label) -> Envelope:
    """Read what rules may see of a mail. Raises ``UnreadableMail`` where the bytes are none."""
    block = header_block(raw)
    headers = pick(ENVELOPE_HEADERS, block.lines)
    if not headers and not names_anything(block):
        raise UnreadableMail("no_headers" if raw.strip(b"\xef\xbb\xbf \t\r\n") else "empty")
    defects = set(block.defects)
    if any(len(headers[name]) > 1 for name in _ONCE if name in headers):
        defects.add("duplicate_header")
    people = _People(headers, a_label, defects)
    message_id = _message_id(headers, defects)
    return Envelope(
        message_id=message_id,
        date=_date(headers, defects),
        received_at=_received_at(headers, defects),
        participants=people.participants,
        alternative=people.alternative,
        references=_references(headers, defects),
        flags=_flags(headers, people.participants),
        defects=tuple(sorted(defects)),
        header_block=b"" if message_id else _digest(headers),
    )


def header_text(value: bytes) -> str:
    """Unfold a raw header value and decode its bytes; encoded words stay."""
    if b"\n" in value:
        value = _FOLD.sub(b" ", value)
    return decode(value.strip())


def _texts(headers: Headers, name: bytes) -> list[str]:
    return [header_text(value) for value in headers.get(name, ())]


class _People:
    """The participants of a mail, in both readings."""

    def __init__(self, headers: Headers, a_label: ALabel, defects: set[str]) -> None:
        self._a_label = a_label
        self._defects = defects
        self._first: dict[tuple[str, str], Participant] = {}
        self._second: dict[tuple[str, str], Participant] = {}
        self._differs = False
        self._recipients = 0
        self._read_from(_texts(headers, b"from"))
        for name, role in _RECIPIENT_ROLES:
            for value in headers.get(name, ()):
                self._read_recipients(role, header_text(value))
        self.participants = tuple(self._first.values())
        self.alternative = tuple(self._second.values()) if self._has_alternative() else None

    def _has_alternative(self) -> bool:
        return self._differs and self._first.keys() != self._second.keys()

    def _read_from(self, texts: list[str]) -> None:
        if texts:
            self._read("from", texts[0])
        if not self._first:
            self._defects.add("missing_from")
        if len(texts) > 1:
            self._read_last_from(texts[-1])

    def _read_last_from(self, text: str) -> None:
        """Let the last of several From headers be the other reading, where it names somebody else."""
        last: dict[tuple[str, str], Participant] = {}
        self._add(last, "from", read_addresses(text).mailboxes)
        if last.keys() != self._first.keys():
            self._defects.add("second_from")
            self._differs = True
            self._second = last

    def _read_recipients(self, role: str, text: str) -> None:
        self._recipients += self._read(role, text)
        if self._recipients > MAX_RECIPIENTS:
            raise UnreadableMail("too_many_recipients")

    def _read(self, role: str, text: str) -> int:
        """Read one address header into both readings; count its addresses."""
        mailboxes, malformed = read_addresses(text)
        if malformed and not self._differs:
            # Up to here both readings were the same.
            self._differs = True
            self._second = dict(self._first)
        if not self._add(self._first, role, mailboxes):
            self._defects.add("bad_address")
        if malformed:
            self._defects.add("malformed_address")
            self._add(self._second, role, second_reading(text))
        elif self._differs:
            self._add(self._second, role, mailboxes)
        return len(mailboxes)

    def _add(
        self, reading: dict[tuple[str, str], Participant], role: str, mailboxes: Iterable[Mailbox]
    ) -> bool:
        """Add to a reading who is not yet in it in that role; say whether all were addresses."""
        sound = True
        for name, text in mailboxes:
            found = _normalised(text, self._a_label)
            if found is None:
                sound = False
            elif (role, found[0]) not in reading:
                reading[role, found[0]] = Participant(role, *found, name)
        return sound


@lru_cache(maxsize=65536)
def _normalised(text: str, a_label: ALabel) -> tuple[str, str] | None:
    """Normalise an address; its domain comes with it. Quotes that a local part does not need go."""
    address = normalise_address(text, a_label)
    if address is None:
        return None
    local, _, domain = address.rpartition("@")
    if local[:1] == '"':
        unquoted = normalise_address(f"{local[1:-1]}@{domain}", a_label)
        address = address if unquoted is None or unquoted.count("@") > 1 else unquoted
    elif "@" in local:
        return None
    return address, domain_of(address)


def _message_id(headers: Headers, defects: set[str]) -> str:
    values = headers.get(b"message-id")
    if not values:
        return ""
    message_id, wrong = read_message_id(header_text(values[0]))
    defects.update(wrong)
    return message_id


def _date(headers: Headers, defects: set[str]) -> int | None:
    values = headers.get(b"date")
    if not values:
        defects.add("missing_date")
        return None
    at = read_date(header_text(values[0]))
    if at is None:
        defects.add("bad_date")
    return at


def _received_at(headers: Headers, defects: set[str]) -> int | None:
    """Read when the last server took the mail: what follows the last semicolon of the topmost Received."""
    values = headers.get(b"received")
    if not values:
        return None
    _, mark, time = values[0].rpartition(b";")
    at = read_date(header_text(time)) if mark else None
    if at is None:
        defects.add("bad_received")
    return at


def _references(headers: Headers, defects: set[str]) -> tuple[str, ...]:
    if b"references" not in headers and b"in-reply-to" not in headers:
        return ()
    references, more = read_references(_texts(headers, b"references"), _texts(headers, b"in-reply-to"))
    if more:
        defects.add("many_references")
    return references


def _flags(headers: Headers, participants: tuple[Participant, ...]) -> tuple[str, ...]:
    """Find the marks of automatic mail, sorted."""
    flags = []
    if _word(headers, b"auto-submitted") not in ("", "no"):
        flags.append("auto_submitted")
    if _word(headers, b"precedence") in _BULK:
        flags.append("bulk")
    if (
        _word(headers, b"content-type") == "text/calendar"
        or _whole(headers, b"content-class") == "urn:content-classes:calendarmessage"
    ):
        flags.append("calendar")
    if b"list-id" in headers or b"list-unsubscribe" in headers:
        flags.append("list")
    if _is_no_reply(headers, participants):
        flags.append("no_reply")
    return tuple(flags)


def _is_no_reply(headers: Headers, participants: tuple[Participant, ...]) -> bool:
    """Say whether nobody would read an answer."""
    if _whole(headers, b"return-path") == "<>":
        return True
    for participant in participants:
        if participant.role == "from" and participant.address.rpartition("@")[0] in _NO_REPLY:
            return True
    return False


def _whole(headers: Headers, name: bytes) -> str:
    """The first value of a header, lower case, without blanks."""
    values = headers.get(name)
    return "".join(header_text(values[0]).lower().split()) if values else ""


def _word(headers: Headers, name: bytes) -> str:
    """The first value of a header up to its parameters or a comment."""
    return _whole(headers, name).partition(";")[0].partition("(")[0]


def _digest(headers: Headers) -> bytes:
    """Digest what identifies a mail that has no Message-ID."""
    digest = blake2b(digest_size=16)
    for name in _IDENTIFYING:
        for value in headers.get(name, ()):
            digest.update(name + b":" + b" ".join(value.split()) + b"\n")
    return digest.digest()
