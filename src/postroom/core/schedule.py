"""When a mailbox is looked at again: soon where all is well, later and later where not. Must not draw lots itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from postroom.core.trouble import CANNOT_EVER, NOT_ALLOWED, SIGN_IN_AGAIN

LOOK_EVERY: Final = 120
"""Seconds between two looks where all is well."""
LOOK_SOONER: Final = 40
"""The same while somebody waits to see it: for ``JUST_SELECTED`` seconds after a label was selected."""
JUST_SELECTED: Final = 900
_FIRST_REST: Final = 5
_LONGEST_REST: Final = 300
_TRIES: Final = 8
_SLOT: Final = 3_600
"""After so many tries in vain, or where somebody has to act, it is tried once an hour."""
_FIRST_SLOT: Final = 60
"""What may be a server that is just being mended is asked again sooner at first; a password never is."""
_LONGEST: Final = 86_400
"""However long a provider asks to be left alone, it is asked again after so many seconds."""
LEASE_SECONDS: Final = 90
"""So long a worker has a mailbox without a sign of life; after that another takes it over."""
FARTHEST: Final = 2 * _LONGEST
"""No look is planned so many seconds ahead: where one is, a clock was wrong."""
_LATE: Final = 3 * LOOK_EVERY


def rest(kind: str, tries: int, after_seconds: float | None, chance: float) -> int:
    """How many seconds to leave a mailbox alone that is in trouble of this ``kind`` for the ``tries``-th time (from 1).

    ``after_seconds``: what the provider asked for. ``chance``: from 0 to 1, by lot, so that not all come at once.
    """
    if kind == SIGN_IN_AGAIN or tries > _TRIES:
        pause = float(_SLOT)
    elif kind in (NOT_ALLOWED, CANNOT_EVER):
        pause = min(_FIRST_SLOT * 4.0 ** (tries - 1), _SLOT)
    else:
        pause = min(_FIRST_REST * 2.0 ** (tries - 1), _LONGEST_REST)
    # At least half of it, so that a provider in trouble is left in peace.
    pause *= 0.5 + chance / 2
    return round(min(max(pause, after_seconds or 0.0), _LONGEST))


def look_again_after(selected_at: Iterable[int], now: int) -> int:
    """How many seconds after a look that went well the next one is, by when the labels were selected."""
    return LOOK_SOONER if any(now - at < JUST_SELECTED for at in selected_at) else LOOK_EVERY


def is_late(looked_at: int | None, since: int, now: int) -> bool:
    """Whether a mailbox was last looked at too long ago; ``since``: when it was connected, where it never was."""
    return now - (since if looked_at is None else looked_at) > _LATE
