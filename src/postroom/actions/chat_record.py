"""What an uploaded chat message says, and a reaction to one."""

from __future__ import annotations

from typing import Any

from postroom.actions.item_record import (
    NOBODY,
    ReadItem,
    address,
    happened,
    item_id,
    line,
    one_of,
    people,
    words,
)
from postroom.actions.record import Record, flag
from postroom.core.upload import CHAT_TYPES, UploadedChat, UploadedReaction

CHAT_FIELDS = (
    "id", "chat_id", "chat_type", "author", "members", "date", "text", "reply_to", "thread_id",
)  # fmt: skip
REACTION_FIELDS = (
    "id", "message_id", "chat_id", "user", "message_author", "reaction", "date", "removed",
)  # fmt: skip

_chat_type = one_of(CHAT_TYPES, "chat_type_unknown")
_reaction = line(200)


def read_chat(sent: Any, now: int) -> ReadItem:
    """Read a chat message; raises ``Rejected``."""
    record = Record(sent, CHAT_FIELDS)
    id_ = record.need("id", item_id, "id_required")
    chat = record.need("chat_id", item_id)
    chat_type = record.need("chat_type", _chat_type)
    author = record.need("author", address, "email_required")
    members = tuple(record.read("members", people, NOBODY))
    at = record.need("date", happened(now), "date_required")
    said = UploadedChat(
        chat,
        chat_type,
        author,
        members,
        at,
        record.read("text", words, ""),
        record.read("reply_to", item_id, ""),
        record.read("thread_id", item_id, ""),
    )
    return ReadItem(id_, said, at, "", author, (author, *members), True)


def read_reaction(sent: Any, now: int) -> ReadItem:
    """Read a reaction; raises ``Rejected``. Which sign it was is of no use and not kept."""
    record = Record(sent, REACTION_FIELDS)
    id_ = record.need("id", item_id, "id_required")
    message = record.need("message_id", item_id)
    chat = record.need("chat_id", item_id)
    reactor = record.need("user", address, "user_required")
    author = record.read("message_author", address, "")
    at = record.need("date", happened(now), "date_required")
    record.read("reaction", _reaction, "")
    given = UploadedReaction(chat, message, reactor, author, at)
    concerned = (reactor, author) if author else (reactor,)
    return ReadItem(id_, given, at, "", reactor, concerned, False, record.read("removed", flag, False))
