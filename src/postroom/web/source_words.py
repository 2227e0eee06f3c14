"""What is said of sources in words: what they feed, what came of items, why one was not taken.

Must not decide anything: names are those of the core, of the answers and of the rejections.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from postroom.actions.access_tokens import MAX_GRACE_HOURS
from postroom.actions.item_answer import SKIPS, STATUSES
from postroom.actions.rejection import REJECTIONS
from postroom.core.mail.unreadable import UNREADABLE

KINDS: Final = {
    "api": "API",
    "google": "Mailboxes of Gmail and Google Workspace",
    "microsoft": "Mailboxes of Microsoft 365",
    "imap": "Mailboxes by IMAP",
    "memory": "Mailboxes of the demo, all made up",
}
"""Kinds of sources."""
FEEDS: Final = {
    ("people",): "People: report and circle",
    ("customer",): "Customers: engagements",
    ("customer", "people"): "Customers and people",
}
ITEMS: Final = {
    "mail": "Mail",
    "chat": "Chat messages",
    "reaction": "Reactions",
    "activity": "Other items",
    "folder": "Folder statistics",
}
"""Kinds of what is uploaded."""
STATES: Final = {
    "queued": "Queued",
    "held": "Held",
    "done": "Processed",
    "skipped": "Skipped",
    "dropped": "Dropped",
    "failed": "Failed",
}
"""States of items, as ``store.read.uploads`` counts them."""
GRACE: Final = {0: "At once", 1: "In an hour", 24: "In a day", MAX_GRACE_HOURS: "In a week"}
"""When the token before ends: hours and words."""
_PROBLEMS: Final = {
    "KeyMissing": "The key that encrypted it is not among the encryption keys. Put the key back, then retry.",
    "ItemDamaged": "What was kept of it was changed in the database. Send it again, changed or after taking it back.",
    "content_missing": "Nothing is kept of what it said. Take it back and send it again.",
}
"""Problems of one item, beside those of ``UNREADABLE``."""


def statuses_in_words(statuses: Mapping[str, int]) -> list[tuple[str, int]]:
    """What a call was answered, in the order of ``STATUSES``."""
    return [(status, statuses[status]) for status in STATUSES if statuses.get(status)]


def reasons_in_words(reasons: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Why items were skipped or rejected: name, sentence, how many; the most frequent first."""
    told = [(name, REJECTIONS.get(name) or SKIPS.get(name, name), count) for name, count in reasons.items()]
    return sorted(told, key=lambda reason: (-reason[2], reason[0]))


def problem_in_words(problem: str) -> str:
    """Why an accepted item could not be processed."""
    of_ours = f"Postroom met an error of its own ({problem}); its log says where."
    return _PROBLEMS.get(problem) or UNREADABLE.get(problem, of_ours)
