"""Try a background job again that failed, was cancelled, or failed for some, from where it was."""

from __future__ import annotations

from django.db import transaction

from postroom.actions.rejection import NotFound, Rejected
from postroom.core import audit as acts
from postroom.core.job_kinds import IN_ORDER
from postroom.store.models import Job, Workspace
from postroom.store.read.default_labels import click_in_force, undo_of
from postroom.store.read.jobs import job_of
from postroom.store.write import audit, jobs
from postroom.store.write.turn import take_turn


def why_not_again(job: Job) -> str:
    """Why a push, or undoing one, is not tried again even where it failed, as a name of ``REJECTIONS``; empty: it is.

    The last click decides, and one that was undone does nothing more.
    """
    if job.kind not in IN_ORDER:
        return ""
    undo, in_force = undo_of(job.of or job), click_in_force(job.workspace)
    if undo is not None and undo != job:
        return "undone_before"
    return "push_is_over" if in_force is not None and in_force.pk > job.pk else ""


def retry_job(workspace: Workspace, job_id: int, *, actor: str) -> None:
    """Put the job in the line again.

    Raises ``NotFound``, and ``Rejected``: ``job_goes_well``, or what ``why_not_again`` says.
    """
    with transaction.atomic():
        take_turn(workspace)
        job = job_of(workspace, job_id)
        if job is None:
            raise NotFound
        reason = why_not_again(job)
        if reason:
            raise Rejected(reason)
        if not jobs.try_again(workspace, job_id):
            raise Rejected("job_goes_well")
        audit.note(workspace, acts.JOB_RETRIED, actor, job=job)
