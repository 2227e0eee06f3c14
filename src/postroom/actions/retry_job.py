"""Try a background job again that failed or was cancelled, from where it was."""

from __future__ import annotations

from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Workspace
from postroom.store.read.jobs import job_of
from postroom.store.write import jobs


def retry_job(workspace: Workspace, job_id: int) -> None:
    """Put the job in the line again. Raises ``NotFound``, and ``Rejected`` with ``job_goes_well``."""
    if jobs.try_again(workspace, job_id):
        return
    if job_of(workspace, job_id) is None:
        raise NotFound
    raise Rejected("job_goes_well")
