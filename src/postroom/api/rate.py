"""How many calls a token may make in a minute (section 13), whichever process of this machine answers them."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, Final

from postroom.api.errors import Problem
from postroom.api.shared_counts import SharedCounts
from postroom.config import config

FILE: Final = "calls.counts"
"""In the data folder; worth nothing after its minute."""
_MINUTE: Final = 60


def count_call(key: tuple[str, int], now: float | None = None) -> None:
    """Count one call; raises ``Problem`` with the seconds left of the minute where there were too many."""
    now = time.time() if now is None else now
    minute = int(now // _MINUTE)
    if _calls(f"{key[0]}:{key[1]}", minute) > config().calls_per_minute:
        headers: dict[str, Any] = {"Retry-After": str(int((minute + 1) * _MINUTE - now) + 1)}
        raise Problem("too_many_calls", headers=headers)


def _calls(caller: str, minute: int) -> int:
    try:
        return _counts().count(caller, minute)
    except OSError:
        # No room for the file: what cannot be counted is let through, and whatever the call does says so itself.
        return 0


@lru_cache(maxsize=1)
def _counts() -> SharedCounts:
    return SharedCounts(config().data_dir / FILE)
