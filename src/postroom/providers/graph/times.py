"""Times as Graph writes them (ISO 8601 in UTC), in Unix seconds and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_LATEST: Final = 253_402_300_799
"""The end of the year 9999: later times cannot be written."""


def seconds_of(text: object) -> int | None:
    """Unix seconds of a time such as ``2026-03-01T09:30:00Z``, fractions cut off; ``None`` where it is none."""
    if not isinstance(text, str):
        return None
    try:
        return int(datetime.fromisoformat(text[:19]).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def text_of(seconds: int) -> str:
    """Write Unix seconds as Graph wants them in a filter."""
    at = datetime.fromtimestamp(min(max(seconds, 0), _LATEST), UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
