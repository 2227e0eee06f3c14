"""How many calls a token may make in a minute (section 13).

Counted in this process: with several, each counts for itself.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from postroom.api.errors import Problem
from postroom.config import config

_MINUTE = 60
_lock = threading.Lock()
_calls: dict[tuple[str, int], tuple[int, int]] = {}
"""Caller → the minute counted, and the calls in it."""


def count_call(key: tuple[str, int], now: float | None = None) -> None:
    """Count one call; raises ``Problem`` with the seconds left of the minute where there were too many."""
    now = time.monotonic() if now is None else now
    minute = int(now // _MINUTE)
    with _lock:
        counted, calls = _calls.get(key, (minute, 0))
        calls = calls + 1 if counted == minute else 1
        _calls[key] = (minute, calls)
        if len(_calls) > 10_000:
            _forget(minute)
    if calls > config().calls_per_minute:
        headers: dict[str, Any] = {"Retry-After": str(int((minute + 1) * _MINUTE - now) + 1)}
        raise Problem("too_many_calls", headers=headers)


def _forget(minute: int) -> None:
    for key in [key for key, (counted, _) in _calls.items() if counted < minute]:
        del _calls[key]
