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


def ask_once_for(workspace: Workspace, kind: str, actor: str) -> None:
    """Put a job in the line unless one of this kind waits there; in the transaction that makes it needed."""
    if not Job.objects.filter(state="waiting", workspace=workspace, kind=kind).exists():
        ask_for(workspace, kind, {}, actor)


def claim(**asked: Any) -> Job | None:
    """Claim the oldest job that is due: waiting and rested, or left behind by a worker that is gone.

    ``asked``: fields it must have, such as ``workspace`` and ``kind``.
    """
    now = datetime.now(UTC)
    due = Q(state__in=("waiting", "running")) & (Q(leased_until=None) | Q(leased_until__lt=now)) & Q(**asked)
    for job in Job.objects.filter(due).order_by("pk")[:10]:
        taken = Job.objects.filter(due, pk=job.pk, fence=job.fence).update(
            state="running", leased_until=now + LEASE, fence=F("fence") + 1
        )
        if taken:
            return Job.objects.select_related("workspace").get(pk=job.pk)
    return None


def try_again(workspace: Workspace, job_id: int) -> bool:
    """Put a job that failed in the line again, from where it was; says whether there was one."""
    failed = Job.objects.filter(workspace=workspace, pk=job_id, state="failed")
    return bool(failed.update(state="waiting", problem="", tries=0, leased_until=None, ended_at=None))


def note_progress(job: Job) -> None:
    """Keep the job's ``counts``, ``results`` and ``progress``, and the lease. Raises ``LeaseLost``."""
    _write(
        job,
        counts=job.counts,
        results=job.results,
        progress=job.progress,
        tries=0,
        leased_until=datetime.now(UTC) + LEASE,
    )


def put_back(job: Job, rest: timedelta) -> None:
    """Let the job rest, then be due again, from where its progress was last noted. Raises ``LeaseLost``."""
    _write(job, state="waiting", tries=F("tries") + 1, leased_until=datetime.now(UTC) + rest)


def end(job: Job, problem: str = "") -> None:
    """End the job, well or with a ``problem``; what it counted before stays. Raises ``LeaseLost``."""
    _write(
        job,
        state="failed" if problem else "done",
        problem=problem[:200],
        leased_until=None,
        ended_at=datetime.now(UTC),
    )


def _write(job: Job, **fields: Any) -> None:
    if not Job.objects.filter(pk=job.pk, fence=job.fence, state="running").update(**fields):
        raise LeaseLost
