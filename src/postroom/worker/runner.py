"""The worker: finds jobs that are due and does them. Rows are the truth, so restarting is recovering."""

from __future__ import annotations

import logging
import signal
from types import FrameType
from typing import Final

from django.db import close_old_connections

from postroom.actions.work import claim_job, do_claimed, give_up_job, may_pass
from postroom.stopping import Stopping
from postroom.store.problems import place_of
from postroom.worker.duties import DUTIES

LOOK_EVERY_SECONDS: Final = 1.0

_log = logging.getLogger("postroom.worker")


def run_forever() -> None:
    """Do what is due until SIGTERM or SIGINT; the job under way is finished first."""
    stop = Stopping()

    def asked_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked_to_stop)
    signal.signal(signal.SIGINT, asked_to_stop)
    while not stop.is_set():
        close_old_connections()
        if not _run_due_where_it_can_be_asked():
            stop.wait(LOOK_EVERY_SECONDS)


def _run_due_where_it_can_be_asked() -> bool:
    """As ``run_due``; a database that is busy or away is asked again later, with all that was due."""
    try:
        return run_due()
    except Exception as error:
        if not may_pass(error):
            raise
        _log.warning("the database cannot be asked: %s", place_of(error))
        return False


def run_due() -> bool:
    """Do one job that is due, if any; says whether there was one."""
    job = claim_job()
    if job is None:
        return False
    try:
        do_claimed(job, DUTIES[job.kind])
    except Exception as error:
        _log.error("job %s (%s) met %s", job.pk, job.kind, place_of(error))
        give_up_job(job, error)
    return True
