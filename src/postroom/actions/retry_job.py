"""Try a background job that failed again, from where it was."""

from __future__ import annotations

from postroom.actions.rejection import NotFound
from postroom.store.models import Workspace
from postroom.store.write import jobs


def retry_job(workspace: Workspace, job_id: int) -> None:
    """Put the job in the line again. Raises ``NotFound`` where no job of this id has failed."""
    if not jobs.try_again(workspace, job_id):
        raise NotFound
