"""What the installation holds, in numbers over all workspaces, for who watches it.

Numbers only: no name, no address. A fixed number of queries, of which the long ones are asked twice a minute at
most in each process.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import Case, Count, Min, Q, Value, When

from postroom.core.job_kinds import UNDER_WAY
from postroom.store.models import Decision, Item, Job, SetAside, Source, Waiting
from postroom.store.read.source_health import FailureShare, failure_shares

KEPT_SECONDS: Final = 30.0


class Decided(NamedTuple):
    """What decisions in force say."""

    lens: str
    outcome: str
    reason: str


class Tally(NamedTuple):
    """What there is to count of large tables."""

    items: dict[tuple[str, ...], int]
    """Items by kind and state."""
    waiting: dict[tuple[str, ...], int]
    """Who waits for an item, by lens, kind and ``queued``, ``held`` or ``failed``."""
    oldest_queued_at: float | None
    """Since when the oldest item that is due could have been taken up, Unix seconds; ``None``: none is due."""
    decisions: dict[Decided, int]
    set_aside: int


def tally() -> Tally:
    """Count, or say what was counted less than ``KEPT_SECONDS`` ago."""
    return _kept.value()


def jobs_by_state() -> dict[str, int]:
    """How many jobs there are in each state."""
    return dict(Job.objects.values_list("state").annotate(Count("pk")).order_by())


def is_work_due() -> bool:
    """Whether a job or an uploaded item waits for the worker."""
    has_jobs = Job.objects.filter(state__in=UNDER_WAY).exists()
    return has_jobs or Waiting.objects.filter(_IS_DUE).exists()


def shares_of_sources() -> dict[int, FailureShare]:
    """The share of failed items of each source, by the source's number (K9)."""
    return failure_shares(list(Source.objects.order_by("pk").values_list("pk", flat=True)))


def _count() -> Tally:
    return Tally(
        _items(),
        _waiting(),
        _oldest_queued(),
        _decisions(),
        SetAside.objects.count(),
    )


def _items() -> dict[tuple[str, ...], int]:
    rows = Item.objects.values_list("kind", "state").annotate(Count("pk")).order_by()
    return {(kind, state): count for kind, state, count in rows}


_IS_DUE: Final = Q(problem="") & (Q(user=None) | Q(user__collects_since__isnull=False))


def _waiting() -> dict[tuple[str, ...], int]:
    rows = (
        Waiting.objects.annotate(
            lens=Case(When(user=None, then=Value("customer")), default=Value("people")),
            how=Case(
                When(_IS_DUE, then=Value("queued")),
                When(problem="", then=Value("held")),
                default=Value("failed"),
            ),
        )
        .values_list("lens", "kind", "how")
        .annotate(Count("pk"))
        .order_by()
    )
    return {(lens, kind, how): count for lens, kind, how, count in rows}


def _oldest_queued() -> float | None:
    rows = (
        Waiting.objects.filter(_IS_DUE)
        .values_list("user__collects_since")
        .annotate(Min("item__received_at"))
        .order_by()
    )
    # What was held is due since its user consented.
    ages = [max(float(received), _seconds(consented)) for consented, received in rows]
    return min(ages, default=None)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _decisions() -> dict[Decided, int]:
    found = Decision.objects.filter(is_current=True).values_list("lens", "outcome", "reason")
    rows = found.annotate(Count("pk")).order_by()
    return {Decided(lens, outcome, reason): count for lens, outcome, reason, count in rows}


class _Kept:
    """What was counted last, counted anew when it is old; one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: tuple[float, Tally] | None = None

    def value(self) -> Tally:
        with self._lock:
            if self._counted is None or time.monotonic() - self._counted[0] >= KEPT_SECONDS:
                self._counted = (time.monotonic(), _count())
            return self._counted[1]

    def forget(self) -> None:
        self._counted = None


_kept: Final = _Kept()


def forget_tally() -> None:
    """Count anew when asked next."""
    _kept.forget()
