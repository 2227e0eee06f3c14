"""What requests cost of Google's quota, and the quota: units a minute, of a mailbox and of the whole project."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from postroom.core.trouble import TryLater

PROFILE: Final = 1
LABEL: Final = 1
LIST: Final = 5
HISTORY: Final = 2
_MESSAGE: Final = 20
_MESSAGE_BEFORE: Final = 5

PER_MINUTE: Final = 6_000
"""Of a mailbox, in projects made since May 2026."""
PER_MINUTE_BEFORE: Final = 15_000
"""Of a mailbox, in projects that read mail before; there a message costs less."""
OF_PROJECT: Final = 1_200_000
_MINUTE: Final = 60
_WAITS: Final = 3


class Quota:
    """Spends units before they are used. ``settings`` may say ``units_per_minute``."""

    def __init__(
        self,
        spend: Callable[[str, int, int, int], None],
        settings: Mapping[str, Any],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._spend, self._sleep = spend, sleep
        self.per_minute = int(settings.get("units_per_minute") or PER_MINUTE)
        self.message = _MESSAGE_BEFORE if self.per_minute == PER_MINUTE_BEFORE else _MESSAGE

    def take(self, units: int) -> None:
        """Spend so many units. Raises ``TryLater`` (``budget_spent``) where they are not there."""
        self._spend("mailbox", units, self.per_minute, _MINUTE)
        self._spend("source", units, OF_PROJECT, _MINUTE)

    def wait_for(self, units: int) -> None:
        """Spend so many units, and wait for them: for what would never be had in one minute."""
        for _ in range(_WAITS):
            try:
                return self.take(units)
            except TryLater as spent:
                self._sleep(min(spent.after_seconds or 1, _MINUTE))
        self.take(units)
