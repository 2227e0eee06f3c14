"""What a message is to Postroom: its envelope, which rules may see, and its content, which they may not.

Plain values. Must not read bytes (see ``rfc5322``) and must not judge (see ``customer``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

LABEL_ROLES: Final = ("inbox", "sent", "drafts", "spam", "trash", "archive", "all")
"""What a label can be for; a label with another name has no role."""


SENDERS: Final = frozenset({"from", "author", "reactor"})
"""Roles of whoever wrote, gave or holds it; the author of a message that is reacted to is a ``member``."""

ROLE_RANKS: Final[Mapping[str, int]] = {
    role: rank for rank, role in enumerate(("from", "author", "reactor", "to", "member", "cc", "bcc"))
}
"""The order of participants; of several roles of one person the first of these is told."""

KEPT_OUT: Final[Mapping[str, str]] = {"drafts": "draft", "spam": "spam", "trash": "trash"}
"""Roles of labels whose copies never bring a message in, with the reason; of several the first decides (C1, P11)."""


class Participant(NamedTuple):
    """An address in a role. ``address`` and its ``domain`` are normalised; ``name`` is as displayed."""

    role: str
    """``from``, ``to``, ``cc``, ``bcc``, ``author``, ``member`` or ``reactor``."""
    address: str
    domain: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """All that a rule may see of a mail. Never its subject or text (F2)."""

    message_id: str
    """Without angle brackets; empty where the mail has none."""
    date: int | None
    """The Date header in Unix seconds; ``None`` where it is missing or impossible."""
    received_at: int | None
    """When a server took the mail in, by its newest Received header, in Unix seconds."""
    participants: tuple[Participant, ...]
    alternative: tuple[Participant, ...] | None
    """The second reading of malformed address headers; ``None`` where there is one reading (C0)."""
    references: tuple[str, ...]
    """Message-IDs of References, then In-Reply-To: oldest first, no brackets, no repeats."""
    flags: tuple[str, ...]
    """Marks of automatic mail, sorted: ``auto_submitted``, ``bulk``, ``calendar``, ``list``, ``no_reply``."""
    defects: tuple[str, ...]
    """What was wrong with the headers, sorted; stable names, listed in ``rfc5322.DEFECTS``."""
    header_block: bytes = field(default=b"", repr=False)
    """Digest of the header block, which identifies a mail without Message-ID."""

    def __reduce__(self) -> tuple[type[Envelope], tuple[object, ...]]:
        # One goes from a reading process to its parent for every mail; the way of dataclasses is slow.
        return Envelope, tuple(getattr(self, name) for name in self.__slots__)


class Attachment(NamedTuple):
    """What is known of an attachment; its bytes are never kept."""

    name: str
    media_type: str
    size: int
    """In bytes, as it stood in the mail (encoded)."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a person reads of a mail. Only of mail that is imported."""

    subject: str
    text: str
    """The plain text; empty where the mail has HTML only."""
    html: str
    attachments: tuple[Attachment, ...] = ()
    defects: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type[Content], tuple[object, ...]]:
        return Content, tuple(getattr(self, name) for name in self.__slots__)


class UnreadableMail(Exception):
    """These bytes are no mail that anybody could read: they are set aside whole (L6)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        """A stable name: ``empty``, ``no_headers``, ``too_large``, ``too_deep``, ``too_many_recipients``,
        ``took_too_long``, ``too_much_memory``, ``crashed`` or ``changed``."""


PLAUSIBLE_FROM: Final = 0
"""1970-01-01: an earlier Date is a broken clock."""
PLAUSIBLE_AHEAD: Final = 2 * 86400
"""A Date may lie two days after the receipt (time zones, slow clocks), not more."""


def time_of(date: int | None, received_at: int | None, met_at: int) -> int:
    """When the mail happened, in Unix seconds.

    Its ``date`` where that is plausible, else when it was received, else ``met_at``, when it was first met.
    """
    received = received_at
    if received is None or not PLAUSIBLE_FROM <= received <= met_at + PLAUSIBLE_AHEAD:
        received = met_at
    if date is not None and PLAUSIBLE_FROM <= date <= received + PLAUSIBLE_AHEAD:
        return date
    return received
