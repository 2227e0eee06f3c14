"""How sources fare: what failed of the last items (K9), and whether somebody should look.

Several sources are asked for at once; each looks at its newest calls only. An item fails by being rejected, which
its call says, or afterwards, which the rows that wait for it say: few of all, and found by an index of their own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection
from django.utils import timezone

from postroom.store.models import Source, Workspace

ITEMS_LOOKED_AT: Final = 1_000
LOOKED_BACK: Final = timedelta(hours=24)
_AT_ONCE: Final = 100
"""Sources in one query."""
_ALARMING: Final = 0.05


class FailureShare(NamedTuple):
    """How many of a source's last items were rejected, or accepted and could not be processed."""

    share: float | None
    """0 to 1; ``None`` where there was no item lately."""
    failed: int
    items: int

    @property
    def is_alarm(self) -> bool:
        """Whether so many failed that somebody should look."""
        return self.share is not None and self.share > _ALARMING


def failure_shares(source_ids: Sequence[int]) -> dict[int, FailureShare]:
    """The share of failed items among the last 1,000 of the last 24 hours, for each source (K9).

    The call that reaches the 1,000 is counted whole. What is said of folders is no item. What could not be
    processed counts as long as nobody had it tried again.
    """
    since = timezone.now() - LOOKED_BACK
    counted = {source_id: [0, 0] for source_id in source_ids}
    for start in range(0, len(source_ids), _AT_ONCE):
        oldest: dict[int, int] = {}
        for source_id, at, statuses in _newest_calls(source_ids[start : start + _AT_ONCE], since):
            count = counted[source_id]
            if count[1] < ITEMS_LOOKED_AT:
                count[0] += statuses.get("rejected", 0)
                count[1] += sum(statuses.values())
                oldest[source_id] = at
        for source_id, failed in _failed_since(oldest).items():
            counted[source_id][0] += failed
    return {
        source_id: FailureShare(failed / items if items else None, failed, items)
        for source_id, (failed, items) in counted.items()
    }


def alarmed_sources(workspace: Workspace | None = None) -> list[Source]:
    """The sources of which more than 5 % failed lately, by name; without a workspace of all workspaces."""
    found = Source.objects.filter(workspace=workspace) if workspace else Source.objects.all()
    sources = list(found.order_by("name", "pk"))
    shares = failure_shares([source.pk for source in sources])
    return [source for source in sources if shares[source.pk].is_alarm]


def _newest_calls(source_ids: Sequence[int], since: datetime) -> Iterator[tuple[int, int, dict[str, int]]]:
    """The newest calls of each source with their Unix seconds, newest first: no more than can have so many items."""
    # Each part is limited by itself, which a database does along its index.
    of_one = (
        "SELECT source_id, at, statuses FROM (SELECT source_id, at, statuses FROM store_uploadcall "
        "WHERE source_id = %s AND at >= %s AND kind <> 'folder' ORDER BY at DESC LIMIT %s) AS calls"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([of_one] * len(source_ids)),
            [value for source_id in source_ids for value in (source_id, since, ITEMS_LOOKED_AT)],
        )
        for source_id, at, statuses in cursor:
            yield int(source_id), _seconds(at), json.loads(statuses)


def _seconds(at: datetime | str) -> int:
    """A time as the databases give it, SQLite as text in UTC, in Unix seconds."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _failed_since(oldest: Mapping[int, int]) -> dict[int, int]:
    """How many items of each source, received at these Unix seconds or later, a lens failed on."""
    if not oldest:
        return {}
    received = " OR ".join(["(i.source_id = %s AND i.received_at >= %s)"] * len(oldest))
    with connection.cursor() as cursor:
        # Written as the index ``waiting_failed`` is, and so that SQLite begins with it.
        cursor.execute(
            "SELECT DISTINCT i.id, i.source_id FROM store_waiting w CROSS JOIN store_item i "  # noqa: S608
            f"WHERE i.id = w.item_id AND NOT (w.problem = '') AND ({received})",
            [value for pair in oldest.items() for value in pair],
        )
        return Counter(source_id for _, source_id in cursor.fetchall())
