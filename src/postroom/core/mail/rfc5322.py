"""Read the envelope of a mail: its headers, tolerantly and fast. Standard library only; nothing is guessed.

The rules, which do not change:

- **Which header wins.** To, Cc and Bcc that occur several times are joined. Of From, Date, Message-ID,
  Subject and Received the first (topmost) wins; of References and In-Reply-To all count. Resent-* is ignored.
- **Two readings (C0).** A well-formed address header has one reading. A malformed one also has the reading
  that another program would see (``second_reading``); where a second From names somebody else, the other
  reading has the last From. ``Envelope.alternative`` is there only where both name different people.
- **The header block digest**, for a mail without Message-ID: BLAKE2b of From, To, Cc, Date, Subject,
  In-Reply-To and References in this order, blanks folded. Received, Return-Path, Delivered-To, Bcc and X-*
  differ between copies of the same mail, so they are left out.
- **What is no mail** raises ``UnreadableMail``: ``empty``, ``no_headers`` (not one header that mail has),
  ``too_many_recipients``. Everything else gives an envelope, with what was wrong in ``defects``.

Must not read the body (see ``mime``) and must not keep the subject (F2).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from postroom.core.address import ALabel, stdlib_a_label
from postroom.core.mail.header_block import ENVELOPE_HEADERS, Headers, mail_header_block, pick
from postroom.core.mail.header_text import header_text
from postroom.core.mail.mail_date import read_date
from postroom.core.mail.message_ids import read_message_id, read_references
from postroom.core.mail.participants import Participants
from postroom.core.message import Envelope, Participant

_IDENTIFYING: Final = (b"from", b"to", b"cc", b"date", b"subject", b"in-reply-to", b"references")
_ONCE: Final = frozenset((*_IDENTIFYING, b"bcc", b"message-id"))
"""Headers that may occur once (RFC 5322, 3.6)."""
_NO_REPLY: Final = frozenset({"no-reply", "noreply", "do-not-reply", "donotreply", "mailer-daemon"})
_BULK: Final = frozenset({"bulk", "junk", "list"})


def read_envelope(raw: bytes, *, a_label: ALabel = stdlib_a_label) -> Envelope:
    """Read what rules may see of a mail. Raises ``UnreadableMail`` where the bytes are none."""
    block = mail_header_block(raw)
    headers = pick(ENVELOPE_HEADERS, block.lines)
    defects = set(block.defects)
    for name, values in headers.items():
        if len(values) > 1 and name in _ONCE:
            defects.add("duplicate_header")
    people = Participants(headers, a_label, defects)
    message_id = _message_id(headers, defects)
    return Envelope(
        message_id,
        _date(headers, defects),
        _received_at(headers, defects),
        people.agreed,
        people.alternative,
        _references(headers, defects),
        _flags(headers, people.agreed),
        tuple(sorted(defects)),
        b"" if message_id else _digest(headers),
    )


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
    references, in_reply_to = headers.get(b"references", []), headers.get(b"in-reply-to", [])
    if not references and not in_reply_to:
        return ()
    ids, more = read_references(map(header_text, references), map(header_text, in_reply_to))
    if more:
        defects.add("many_references")
    return ids


def _flags(headers: Headers, participants: tuple[Participant, ...]) -> tuple[str, ...]:
    """Find the marks of automatic mail, sorted."""
    flags = []
    if b"auto-submitted" in headers and _word(headers[b"auto-submitted"][0]) not in ("", "no"):
        flags.append("auto_submitted")
    if b"precedence" in headers and _word(headers[b"precedence"][0]) in _BULK:
        flags.append("bulk")
    if _is_calendar(headers):
        flags.append("calendar")
    if b"list-id" in headers or b"list-unsubscribe" in headers:
        flags.append("list")
    if _is_no_reply(headers, participants):
        flags.append("no_reply")
    return tuple(flags)


def _is_calendar(headers: Headers) -> bool:
    """Say whether the mail as a whole is an invitation or an answer to one."""
    for value in headers.get(b"content-type", ())[:1]:
        if b"calendar" in value.lower() and _word(value) == "text/calendar":
            return True
    for value in headers.get(b"content-class", ())[:1]:
        return _word(value) == "urn:content-classes:calendarmessage"
    return False


def _is_no_reply(headers: Headers, participants: tuple[Participant, ...]) -> bool:
    """Say whether nobody would read an answer: a null return path, or a sender that says so."""
    for value in headers.get(b"return-path", ())[:1]:
        if _word(value) == "<>":
            return True
    return any(p.role == "from" and p.address[: -len(p.domain) - 1] in _NO_REPLY for p in participants)


def _word(value: bytes) -> str:
    """Fold a raw header value, up to its parameters or a comment: lower case, without blanks."""
    text = header_text(value).lower().partition(";")[0].partition("(")[0]
    return "".join(text.split())


def _digest(headers: Headers) -> bytes:
    """Digest what identifies a mail that has no Message-ID."""
    digest = blake2b(digest_size=16)
    for name in _IDENTIFYING:
        for value in headers.get(name, ()):
            digest.update(name + b":" + b" ".join(value.split()) + b"\n")
    return digest.digest()
