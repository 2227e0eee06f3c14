"""What a source uploaded: how many items in which state; how many failed lately; what was said of folders."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db import connection

from postroom.core.upload import KINDS
from postroom.store.models import FolderStatistics, Source
from postroom.store.read.source_health import FailureShare, failure_shares

STATES: Final = ("queued", "held", "done", "skipped", "dropped", "failed")
"""``dropped``: what was held for too long (P8)."""


def failure_share(source: Source) -> FailureShare:
    """The share of failed items among the source's last 1,000 of the last 24 hours (K9)."""
    return failure_shares([source.pk])[source.pk]


def upload_counts(source: Source) -> dict[str, dict[str, int]]:
    """How many items there are of each kind of ``core.upload.KINDS``, in each of ``STATES``; noughts too.

    An item that a lens failed on is ``failed``, whoever else waits for it; ``held`` is one that waits for nothing
    but consent.
    """
    counts = {kind: dict.fromkeys(STATES, 0) for kind in KINDS}
    with connection.cursor() as cursor:
        for query in (_SETTLED, _WAITING):
            cursor.execute(query, [source.pk])
            for kind, state, count in cursor.fetchall():
                counts[kind][state] += count
    return counts


_SETTLED: Final = (
    "SELECT kind, state, COUNT(*) FROM store_item WHERE source_id = %s AND state <> 'waiting' "
    "GROUP BY kind, state"
)
_WAITING: Final = (
    "SELECT kind, CASE WHEN failed > 0 THEN 'failed' WHEN due > 0 THEN 'queued' ELSE 'held' END, COUNT(*) FROM ("
    "SELECT i.kind, SUM(CASE WHEN w.problem <> '' THEN 1 ELSE 0 END) AS failed, "
    "SUM(CASE WHEN w.user_id IS NULL OR u.collects_since IS NOT NULL THEN 1 ELSE 0 END) AS due "
    "FROM store_item i JOIN store_waiting w ON w.item_id = i.id LEFT JOIN store_user u ON u.id = w.user_id "
    "WHERE i.source_id = %s AND i.state = 'waiting' GROUP BY i.id, i.kind) AS waiting GROUP BY 1, 2"
)


def folders_said(
    source: Source, users: Collection[int]
) -> dict[tuple[int, str], tuple[int, int, int | None, int | None]]:
    """What was said last of the folders of these users: total, uploaded, from and until; by user and folder."""
    rows = FolderStatistics.objects.filter(source=source, user_id__in=users)
    return {(row.user_id, row.folder): (row.total, row.uploaded, row.from_at, row.until_at) for row in rows}
