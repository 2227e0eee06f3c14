"""Take up background jobs and give them up, for the worker."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from postroom.store.models import Job
from postroom.store.problems import PASSING, database_problem, is_of_database
from postroom.store.write import jobs

MOST_TRIES: Final = 12
"""So often a job may meet an error that passes without getting on: then the error does not pass."""
FIRST_REST: Final = timedelta(seconds=5)
LONGEST_REST: Final = timedelta(minutes=10)


def claim_job() -> Job | None:
    """Claim the oldest job that is due, if any."""
    return jobs.claim()


def do_claimed(job: Job, duty: Callable[[Job], None]) -> None:
    """Do the job, unless or until somebody asks for it to stop. Raises what ``duty`` raises."""
    try:
        if not job.cancel_asked_by:
            duty(job)
            return
    except jobs.JobCancelled:
        pass
    with contextlib.suppress(jobs.LeaseLost):
        jobs.end_cancelled(job)


def give_up_job(job: Job, error: Exception) -> None:
    """Leave a job that met an error due, where the error may pass; end it where not. Raises the database's errors.

    One that was to stop anyway is cancelled.

    Rests double with each try: the last of ``MOST_TRIES`` comes after about an hour and a quarter.
    """
    # A worker that took the job over says itself how it went.
    with contextlib.suppress(jobs.LeaseLost):
        if jobs.is_cancel_asked(job):
            jobs.end_cancelled(job)
        elif may_pass(error) and job.tries + 1 < MOST_TRIES:
            jobs.put_back(job, min(FIRST_REST * 2**job.tries, LONGEST_REST))
        else:
            # The text of an error may hold an address; its kind does not.
            jobs.end(job, type(error).__name__)


def may_pass(error: Exception) -> bool:
    """Say whether the same may well work later: a busy or absent database, a full disk."""
    return is_of_database(error) and database_problem(error) in PASSING
