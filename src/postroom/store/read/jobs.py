"""Questions about background work."""

from __future__ import annotations

from django.db.models import QuerySet

from postroom.store.models import Job, Workspace

FAILED = "failed"


def jobs(workspace: Workspace, state: str = "") -> QuerySet[Job]:
    """The jobs of the workspace, or those in this state, newest first; without their long lists."""
    found = Job.objects.filter(workspace=workspace).defer("results").order_by("-pk")
    return found.filter(state=state) if state else found


def job_of(workspace: Workspace, job_id: int) -> Job | None:
    """The job with this id, in this workspace."""
    return Job.objects.filter(workspace=workspace, pk=job_id).first()


def count_failed(workspace: Workspace) -> int:
    """How many jobs ended with a problem and were not tried again."""
    return Job.objects.filter(workspace=workspace, state=FAILED).count()
