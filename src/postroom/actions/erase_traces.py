"""Erase what removed engagements left in the files of the database (L1, C17), as a background job.

It is asked for in the transaction that removes, so it is not forgotten whatever happens after.
"""

from __future__ import annotations

from typing import Final

from postroom.store.models import Job, Workspace
from postroom.store.write import jobs, traces

KIND: Final = "erase_traces"


def ask_to_erase_traces(workspace: Workspace, *, actor: str) -> None:
    """Have traces erased soon. Within the caller's transaction; several askings are one job."""
    if traces.leaves_traces():
        jobs.ask_once_for(workspace, KIND, actor)


def erase_traces_now(workspace: Workspace) -> None:
    """Do what was asked for in this workspace and no worker has taken up."""
    while (job := jobs.claim(workspace=workspace, kind=KIND)) is not None:
        run_erase_traces(job)


def run_erase_traces(job: Job) -> None:
    """Erase all traces; ``counts`` says in how many ``steps``. Raises ``jobs.LeaseLost``."""
    job.counts = {"steps": 0}
    for _ in traces.erase_traces():
        job.counts["steps"] += 1
        jobs.note_progress(job)
    jobs.end(job)
