"""What calls bring along beside their records: ids in paths, filters, and how many records there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Path

from postroom.actions.record import moment, text
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.typed import typed_address
from postroom.api.access import MAX_ITEMS
from postroom.api.errors import Problem

PathId = Annotated[int, Path(ge=1, le=2**63 - 1)]


def at_most(records: Sequence[Any]) -> Sequence[Any]:
    """The records, if they are not too many for one call."""
    if len(records) > MAX_ITEMS:
        raise Problem("too_many_items")
    return records


def one(found: QuerySet[Any], **key: Any) -> Any:
    """The row of this key; raises ``NotFound``, also for a key that another workspace has."""
    row = found.filter(**key).first()
    if row is None:
        raise NotFound
    return row


def read_time(name: str, value: str | None) -> int | None:
    """A time in a filter, Unix seconds; raises ``Rejected``."""
    return _read(name, moment, value) if value else None


def read_text(name: str, value: str | None, max_chars: int = 320) -> str:
    """A text in a filter; raises ``Rejected``."""
    return _read(name, text(max_chars), value) if value else ""


def read_user(name: str, value: str | None) -> str:
    """The address of a user in a filter, normalised; what is no address is nobody's. Raises ``Rejected``."""
    plain = read_text(name, value)
    try:
        return typed_address(plain) if plain else ""
    except Rejected:
        return plain


def _read(name: str, reader: Any, value: str) -> Any:
    try:
        return reader(value)
    except Rejected as refusal:
        raise Rejected(refusal.reason, name) from None
