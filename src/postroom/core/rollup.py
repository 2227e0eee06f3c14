"""How a roll-up is kept: what one user's week came to, in three short strings of bytes.

One row a user and week instead of some twenty keeps a full build and a year's report short (decision 0027). All
numbers are little-endian; ``NONE`` stands for no value.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Final, NamedTuple

from postroom.core.metrics import BLOCKS, FIGURES, NONE

DAY_FIGURES: Final = ("start", "end", "length")
"""What is kept of a day and a block: clock, clock, seconds."""
PAIR_FIELDS: Final = {
    "colleague": "q",
    "given": "q",
    "got": "q",
    "together": "q",
    "sent_mails": "i",
    "received_mails": "i",
    "sent_chats": "i",
    "received_chats": "i",
    "sent_reactions": "i",
    "received_reactions": "i",
    "calls": "i",
    "meetings": "i",
    "talked_seconds": "q",
    "last_at": "q",
}
"""What is kept of a colleague: name → code of ``struct``. Strength in ten-thousandths, ``last_at`` in Unix seconds."""

_FIGURES: Final = Struct(f"<{len(BLOCKS) * len(FIGURES)}i")
_DAYS: Final = Struct(f"<{len(BLOCKS) * 7 * len(DAY_FIGURES)}i")
_PAIR: Final = Struct("<" + "".join(PAIR_FIELDS.values()))

Figures = dict[str, int | None]
"""By the names of ``FIGURES``."""


class Pair(NamedTuple):
    """What a user had with one colleague in a week, or in several."""

    colleague: int
    given: int
    """Strength of what the user sent, in ten-thousandths."""
    got: int
    """Strength of what the colleague sent."""
    together: int
    """Strength of calls and meetings."""
    sent_mails: int
    received_mails: int
    sent_chats: int
    received_chats: int
    sent_reactions: int
    received_reactions: int
    calls: int
    meetings: int
    talked_seconds: int
    last_at: int
    """The last time, Unix seconds."""

    @property
    def strength(self) -> int:
        """All of it, in ten-thousandths."""
        return self.given + self.got + self.together


class Day(NamedTuple):
    """The first and last activity of a day, by the clock; ``None``: there was none."""

    start: int | None
    end: int | None
    length: int | None


def read_figures(packed: bytes) -> dict[str, Figures]:
    """The figures of a week, by block."""
    values = [None if value == NONE else value for value in _FIGURES.unpack(packed)]
    size = len(FIGURES)
    return {
        block: dict(zip(FIGURES, values[at * size : (at + 1) * size], strict=True))
        for at, block in enumerate(BLOCKS)
    }


def read_days(packed: bytes) -> dict[str, list[Day]]:
    """The seven days of a week, Sunday first, by block."""
    values = [None if value == NONE else value for value in _DAYS.unpack(packed)]
    days = [Day(*values[at : at + 3]) for at in range(0, len(values), 3)]
    return {block: days[at * 7 : (at + 1) * 7] for at, block in enumerate(BLOCKS)}


def read_pairs(packed: bytes) -> Iterator[Pair]:
    """What the user had with each colleague."""
    return (Pair(*values) for values in _PAIR.iter_unpack(packed))
