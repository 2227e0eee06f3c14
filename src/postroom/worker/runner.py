"""The worker: finds jobs that are due and does them. Rows are the truth, so restarting is recovering."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType
from typing import Final

from django.db import close_old_connections

from postroom.actions.work import claim_job, fail_job
from postroom.worker.duties import DUTIES

LOOK_EVERY_SECONDS: Final = 1.0

_log = logging.getLogger("postroom.worker")


def run_forever() -> None:
    """Do what is due until SIGTERM or SIGINT; the job under way is finished first."""
    stop = threading.Event()

    def asked_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked_to_stop)
    signal.signal(signal.SIGINT, asked_to_stop)
    while not stop.is_set():
        close_old_connections()
        if not run_due():
            stop.wait(LOOK_EVERY_SECONDS)


def run_due() -> bool:
    """Do one job that is due, if any; says whether there was one."""
    job = claim_job()
    if job is None:
        return False
    try:
        DUTIES[job.kind](job)
    except Exception as error:
        # The text of an error may hold an address; its kind does not.
        _log.exception("job %s (%s) failed: %s", job.pk, job.kind, type(error).__name__, exc_info=False)
        fail_job(job, type(error).__name__)
    return True
