"""Times as people and programs read them."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(at: int | None) -> str | None:
    """``2026-11-21T10:00:00Z``; ``None`` for ``None`` and for what no calendar has."""
    if at is None:
        return None
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def moment_text(at: datetime | None) -> str | None:
    """``2026-11-21T10:00:00Z`` for a time that knows its zone; ``None`` for ``None``."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: int) -> str:
    """``2026-11-21``."""
    return (rfc3339(at) or "an impossible date")[:10]
