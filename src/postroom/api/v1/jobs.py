"""Routes of background jobs."""

from __future__ import annotations

from typing import Any

from ninja import Router

from postroom.actions.rejection import NotFound
from postroom.api import schemas
from postroom.api.auth import Call
from postroom.api.v1 import shown
from postroom.api.v1.sent import PathId
from postroom.store.read import jobs as read

router = Router(tags=["Jobs"])


@router.get("jobs/{id}", response=schemas.Job, operation_id="getJob", summary="Get a job")
def get_job(request: Call, id: PathId) -> Any:
    """How far a background job is, and what came of it. Needs `manage_rules`."""
    job = read.job_of(request.caller.workspace, id)
    if job is None:
        raise NotFound
    return shown.job(job)
