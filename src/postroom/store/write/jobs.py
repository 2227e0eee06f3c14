"""Background work as rows: asked for, claimed by one worker at a time, ended.

A claim is a lease with a fence: a worker that lost it (killed, stalled) can no longer write.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q

from postroom.store.models import Job, Workspace

LEASE: Final = timedelta(seconds=60)


class LeaseLost(Exception):
    """Another worker has taken the job over."""


def ask_for(workspace: Workspace, kind: str, asked: dict[str, Any], actor: str) -> Job:
    """Put a job in the line."""
    return Job.objects.create(workspace=workspace, kind=kind, asked=asked, actor=actor)


def claim() -> Job | None:
    """Claim the oldest job that is due: waiting, or left behind by a worker that is gone."""
    now = datetime.now(UTC)
    due = Q(state="waiting") | Q(state="running", leased_until__lt=now)
    for job in Job.objects.filter(due).order_by("pk")[:10]:
        taken = Job.objects.filter(due, pk=job.pk, fence=job.fence).update(
            state="running", leased_until=now + LEASE, fence=F("fence") + 1
        )
        if taken:
            return Job.objects.select_related("workspace").get(pk=job.pk)
    return None


def note_progress(job: Job, counts: dict[str, int]) -> None:
    """Show how far the job is, and keep the lease. Raises ``LeaseLost``."""
    _write(job, counts=counts, leased_until=datetime.now(UTC) + LEASE)


def end(job: Job, counts: dict[str, int], results: list[dict[str, Any]], problem: str = "") -> None:
    """End the job, well or with a ``problem``. Raises ``LeaseLost``."""
    _write(
        job,
        state="failed" if problem else "done",
        counts=counts,
        results=results,
        problem=problem[:200],
        leased_until=None,
        ended_at=datetime.now(UTC),
    )


def _write(job: Job, **fields: Any) -> None:
    if not Job.objects.filter(pk=job.pk, fence=job.fence, state="running").update(**fields):
        raise LeaseLost
