"""The shapes of what is uploaded, as the OpenAPI document describes them; each with an example that works.

An item is described but not enforced here: a malformed one gets an answer of its own (K5).
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from ninja import Schema
from pydantic import ConfigDict, WithJsonSchema

from postroom.core.upload import ACTIVITY_TYPES, CHAT_TYPES

Json = dict[str, Any]
Unread: Final = {"description": "Anything else is answered with `rejected` and a reason."}


def _item(required: tuple[str, ...], properties: Json) -> WithJsonSchema:
    shape = {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }
    return WithJsonSchema({"anyOf": [shape, Unread]})


def _text(description: str, *more: str) -> Json:
    return {
        "type": ["string", "null"],
        "description": description,
        **({"enum": [*more, None]} if more else {}),
    }


def _must(description: str, **more: Any) -> Json:
    return {"type": "string", "description": description, **more}


_ID: Final = _must("The program's own id of the item: the same id again is the same item.", maxLength=500)
_DATE: Final = _must("When, RFC 3339: `2026-11-21T10:00:00Z`.")
_EMAIL: Final = {"type": "string", "description": "The e-mail address."}
_NAMED: Final = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["email"],
            "properties": {"email": _EMAIL, "name": {"type": ["string", "null"], "description": "As shown."}},
            "additionalProperties": False,
        },
    ]
}


def _address(description: str) -> Json:
    return {**_NAMED, "description": f"{description}: an e-mail address, or one with a name."}


def _addresses(description: str) -> Json:
    return {"type": ["array", "null"], "items": _NAMED, "description": f"{description}: a list of the same."}


MailItem = Annotated[
    Any,
    _item(
        ("id", "user"),
        {
            "id": _ID,
            "user": _address("In whose mailbox it lies"),
            "date": _text(
                "When, RFC 3339: `2026-11-21T10:00:00Z`; a must, but with `raw`, which says it itself."
            ),
            "folder": _text(
                "`inbox`, `sent`, `drafts`, `spam`, `trash`, `archive`, or a name of the mailbox's own."
            ),
            "from": _address("Who wrote it; a must unless `raw` is given"),
            "to": _addresses("Who got it"),
            "cc": _addresses("Who got a copy"),
            "bcc": _addresses("Who got a blind copy, where it is known"),
            "message_id": _text("Message-ID, with or without angle brackets."),
            "in_reply_to": _text("The Message-ID that it answers."),
            "references": {"type": ["array", "null"], "items": {"type": "string"}},
            "subject": _text("Judged only if it is imported."),
            "text": _text("Plain text."),
            "html": _text("HTML."),
            "headers": {
                "type": ["object", "null"],
                "additionalProperties": {
                    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
                },
                "description": "Further headers, such as `Auto-Submitted` or `List-Id`.",
            },
            "raw": _text("The whole mail (RFC 5322) in base64, in place of the fields."),
        },
    ),
]
ChatItem = Annotated[
    Any,
    _item(
        ("id", "chat_id", "chat_type", "author", "date"),
        {
            "id": _ID,
            "chat_id": _must("The program's own id of the chat."),
            "chat_type": _must("What kind of chat.", enum=list(CHAT_TYPES)),
            "author": _address("Who wrote it"),
            "members": _addresses("Everybody who gets it, the author among them or not"),
            "date": _DATE,
            "text": _text("Plain text."),
            "reply_to": _text("The id of the message that it answers."),
            "thread_id": _text("The id of the thread within the chat."),
        },
    ),
]
ReactionItem = Annotated[
    Any,
    _item(
        ("id", "message_id", "chat_id", "user", "date"),
        {
            "id": _ID,
            "message_id": _must("The id of the chat message."),
            "chat_id": _must("The id of the chat."),
            "user": _address("Who reacted"),
            "message_author": _address("Who wrote the chat message"),
            "reaction": _text("Which one; it is not kept."),
            "date": _DATE,
            "removed": {
                "type": ["boolean", "null"],
                "description": "Take it back, as `DELETE` of its id does: `updated`, or `skipped` as `not_there`.",
            },
        },
    ),
]
ActivityItem = Annotated[
    Any,
    _item(
        ("id", "type", "user", "start"),
        {
            "id": _ID,
            "type": _must("What it was.", enum=list(ACTIVITY_TYPES)),
            "user": _address("Whose activity it is"),
            "participants": _addresses("Who took part"),
            "start": _DATE,
            "end": _text("When it ended, RFC 3339."),
            "subject": _text("What it was about."),
        },
    ),
]
FolderItem = Annotated[
    Any,
    _item(
        ("user", "folder", "total", "uploaded"),
        {
            "user": _address("Whose mailbox it is"),
            "folder": _must("As `folder` of a mail."),
            "total": {"type": "integer", "minimum": 0, "description": "How many mails lie there."},
            "uploaded": {"type": "integer", "minimum": 0, "description": "How many were uploaded."},
            "from": _text("When the oldest was, RFC 3339."),
            "to": _text("When the newest was, RFC 3339."),
        },
    ),
]


class _Sent(Schema):
    """A body; fields that do not exist and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AddMailMessages(_Sent):
    """Mails of users' mailboxes."""

    messages: list[MailItem]


class AddChatMessages(_Sent):
    """Chat messages."""

    messages: list[ChatItem]


class AddChatReactions(_Sent):
    """Reactions to chat messages."""

    reactions: list[ReactionItem]


class AddActivities(_Sent):
    """Calls, meetings, tasks and comments."""

    activities: list[ActivityItem]


class AddFolderStatistics(_Sent):
    """What lies in mail folders."""

    statistics: list[FolderItem]
