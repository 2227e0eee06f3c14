"""Run everything that was set aside again, as a background job: after an update more may be readable (L6)."""

from __future__ import annotations

import contextlib
from typing import Final

from django.db.models import Count, Max

from postroom.actions.rejection import NotFound
from postroom.actions.retry_set_aside import retry_set_aside
from postroom.store.models import Job, Workspace
from postroom.store.read.set_aside import set_aside
from postroom.store.write import jobs

KIND: Final = "retry_set_aside"


def retry_all_set_aside(workspace: Workspace, *, actor: str) -> Job:
    """Ask for all that is set aside now to be run again; returns the job."""
    return jobs.ask_for(workspace, KIND, {}, actor)


def run_retry_all_set_aside(job: Job) -> None:
    """Do what was asked, the oldest first; ``counts`` says how many were ``filed``, are ``set_aside`` still,
    were ``rejected`` because their file or mailbox is needed, or are fetched again (``fetch_again``) from mailboxes.

    Goes on where an earlier try was: after the row ``progress["after"]``, up to ``progress["until"]``, which was
    the last of ``progress["total"]`` at first. What was filed just before an interruption is counted by the
    first try only, or by none.
    """
    rows = set_aside(job.workspace)
    job.counts = {"filed": 0, "set_aside": 0, "rejected": 0} | job.counts
    if not job.progress:
        found = rows.aggregate(last=Max("pk"), total=Count("pk"))
        job.progress = {"after": 0, "until": found["last"] or 0, "total": found["total"]}
    after, until = job.progress["after"], job.progress["until"]
    ids = list(rows.filter(pk__gt=after, pk__lte=until).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        # An import, or somebody else, may have been there first.
        with contextlib.suppress(NotFound):
            status = retry_set_aside(job.workspace, pk)["status"]
            job.counts[status] = job.counts.get(status, 0) + 1
        job.progress["after"] = pk
        jobs.note_progress(job)
    jobs.end(job)
