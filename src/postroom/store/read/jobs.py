"""Questions about background work."""

from __future__ import annotations

from postroom.store.models import Job, Workspace


def job_of(workspace: Workspace, job_id: int) -> Job | None:
    """The job with this id, in this workspace."""
    return Job.objects.filter(workspace=workspace, pk=job_id).first()
