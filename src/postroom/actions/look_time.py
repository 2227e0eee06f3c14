"""How long a look into a mailbox may last: a backlog never keeps new mail of others waiting (M13)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from postroom.stopping import Stopping

GIVES_WAY_AFTER: Final = 3
"""Seconds after which a look ends where another mailbox waits for new mail."""


class LookTime:
    """How long a look may last; once it is over it stays so."""

    def __init__(self, stop: Stopping, seconds: float, is_waited_for: Callable[[], bool]) -> None:
        """``is_waited_for``: whether another mailbox is to be asked for new mail."""
        self._stop = stop
        self._gives_way_at = time.monotonic() + GIVES_WAY_AFTER
        self._ends_at = time.monotonic() + seconds
        self._is_waited_for = is_waited_for
        self._is_over = False

    def is_over(self) -> bool:
        """Whether the look is to end after what is under way."""
        now = time.monotonic()
        self._is_over = (
            self._is_over
            or self._stop.is_set()
            or now >= self._ends_at
            or (now >= self._gives_way_at and self._is_waited_for())
        )
        return self._is_over
