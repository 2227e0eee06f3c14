"""Have messages fetched again from the mailboxes that still list them: their text was never kept (C13, F6, F2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from postroom.store.read.fetched_again import messages_listed
from postroom.store.write.fetched_again import be_fetched_again

FETCH_AGAIN: Final = "fetch_again"
"""The status of a message that a mailbox is asked for; it comes in with one of the next looks."""
SEND_AGAIN: Final = "send_again"
"""The status of one that no mailbox has: its file has to be imported, or it is sent again."""


def fetch_again(message_ids: Iterable[int], now: int) -> set[int]:
    """Ask the mailboxes for those of these messages that they still list; returns these messages.

    Within the caller's transaction. They are decided again when they are there; until then nothing changes.
    """
    listed = messages_listed(message_ids)
    be_fetched_again(listed, now)
    return {one.of for one in listed}
