"""Mailboxes that are due, several at a time: each line waits for one provider while the others do theirs."""

from __future__ import annotations

import logging
import time
from typing import Final

from postroom.actions.sync_mailbox import look_at_one_due
from postroom.actions.work import may_pass
from postroom.stopping import Stopping
from postroom.store.problems import place_of

LINES: Final = 6
"""So many mailboxes are looked into at once."""
ASKED_EVERY_SECONDS: Final = 1.0
"""How often a line that had nothing to do asks whether a mailbox is due."""

_log = logging.getLogger("postroom.worker")


class MailboxSweep:
    """Looks into one mailbox after the other, the longest due first."""

    def __init__(self, stop: Stopping) -> None:
        self._stop = stop
        self._asks_at = 0.0

    def take_one(self) -> bool:
        """Look into a mailbox that is due; says whether there was one. Raises errors of the database that may pass."""
        if time.monotonic() < self._asks_at:
            return False
        try:
            there_was = look_at_one_due(self._stop)
        except Exception as error:
            if may_pass(error):
                raise
            # It stands on the mailbox, which rests; the others have their turn.
            _log.error("a mailbox met %s", place_of(error))
            return True
        if not there_was:
            self._asks_at = time.monotonic() + ASKED_EVERY_SECONDS
        return there_was
