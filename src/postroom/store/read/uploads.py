"""What a source uploaded: how many items in which state; how many failed lately; what was said of folders."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q

from postroom.core.upload import KINDS
from postroom.store.models import FolderStatistics, Item, Source, User, Waiting
from postroom.store.read.source_health import FailureShare, failure_shares

STATES: Final = ("queued", "held", "done", "skipped", "dropped", "failed")
"""``dropped``: what was held for too long (P8)."""
MANY: Final = 100_000
"""Items that take long to count."""
KEPT_SECONDS: Final = 30.0

_kept: Final[dict[int, tuple[float, dict[str, dict[str, int]]]]] = {}
"""By source: when it was counted, and what."""


def failure_share(source: Source) -> FailureShare:
    """The share of failed items among the source's last 1,000 of the last 24 hours (K9)."""
    return failure_shares([source.pk])[source.pk]


def upload_counts(source: Source) -> dict[str, dict[str, int]]:
    """How many items there are of each kind of ``core.upload.KINDS``, in each of ``STATES``; noughts too.

    An item that a lens failed on is ``failed``, whoever else waits for it; ``held`` is one that waits for nothing
    but consent. Of ``MANY`` items or more, what was counted is said for ``KEPT_SECONDS`` more, in each process.
    """
    kept = _kept.get(source.pk)
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    counts = _counted(source)
    if sum(sum(of_kind.values()) for of_kind in counts.values()) >= MANY:
        _kept[source.pk] = time.monotonic(), counts
    return counts


def _counted(source: Source) -> dict[str, dict[str, int]]:
    counts = {kind: dict.fromkeys(STATES, 0) for kind in KINDS}
    items = Item.objects.filter(source=source).order_by()
    for kind, state, count in items.values_list("kind", "state").annotate(Count("pk")):
        # Of what waits, all that is neither failed nor queued is held.
        counts[kind]["held" if state == "waiting" else state] = count
    waiting = items.filter(state="waiting")
    # Written as the index ``waiting_failed`` is: it is small, whatever waits.
    failed = Waiting.objects.exclude(problem="").values("item")
    found = [("failed", waiting.filter(pk__in=failed))]
    consenting = User.objects.filter(workspace=source.workspace_id, collects_since__isnull=False).values("pk")
    waits = Waiting.objects.filter(workspace=source.workspace_id)
    if waits.filter(user=None).exists() or waits.filter(user__in=consenting).exists():
        of_item = Waiting.objects.filter(item=OuterRef("pk"))
        is_due = Exists(of_item.filter(Q(user=None) | Q(user__in=consenting)))
        found.append(("queued", waiting.filter(is_due).exclude(pk__in=failed)))
    for state, some in found:
        for kind, count in some.values_list("kind").annotate(Count("pk")):
            counts[kind][state] = count
            counts[kind]["held"] -= count
    return counts


def folders_said(
    source: Source, users: Collection[int]
) -> dict[tuple[int, str], tuple[int, int, int | None, int | None]]:
    """What was said last of the folders of these users: total, uploaded, from and until; by user and folder."""
    rows = FolderStatistics.objects.filter(source=source, user_id__in=users)
    return {(row.user_id, row.folder): (row.total, row.uploaded, row.from_at, row.until_at) for row in rows}
