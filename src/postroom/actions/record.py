"""Records as callers send them: plain objects, read field by field, every mistake named.

Must not look anything up: what a field means beyond its form is the action's question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from postroom.actions.rejection import Rejected

T = TypeVar("T")
Reader = Callable[[Any], T]
"""Reads one value that is not null; raises ``Rejected``."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime.fromtimestamp(0, UTC)
_NOT_KEPT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Record:
    """One record, which may have these ``fields`` and no others."""

    def __init__(self, sent: Any, fields: Collection[str]) -> None:
        if not isinstance(sent, dict):
            raise Rejected("not_an_object")
        for name in sent:
            if name not in fields:
                raise Rejected("unknown_field", str(name)[:100].encode("ascii", "replace").decode())
        self._sent = sent

    def __contains__(self, name: str) -> bool:
        """Whether the field was given, be it as null."""
        return name in self._sent

    def read(self, name: str, reader: Reader[T], otherwise: T) -> T:
        """The field's value; ``otherwise`` where it was not given or is null."""
        value = self._sent.get(name)
        if value is None:
            return otherwise
        try:
            return reader(value)
        except Rejected as refusal:
            within = refusal.field or ""
            is_path = not within or within.startswith(("[", "."))
            raise Rejected(refusal.reason, name + within if is_path else within) from None

    def need(self, name: str, reader: Reader[T], reason: str = "field_required") -> T:
        """The field's value; ``Rejected`` for ``reason`` where it was not given, is null or an empty text."""
        value = self.read(name, reader, None)
        if value is None or value == "":
            raise Rejected(reason, name)
        return value


def text(max_chars: int) -> Reader[str]:
    """Reads a text, trimmed, of at most ``max_chars``."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Rejected("wrong_type")
        if not value.isprintable() and _NOT_KEPT.search(value):
            raise Rejected("text_invalid")
        trimmed = value.strip()
        if len(trimmed) > max_chars:
            raise Rejected("too_long")
        return trimmed

    return read


def flag(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Rejected("wrong_type")
    return value


def number(value: Any) -> int:
    """Read an id."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise Rejected("wrong_type")
    return value


def listed(reader: Reader[T], max_items: int = 100) -> Reader[list[T]]:
    """Reads a list of at most ``max_items``."""

    def read(value: Any) -> list[T]:
        if not isinstance(value, list):
            raise Rejected("wrong_type")
        if len(value) > max_items:
            raise Rejected("too_many")
        return [reader(item) for item in value]

    return read


def each(reader: Reader[T], max_items: int) -> Reader[list[T]]:
    """Reads a list of at most ``max_items``; a refusal says of which: ``members[3]``."""

    def read(value: Any) -> list[T]:
        if not isinstance(value, list):
            raise Rejected("wrong_type")
        if len(value) > max_items:
            raise Rejected("too_many")
        found: list[T] = []
        try:
            # Appends one after the other, so what is there tells where it ended.
            found.extend(map(reader, value))
        except Rejected as refusal:
            raise Rejected(refusal.reason, f"[{len(found)}]{refusal.field or ''}") from None
        return found

    return read


def day(value: Any) -> date:
    """Read a day, ``2026-11-21``."""
    if not isinstance(value, str):
        raise Rejected("wrong_type")
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Rejected("date_invalid")


def moment(value: Any) -> int:
    """Read a time (RFC 3339), or a day, which begins at midnight UTC. Unix seconds."""
    if not isinstance(value, str):
        raise Rejected("wrong_type")
    try:
        if _DAY.fullmatch(value):
            value += "T00:00:00Z"
        if _MOMENT.fullmatch(value):
            return int((datetime.fromisoformat(value.upper()) - _EPOCH).total_seconds() // 1)
    except (ValueError, OverflowError):
        pass
    raise Rejected("time_invalid")
