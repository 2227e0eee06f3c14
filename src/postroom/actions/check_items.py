"""Check what a program uploads, and say what it would be answered; store nothing (K8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from postroom.actions.item_answer import ItemAnswer
from postroom.core.upload import Uploaded
from postroom.store.models import Source


@dataclass(slots=True)
class CheckedItem:
    """An item that has the right form and concerns a user."""

    id: str
    uploaded: Uploaded
    at: int
    """Its date, Unix seconds."""
    owner: int | None
    """The user whose mail it is; ``None`` for other kinds."""
    users: tuple[tuple[int, int], ...]
    """The users it concerns, with their ranks (0: sent, 1: received); a user once."""
    depth_at: int | None
    """The source's crawling depth, Unix seconds."""
    for_customer: bool
    """Whether the customer lens takes it: it can become an engagement, and the source feeds that lens."""
    for_people: bool
    """Whether the source feeds the people lens."""


def checked(
    source: Source, kind: str, records: Sequence[Any], *, now: int | None = None
) -> list[tuple[ItemAnswer, CheckedItem | None]]:
    """The answer that ``accept`` would give now to each record, and what was read of it; ``None`` of a refused one."""
    raise NotImplementedError
