"""Try a background job again that failed, was cancelled, or failed for some, from where it was."""

from __future__ import annotations

from django.db import transaction

from postroom.actions.rejection import NotFound, Rejected
from postroom.core import audit as acts
from postroom.core.job_kinds import IN_ORDER
from postroom.store.models import Workspace
from postroom.store.read.default_labels import is_later_one_asked
from postroom.store.read.jobs import job_of
from postroom.store.write import audit, jobs
from postroom.store.write.turn import take_turn


def retry_job(workspace: Workspace, job_id: int, *, actor: str) -> None:
    """Put the job in the line again. Raises ``NotFound``, and ``Rejected``: ``job_goes_well``, ``push_is_over``."""
    with transaction.atomic():
        take_turn(workspace)
        job = job_of(workspace, job_id)
        if job is None:
            raise NotFound
        if job.kind in IN_ORDER and is_later_one_asked(job):
            raise Rejected("push_is_over")
        if not jobs.try_again(workspace, job_id):
            raise Rejected("job_goes_well")
        audit.note(workspace, acts.JOB_RETRIED, actor, job=job)
