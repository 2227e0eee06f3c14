"""Have a background job stop: at once where it waits, at its next step where it is under way."""

from __future__ import annotations

from django.db import transaction

from postroom.actions.rejection import NotFound, Rejected
from postroom.core import audit as acts
from postroom.core.job_kinds import kind_of
from postroom.store.models import Workspace
from postroom.store.read.jobs import job_of
from postroom.store.write import audit, jobs


def cancel_job(workspace: Workspace, job_id: int, *, actor: str) -> None:
    """Ask for the job to stop; what it did stays.

    Raises ``NotFound``, and ``Rejected``: ``job_cannot_stop`` or ``job_has_ended``.
    """
    job = job_of(workspace, job_id)
    if job is None:
        raise NotFound
    if not kind_of(job.kind).may_be_cancelled:
        raise Rejected("job_cannot_stop")
    with transaction.atomic():
        if not jobs.ask_to_cancel(workspace, job_id, actor):
            raise Rejected("job_has_ended")
        audit.note(workspace, acts.JOB_CANCELLED, actor, job=job)
