"""Background work as rows: asked for, claimed by one worker at a time, cancelled, ended.

A claim is a lease with a fence: a worker that lost it (killed, stalled) can no longer write.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value, When

from postroom.core.job_kinds import IN_ORDER, TRIED_FOR_FAILED, UNDER_WAY
from postroom.store.models import Job, Workspace

LEASE: Final = timedelta(seconds=60)


class LeaseLost(Exception):
    """Another worker has taken the job over."""


class JobCancelled(Exception):
    """Somebody asked for the job to stop; what it did up to now stays."""


def ask_for(
    workspace: Workspace, kind: str, asked: dict[str, Any], actor: str, *, of: Job | None = None
) -> Job:
    """Put a job in the line; ``of``: the job that it is about."""
    return Job.objects.create(workspace=workspace, kind=kind, asked=asked, actor=actor, of=of)


def ask_once_for(workspace: Workspace, kind: str, actor: str) -> None:
    """Put a job in the line unless one of this kind waits there; in the transaction that makes it needed."""
    if not Job.objects.filter(state="waiting", workspace=workspace, kind=kind).exists():
        ask_for(workspace, kind, {}, actor)


def claim(**asked: Any) -> Job | None:
    """Claim the oldest job that is due: waiting and rested, or left behind by a worker that is gone.

    ``asked``: fields it must have, such as ``workspace`` and ``kind``.
    """
    now = datetime.now(UTC)
    due = Q(state__in=UNDER_WAY) & (Q(leased_until=None) | Q(leased_until__lt=now)) & Q(**asked)
    earlier = Job.objects.filter(
        workspace=OuterRef("workspace"), kind__in=IN_ORDER, state__in=UNDER_WAY, pk__lt=OuterRef("pk")
    )
    in_turn = Q(~Q(kind__in=IN_ORDER) | ~Exists(earlier))
    for job in Job.objects.filter(due).filter(in_turn).order_by("pk")[:10]:
        taken = Job.objects.filter(due, pk=job.pk, fence=job.fence).update(
            state="running", leased_until=now + LEASE, fence=F("fence") + 1
        )
        if taken:
            return Job.objects.select_related("workspace").get(pk=job.pk)
    return None


def try_again(workspace: Workspace, job_id: int) -> bool:
    """Put a job that failed, was cancelled, or failed for some, in the line again; says whether there was one."""
    in_part = Q(state="done", kind__in=TRIED_FOR_FAILED, counts__failed__gt=0)
    ended = Job.objects.filter(Q(state__in=("failed", "cancelled")) | in_part, workspace=workspace, pk=job_id)
    return bool(
        ended.update(
            state="waiting", problem="", tries=0, leased_until=None, ended_at=None, cancel_asked_by=""
        )
    )


def ask_to_cancel(workspace: Workspace, job_id: int, actor: str) -> bool:
    """End a job that waits, and have one under way stop at its next step; says whether there was one."""
    waits = Q(state="waiting")
    now = Value(datetime.now(UTC), DateTimeField())
    # In one statement: a worker may take it up, or put it back, at this very moment.
    return bool(
        Job.objects.filter(workspace=workspace, pk=job_id, state__in=UNDER_WAY).update(
            cancel_asked_by=actor,
            state=Case(When(waits, then=Value("cancelled")), default=F("state")),
            leased_until=Case(When(waits, then=None), default=F("leased_until")),
            ended_at=Case(When(waits, then=now), default=None),
        )
    )


def note_progress(job: Job) -> None:
    """Keep the job's ``counts``, ``results`` and ``progress``, and the lease.

    Raises ``LeaseLost``, and ``JobCancelled`` where somebody asked for it: then it is kept all the same, unless the
    caller's transaction takes the step back.
    """
    kept = {
        "counts": job.counts,
        "results": job.results,
        "progress": job.progress,
        "tries": 0,
        "leased_until": datetime.now(UTC) + LEASE,
    }
    if not _claimed(job).filter(cancel_asked_by="").update(**kept):
        _write(job, **kept)
        raise JobCancelled


def put_back(job: Job, rest: timedelta) -> None:
    """Let the job rest, then be due again, from where its progress was last noted. Raises ``LeaseLost``."""
    _write(job, state="waiting", tries=F("tries") + 1, leased_until=datetime.now(UTC) + rest)


def end(job: Job, problem: str = "") -> None:
    """End the job, well or with a ``problem``; what it counted before stays. Raises ``LeaseLost``."""
    _end(job, "failed" if problem else "done", problem)


def end_cancelled(job: Job) -> None:
    """End the job as it was asked to; what it did stays. Raises ``LeaseLost``."""
    _end(job, "cancelled")


def is_cancel_asked(job: Job) -> bool:
    """Whether somebody asked for the job to stop, up to now."""
    return _claimed(job).exclude(cancel_asked_by="").exists()


def _end(job: Job, state: str, problem: str = "") -> None:
    _write(job, state=state, problem=problem[:200], leased_until=None, ended_at=datetime.now(UTC))


def _write(job: Job, **fields: Any) -> None:
    if not _claimed(job).update(**fields):
        raise LeaseLost


def _claimed(job: Job) -> QuerySet[Job]:
    """The job, as long as it is this worker's."""
    return Job.objects.filter(pk=job.pk, fence=job.fence, state="running")
