"""Take up background jobs and give them up, for the worker."""

from __future__ import annotations

import contextlib

from postroom.store.models import Job
from postroom.store.write import jobs


def claim_job() -> Job | None:
    """Claim the oldest job that is due, if any."""
    return jobs.claim()


def fail_job(job: Job, problem: str) -> None:
    """End a job that went wrong, unless another worker has it by now."""
    with contextlib.suppress(jobs.LeaseLost):
        jobs.end(job, job.counts, job.results, problem)
