"""What an uploaded mail says, in fields or whole (K11)."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import Any, Final

from postroom.actions.item_record import (
    MAX_PEOPLE,
    ReadItem,
    address,
    item_id,
    item_moment,
    line,
    words,
)
from postroom.actions.record import Record, each, text
from postroom.actions.rejection import Rejected
from postroom.actions.write_mail import Mailbox, MailFields, write_mail
from postroom.core.address import MAX_ADDRESS_CHARS
from postroom.core.mail.header_block import ENVELOPE_HEADERS, mail_header_block, pick
from postroom.core.mail.header_text import header_text
from postroom.core.mail.mail_date import read_date
from postroom.core.mail.message_ids import MAX_ID_CHARS as MAX_MESSAGE_ID_CHARS
from postroom.core.message import LABEL_ROLES, UnreadableMail, time_of
from postroom.core.upload import UploadedMail

_IN_FIELDS: Final = (
    "from", "date", "to", "cc", "bcc", "message_id", "in_reply_to", "references", "subject", "text", "html", "headers",
)  # fmt: skip
"""What a raw mail says itself."""
_MAILBOX_FIELDS: Final = frozenset(("email", "name"))
FIELDS: Final = ("id", "user", "folder", *_IN_FIELDS, "raw")
_KNOWN_FIELDS: Final = frozenset(FIELDS)
MAX_RAW_BYTES: Final = 35 * 1024 * 1024
MAX_LABEL_CHARS: Final = 200
_SEARCHED_FOR_DATE: Final = 65_536
_MAX_HEADERS: Final = 500
_MAX_NAME_CHARS: Final = 200
_MAX_SUBJECT_CHARS: Final = 2_000
_MAX_VALUE_CHARS: Final = 10_000

_SAID_BY_FIELDS: Final = frozenset(
    {"from", "to", "cc", "bcc", "date", "message-id", "in-reply-to", "references", "subject", "mime-version"}
)
_CALENDAR: Final = ("Content-Class", "urn:content-classes:calendarmessage")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
_NOT_IN_MESSAGE_IDS = re.compile(r"[\s<>]+")


def read_mail(sent: Any, now: int) -> ReadItem:
    """Read a mail; raises ``Rejected``. A whole one without a plausible date is one of ``now``."""
    record = Record(sent, _KNOWN_FIELDS)
    id_ = record.need("id", item_id, "id_required")
    user = record.need("user", address, "user_required")
    label, role = record.read("folder", _label, ("", ""))
    if sent.get("raw") is not None:
        raw, at, sender = *_whole(record, now), ""
    else:
        fields = _fields(record)
        raw, at, sender = write_mail(fields), fields.at, fields.sender.address
    return ReadItem(
        id_, UploadedMail(raw, label, role), at, user, user if role == "sent" else sender, (user,), True
    )


def _label(value: Any) -> tuple[str, str]:
    """Read a folder as label and role."""
    label = _folder(value)
    role = label.lower()
    return (role, role) if role in LABEL_ROLES else (label, "")


# Whole


def _whole(record: Record, now: int) -> tuple[bytes, int]:
    """The bytes of a whole mail, and its date."""
    for name in _IN_FIELDS:
        if name in record:
            raise Rejected("not_with_raw", name)
    raw = record.need("raw", _raw)
    return raw, time_of(_date_in(raw), None, now)


def _raw(value: Any) -> bytes:
    """Read base64; bytes are taken as they are, which JSON has not."""
    if isinstance(value, bytes):
        raw = value
    elif isinstance(value, str):
        try:
            raw = binascii.a2b_base64(value, strict_mode=True)
        except ValueError:
            raise Rejected("raw_invalid") from None
    else:
        raise Rejected("wrong_type")
    if not raw:
        raise Rejected("raw_invalid")
    if len(raw) > MAX_RAW_BYTES:
        raise Rejected("raw_too_large")
    return raw


def _date_in(raw: bytes) -> int | None:
    """The Date header, as the lenses will read it; ``None`` where the headers are too many to be read here."""
    head = raw[:_SEARCHED_FOR_DATE]
    try:
        block = mail_header_block(head)
    except UnreadableMail:
        return None
    if len(head) < len(raw) and block.start == block.end:
        return None
    headers = pick(ENVELOPE_HEADERS, block.lines)
    return read_date(header_text(headers[b"date"][0])) if b"date" in headers else None


# In fields


def _fields(record: Record) -> MailFields:
    fields = MailFields(
        record.need("from", _mailbox, "email_required"),
        record.need("date", item_moment, "date_required"),
        _mailboxes(record, "to"),
        _mailboxes(record, "cc"),
        _mailboxes(record, "bcc"),
        record.read("message_id", _message_id, ""),
        record.read("in_reply_to", _message_id, ""),
        tuple(filter(None, record.read("references", _references, _NO_REFERENCES))),
        record.read("subject", _subject, ""),
        record.read("headers", _headers, ()),
        record.read("text", words, ""),
        record.read("html", words, ""),
    )
    if len(fields.to) + len(fields.cc) + len(fields.bcc) > MAX_PEOPLE:
        raise Rejected("too_many", "to")
    return fields


def _mailbox(value: Any) -> Mailbox:
    """Read an address with a name: an object of both, or the address alone."""
    name = None
    if isinstance(value, dict):
        for field in value:
            if field not in _MAILBOX_FIELDS:
                raise Rejected("unknown_field", f".{field[:100].encode('ascii', 'replace').decode()}")
        value, name = value.get("email"), value.get("name")
    if isinstance(value, str) and (name is None or isinstance(name, str)):
        name = name or ""
        if len(value) <= MAX_ADDRESS_CHARS and len(name) <= _MAX_NAME_CHARS:
            return _known_mailbox(value, name)
    return _read_mailbox(value, name)


def _read_mailbox(email: Any, name: Any) -> Mailbox:
    shown = "" if name is None else _name(name)
    found = "" if email is None else address(email)
    if not found:
        raise Rejected("email_required")
    return Mailbox(shown, found)


# The same people stand in most mails of a batch.
_known_mailbox = lru_cache(maxsize=16_384)(_read_mailbox)


def _mailboxes(record: Record, name: str) -> tuple[Mailbox, ...]:
    return tuple(record.read(name, _recipients, _NOBODY))


def _message_id(value: Any) -> str:
    """Read a Message-ID, with or without its brackets."""
    return _NOT_IN_MESSAGE_IDS.sub("", _message_id_text(value))


def _headers(value: Any) -> tuple[tuple[str, str], ...]:
    """Read further headers, sorted; those that other fields say are left out."""
    if not isinstance(value, dict):
        raise Rejected("wrong_type")
    if len(value) > _MAX_HEADERS:
        raise Rejected("too_many")
    found = []
    for name in sorted(value, key=str.lower):
        if not _HEADER_NAME.fullmatch(name):
            raise Rejected("header_invalid")
        values = value[name] if isinstance(value[name], list) else [value[name]]
        found += [header for each in values if (header := _header(name, _value(each)))]
    return tuple(found)


def _header(name: str, value: str) -> tuple[str, str] | None:
    """A header to write; of those about the body only that the mail is an invitation."""
    folded = name.lower()
    if folded == "content-type" and value.lower().startswith("text/calendar"):
        return _CALENDAR
    if folded in _SAID_BY_FIELDS or (folded.startswith("content-") and folded != "content-class"):
        return None
    return name, value


_folder = text(MAX_LABEL_CHARS)
_message_id_text = text(MAX_MESSAGE_ID_CHARS)
_name = line(_MAX_NAME_CHARS)
_subject = line(_MAX_SUBJECT_CHARS)
_value = line(_MAX_VALUE_CHARS)
_recipients = each(_mailbox, MAX_PEOPLE)
_references = each(_message_id, 1_000)
_NOBODY: list[Mailbox] = []
_NO_REFERENCES: list[str] = []
