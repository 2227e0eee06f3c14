"""A wish to stop that signals set: without a lock, which a second signal would wait for within the first."""

from __future__ import annotations

import time


class Stopping:
    """Like ``threading.Event``, for one thread and its signal handlers."""

    def __init__(self) -> None:
        self._asked = False

    def set(self) -> None:
        """Ask to stop."""
        self._asked = True

    def is_set(self) -> bool:
        """Whether it was asked."""
        return self._asked

    def wait(self, seconds: float) -> bool:
        """Wait so long, unless asked already; says whether it was asked."""
        if not self._asked:
            time.sleep(seconds)
        return self._asked
