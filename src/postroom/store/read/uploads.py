"""What a source uploaded: how many items in which state, and how many failed lately (K9)."""

from __future__ import annotations

from typing import NamedTuple

from postroom.store.models import Source

STATES = ("queued", "held", "done", "skipped", "failed")


class FailureShare(NamedTuple):
    """How many of a source's last items were rejected."""

    share: float | None
    """0 to 1; ``None`` where there was no item lately."""
    failed: int
    items: int

    @property
    def is_alarm(self) -> bool:
        """Whether so many failed that somebody should look."""
        raise NotImplementedError


def failure_share(source: Source) -> FailureShare:
    """The share of failed items among the source's last 1,000 of the last 24 hours (K9)."""
    raise NotImplementedError


def upload_counts(source: Source) -> dict[str, dict[str, int]]:
    """How many items there are of each kind of ``core.upload.KINDS``, in each of ``STATES``; noughts too."""
    raise NotImplementedError
