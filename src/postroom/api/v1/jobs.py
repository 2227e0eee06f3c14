"""Routes of background jobs: each is seen, cancelled and tried again by who may see its kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninja import Router

from postroom.actions.cancel_job import cancel_job as cancel
from postroom.actions.rejection import NotFound
from postroom.actions.retry_job import retry_job as retry
from postroom.api import schemas_jobs as schemas
from postroom.api.auth import Call
from postroom.api.errors import Problem
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1.sent import PathId, read_text
from postroom.core.clock_text import moment_text
from postroom.store.models import Job
from postroom.store.read import jobs as read

router = Router(tags=["Jobs"])


@router.get("jobs", response=schemas.Jobs, operation_id="listJobs", summary="List jobs")
def list_jobs(
    request: Call,
    state: schemas.State | None = None,
    kind: str | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """The jobs of the kinds that the caller may see, newest first."""
    wanted = read_text("kind", kind, 30)
    found = read.jobs_seen(request.caller.workspace, _viewer(request), state or "", wanted)
    return page(request, found, ("-pk",), _in_list, limit, cursor)


@router.get("jobs/{id}", response=schemas.Job, operation_id="getJob", summary="Get a job")
def get_job(request: Call, id: PathId) -> Any:
    """How far a background job is, and what came of it. Needs the permission of its kind."""
    return _shown(_seen(request, id))


@router.post("jobs/{id}/cancel", response=schemas.Job, operation_id="cancelJob", summary="Cancel a job")
def cancel_job(request: Call, id: PathId) -> Any:
    """Have a job stop, at once or at its next step; what it did stays. Needs the permission of its kind."""
    cancel(request.caller.workspace, _seen(request, id).pk, actor=request.caller.actor)
    return _shown(_seen(request, id))


@router.post("jobs/{id}/retry", response=schemas.Job, operation_id="retryJob", summary="Try a job again")
def retry_job(request: Call, id: PathId) -> Any:
    """Try a job again that failed or was cancelled, from where it was. Needs the permission of its kind."""
    retry(request.caller.workspace, _seen(request, id).pk)
    return _shown(_seen(request, id))


def _viewer(request: Call) -> read.Viewer:
    return read.Viewer(request.caller.permissions, request.caller.viewer)


def _seen(request: Call, id: int) -> Job:
    """The job. Raises ``NotFound``, and ``Problem`` where it is not for the caller."""
    job = read.job_of(request.caller.workspace, id)
    if job is None:
        raise NotFound
    if not read.is_seen(job, _viewer(request)):
        raise Problem("forbidden")
    return job


def _shown(job: Job) -> dict[str, Any]:
    [shown] = _in_list([job])
    return {**shown, "results": job.results}


def _in_list(rows: Sequence[Job]) -> list[dict[str, Any]]:
    """Jobs without their results."""
    return [
        {
            "id": job.pk,
            **{name: getattr(job, name) for name in ("kind", "state", "counts")},
            "asked_by": job.actor,
            **dict(zip(("done", "total"), read.how_far(job) or (None, None), strict=True)),
            "problem": job.problem or None,
            "cancel_asked_by": job.cancel_asked_by or None,
            "created_at": moment_text(job.created_at),
            "ended_at": moment_text(job.ended_at),
        }
        for job in rows
    ]
