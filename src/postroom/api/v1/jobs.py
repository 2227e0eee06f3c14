"""Routes of background jobs: each is seen, cancelled and tried again by who may see its kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninja import Router, Status

from postroom.actions.cancel_job import cancel_job as cancel
from postroom.actions.default_labels import undo_default_labels
from postroom.actions.rejection import NotFound
from postroom.actions.retry_job import retry_job as retry
from postroom.api import schemas_jobs as schemas
from postroom.api.auth import Call
from postroom.api.errors import Problem
from postroom.api.paging import Cursor, Limit, page
from postroom.api.schemas import AskedJob
from postroom.api.v1.sent import PathId, read_text
from postroom.core.clock_text import moment_text
from postroom.core.job_kinds import APPLY_LABELS, UNDO_LABELS
from postroom.core.labels import DEFAULT_ROLES
from postroom.store.models import Job, PushResult
from postroom.store.read import jobs as read
from postroom.store.read.default_labels import results

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
def get_job(
    request: Call,
    id: PathId,
    status: schemas.OfStatus = None,
    reason: schemas.OfReason = None,
    limit: schemas.LimitOfUsers = schemas.MAX_USERS,
    cursor: Cursor = None,
) -> Any:
    """How far a background job is, and what came of it. Needs the permission of its kind.

    `status`, `reason`, `limit` and `cursor` are of results that are told user by user: those of
    `apply_default_labels` and `undo_default_labels`.
    """
    job = _seen(request, id)
    [shown] = _in_list([job])
    if job.kind not in (APPLY_LABELS, UNDO_LABELS):
        return {**shown, "results": job.results, "next_cursor": None}
    narrowed = {name: value for name, value in (("status", status), ("reason", reason)) if value}
    users = page(request, results(job).filter(**narrowed), ("user_id",), _users, limit, cursor)
    return {**shown, "results": users["items"], "next_cursor": users["next_cursor"]}


@router.post("jobs/{id}/cancel", response=schemas.JobInList, operation_id="cancelJob", summary="Cancel a job")
def cancel_job(request: Call, id: PathId) -> Any:
    """Have a job stop, at once or at its next step; what it did stays. Needs the permission of its kind."""
    cancel(request.caller.workspace, _seen(request, id).pk, actor=request.caller.actor)
    return _in_list([_seen(request, id)])[0]


@router.post(
    "jobs/{id}/retry", response=schemas.JobInList, operation_id="retryJob", summary="Try a job again"
)
def retry_job(request: Call, id: PathId) -> Any:
    """Try a job again that failed or was cancelled, from where it was. Needs the permission of its kind.

    Of `apply_default_labels` also one that is done and failed for some users: for these, and for nobody else. Once
    there was a later click it is refused: 422 `push_is_over`.
    """
    retry(request.caller.workspace, _seen(request, id).pk, actor=request.caller.actor)
    return _in_list([_seen(request, id)])[0]


@router.post(
    "jobs/{id}/undo", response={202: AskedJob}, operation_id="undoJob", summary="Undo what a job changed"
)
def undo_job(request: Call, id: PathId) -> Any:
    """Have a job set back what a click on Apply to all users changed, for who has not chosen anew since. Needs
    `admin_access`.

    `id` is the click's job. Once it has ended, within 30 days, and the latest click first; else 422 `undo_too_early`,
    `undo_too_late`, `undone_before`, `later_click`, `undo_nothing`, or `undo_unknown` for jobs of other kinds.
    """
    caller = request.caller
    undo = undo_default_labels(caller.workspace, _seen(request, id).pk, actor=caller.actor)
    return Status(202, {"job": undo.pk})


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


def _in_list(rows: Sequence[Job]) -> list[dict[str, Any]]:
    """Jobs without their results."""
    return [
        {
            "id": job.pk,
            **{name: getattr(job, name) for name in ("kind", "state", "counts")},
            "of": job.of_id,
            "boxes": {role: job.asked[role] for role in DEFAULT_ROLES} if job.kind == APPLY_LABELS else None,
            "asked_by": job.actor,
            **dict(zip(("done", "total"), read.how_far(job) or (None, None), strict=True)),
            "problem": job.problem or None,
            "cancel_asked_by": job.cancel_asked_by or None,
            "created_at": moment_text(job.created_at),
            "ended_at": moment_text(job.ended_at),
        }
        for job in rows
    ]


def _users(found: Sequence[PushResult]) -> list[dict[str, Any]]:
    return [
        {
            "user": result.user.email,
            "status": result.status,
            "reason": result.reason or None,
            "before": result.before,
            "after": result.after,
        }
        for result in found
    ]
