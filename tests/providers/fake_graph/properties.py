"""Mails, folders and users as Graph writes them in JSON. Mails are read by Python's own mail package."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from fake_graph.state import Folder, Mail, Mailbox, User

ONLY_IF_SELECTED = frozenset({"internetMessageHeaders"})
_PARSER = BytesHeaderParser()


def time_text(seconds: int) -> str:
    at = datetime.fromtimestamp(min(max(seconds, 0), 4_000_000_000), UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def mail_id(mail: Mail, is_immutable: bool) -> str:
    return mail.immutable_id if is_immutable else mail.id


def mail_properties(mail: Mail, is_immutable: bool) -> dict[str, Any]:
    """All properties of a mail."""
    message = _PARSER.parsebytes(mail.raw)
    people = {
        name: _people([str(value) for value in message.get_all(name, [])])
        for name in ("From", "Sender", "To", "Cc", "Bcc", "Reply-To")
    }
    return {
        "@odata.etag": f'W/"{mail.immutable_id[-8:]}"',
        "id": mail_id(mail, is_immutable),
        "receivedDateTime": time_text(mail.received_at),
        "sentDateTime": time_text(_sent_at(message.get("Date"), mail.received_at)),
        "internetMessageId": str(message.get("Message-ID", "")),
        "subject": _text(str(message.get("Subject", ""))),
        "from": next(iter(people["From"]), None),
        "sender": next(iter(people["Sender"] or people["From"]), None),
        "toRecipients": people["To"],
        "ccRecipients": people["Cc"],
        "bccRecipients": people["Bcc"],
        "replyTo": people["Reply-To"],
        "parentFolderId": mail.folder.id,
        "isDraft": mail.is_draft,
        "isRead": mail.is_read,
        "bodyPreview": mail.raw.partition(b"\r\n\r\n")[2][:255].decode("utf-8", "replace"),
        "body": {
            "contentType": "text",
            "content": mail.raw.partition(b"\r\n\r\n")[2].decode("utf-8", "replace"),
        },
        "internetMessageHeaders": None if mail.is_sent or mail.is_draft else _headers(mail.raw),
    }


def extended_properties(mail: Mail, names: list[str]) -> dict[str, Any]:
    """Those of Exchange's own properties (MAPI) that are set; ids come back without leading zeros."""
    message = _PARSER.parsebytes(mail.raw)
    kept = {0x1042: message.get("In-Reply-To"), 0x1039: message.get("References")}
    tags = [int(name.partition(" 0x")[2], 16) for name in names if name.startswith("String ")]
    found = [{"id": f"String 0x{tag:x}", "value": str(kept[tag])} for tag in tags if kept.get(tag)]
    return {"singleValueExtendedProperties": found} if found else {}


def folder_properties(mailbox: Mailbox, folder: Folder) -> dict[str, Any]:
    """All properties of a folder."""
    children = [child for child in mailbox.children(folder) if not child.is_hidden]
    found = {
        "id": folder.id,
        "displayName": folder.name,
        "parentFolderId": folder.parent.id if folder.parent else None,
        "childFolderCount": len(children),
        "unreadItemCount": sum(not mail.is_read for mail in folder.mails),
        "totalItemCount": len(folder.mails),
        "sizeInBytes": sum(len(mail.raw) for mail in folder.mails),
        "isHidden": folder.is_hidden,
    }
    return {"@odata.type": "#microsoft.graph.mailSearchFolder"} | found if folder.is_search else found


def user_properties(user: User) -> dict[str, Any]:
    """All properties of a user that the fake knows."""
    own = [f"SMTP:{user.mail}"] if user.mail else []
    return {
        "id": user.id,
        "userPrincipalName": user.principal_name,
        "mail": user.mail,
        "proxyAddresses": [*own, *(f"smtp:{alias}" for alias in user.aliases), "SIP:someone@us.example"],
        "displayName": user.principal_name.partition("@")[0],
    }


def selected(found: dict[str, Any], select: frozenset[str]) -> dict[str, Any]:
    """What ``$select`` leaves; an id and annotations always stay."""
    if not select:
        return {name: value for name, value in found.items() if name not in ONLY_IF_SELECTED}
    return {name: v for name, v in found.items() if name in select or name == "id" or name[0] == "@"}


def _headers(raw: bytes) -> list[dict[str, str]]:
    """The headers as they stand in the mail, unfolded."""
    text = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0].decode("utf-8", "replace")
    unfolded = re.sub(r"\r?\n[ \t]+", " ", text)
    lines = [line.partition(":") for line in re.split(r"\r?\n", unfolded) if ":" in line]
    return [{"name": name, "value": value.strip()} for name, _, value in lines]


def _people(values: list[str]) -> list[dict[str, Any]]:
    try:
        pairs = getaddresses(values)
    except RecursionError:  # comments in comments
        return []
    found = []
    for name, address in pairs:
        if address:
            found.append({"emailAddress": {"name": _text(name) or address, "address": address}})
    return found


def _text(value: str) -> str:
    try:
        return re.sub(r"\r?\n", "", str(make_header(decode_header(value))))
    except (ValueError, LookupError, MessageError):
        return value


def _sent_at(value: object, otherwise: int) -> int:
    try:
        return int(parsedate_to_datetime(str(value)).timestamp())
    except (ValueError, OverflowError):
        return otherwise
