"""What programs upload, once it is checked: mail, chat messages, reactions, activities.

Plain values. Addresses are normalised, times are Unix seconds. Must not know where they are kept, nor judge.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MAIL: Final = "mail"
CHAT: Final = "chat"
REACTION: Final = "reaction"
ACTIVITY: Final = "activity"
KINDS: Final = (MAIL, CHAT, REACTION, ACTIVITY)
"""The kinds of items. What an activity is as a message (``call``, ``meeting``, …) is its own ``type``."""

CHAT_TYPES: Final = ("direct", "group", "channel")
ACTIVITY_TYPES: Final = ("call", "meeting", "task", "comment")

CUSTOMER: Final = 1
PEOPLE: Final = 2
BOTH: Final = CUSTOMER | PEOPLE
"""The lenses that a source feeds (F5), as bits."""

LENSES: Final = {"customer": CUSTOMER, "people": PEOPLE}


def lens_bits(customer: bool, people: bool) -> int:
    """The lenses as bits."""
    return CUSTOMER * customer | PEOPLE * people


class UploadedMail(NamedTuple):
    """A mail as bytes (RFC 5322); one that came in fields was written out as the mail it describes."""

    raw: bytes
    label: str
    """``inbox``, ``sent`` … or a name of the connector's own."""
    label_role: str
    """See ``core.message.LABEL_ROLES``; empty for a name of the connector's own."""


class UploadedChat(NamedTuple):
    """A chat message."""

    chat: str
    """The connector's id of the chat."""
    chat_type: str
    author: str
    members: tuple[str, ...]
    """Everybody who gets it; the author may be among them."""
    at: int
    text: str
    reply_to: str = ""
    thread: str = ""


class UploadedReaction(NamedTuple):
    """A reaction to a chat message."""

    chat: str
    message: str
    """The connector's id of the chat message."""
    reactor: str
    author: str
    """Of the chat message: who received the reaction."""
    at: int


class UploadedActivity(NamedTuple):
    """A call, meeting, task or comment of a user."""

    type: str
    user: str
    participants: tuple[str, ...]
    at: int
    """When it began."""
    seconds: int | None
    """How long it took; ``None`` where it has no end."""
    subject: str = ""


Uploaded = UploadedMail | UploadedChat | UploadedReaction | UploadedActivity
