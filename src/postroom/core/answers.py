"""Which sent mail answers which received one, and when (E3, E4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

IN_INT, IN_EXT = 1, 2
"""Bits: on which sides the mail counts that is answered."""


class Mail(Protocol):
    """A mail of a user, received under a Message-ID or sent in answer to it."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> int:
        """Unix seconds."""

    @property
    def is_inside(self) -> bool: ...
    @property
    def is_outside(self) -> bool: ...
    @property
    def is_automatic(self) -> bool: ...


_M = TypeVar("_M", bound=Mail)


class Link(NamedTuple):
    """What is noted on a mail."""

    answered_at: int | None = None
    """Of a received mail: when it was first answered; of a sent one: when the mail it answers had come."""
    sides: int = 0
    """Of a sent mail that answers one: on which sides that counts."""


def links_of(received: Sequence[_M], answers: Sequence[_M]) -> Iterator[tuple[_M, Link]]:
    """What to note on each mail of a thread: what a user received under one Message-ID, and sent in answer to it.

    An answer is not older than what it answers: of several under one Message-ID the first. Automatic mail neither
    answers nor is answered.
    """
    asked = min(
        (mail for mail in received if not mail.is_automatic), key=lambda m: (m.at, m.id), default=None
    )
    answered_at = []
    for mail in answers:
        if asked is None or mail.is_automatic or mail.at < asked.at:
            yield mail, Link()
        else:
            answered_at.append(mail.at)
            yield mail, Link(asked.at, IN_INT * asked.is_inside + IN_EXT * asked.is_outside)
    for mail in received:
        later = [at for at in answered_at if at >= mail.at and not mail.is_automatic]
        yield mail, Link(min(later, default=None))
