"""Wait at a mailbox until something may have changed there, and have it looked into then: a hint, never the truth."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.db import connections

from postroom.actions.mailbox_access import access_of, provider_for
from postroom.store.read.mailboxes import mailbox, watched_label
from postroom.store.write.mailboxes import be_due

WAIT_SECONDS: Final = 30.0
"""So long at a time; between two waits it is asked whether, and in which label, the mailbox is still to be watched."""
HINTS_EVERY: Final = 15.0
"""Seconds between two hints that are heeded: some servers say at once, each time, that there is mail."""
_ASKED_EVERY: Final = 1.0


def watch(mailbox_id: int, goes_on: Callable[[], bool]) -> bool:
    """Watch the mailbox's inbox, or else the first of its selected labels, as long as it ``goes_on`` and there is one.

    Says whether the provider can tell of changes at all. Raises the provider's errors.
    """
    ref = _watched_now(mailbox_id)
    if ref is None:
        return True
    row = mailbox(mailbox_id)
    opening = provider_for(row).open(access_of(row))
    # Waiting needs no database; a connection of every thread that waits would be one too many.
    connections.close_all()
    with opening as opened:
        # What came between the last look and now is not told of.
        _have_looked_into(mailbox_id)
        while goes_on() and (now := _watched_now(mailbox_id)) is not None:
            if now != ref:
                ref = now
                _have_looked_into(mailbox_id)
            began = time.monotonic()
            if opened.wait(ref, WAIT_SECONDS):
                _have_looked_into(mailbox_id)
                _rest(goes_on)
            elif time.monotonic() - began < WAIT_SECONDS / 2:
                return False
    return True


def _watched_now(mailbox_id: int) -> str | None:
    ref = watched_label(mailbox_id)
    connections.close_all()
    return ref


def _have_looked_into(mailbox_id: int) -> None:
    be_due([mailbox_id], int(time.time()))
    connections.close_all()


def _rest(goes_on: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + HINTS_EVERY
    while time.monotonic() < ends_at and goes_on():
        time.sleep(_ASKED_EVERY)
