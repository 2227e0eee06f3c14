"""What an upload answers: one entry an item, in order, whatever the neighbours (K5)."""

from __future__ import annotations

from typing import Final, TypedDict

QUEUED: Final = "queued"
HELD: Final = "held"
DUPLICATE: Final = "duplicate"
UPDATED: Final = "updated"
SKIPPED: Final = "skipped"
REJECTED: Final = "rejected"
STATUSES: Final = (QUEUED, HELD, DUPLICATE, UPDATED, SKIPPED, REJECTED)

SKIPS: Final = {
    "before_crawling_depth": "It is dated before the crawling depth of the source.",
    "kind_not_fed": "The source feeds no lens that takes this kind of item.",
    "user_disabled": "The users that it concerns are disabled. Send it again once one is not.",
    "not_there": "It takes back what is not there.",
}
"""Why an item is skipped, and its sentence; why it is rejected stands in ``rejection.REJECTIONS``."""


class ItemAnswer(TypedDict):
    """The answer to one item."""

    index: int
    id: str | None
    """As it was sent; ``None`` where it was no id."""
    status: str
    """See ``STATUSES``."""
    reason: str | None
    """See ``SKIPS`` and ``rejection.REJECTIONS``."""
    field: str | None
    """The part of the item that is meant."""
