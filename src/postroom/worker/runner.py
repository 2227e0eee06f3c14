"""The worker: lines of work side by side, so that none waits for another: jobs, uploads, and several for mailboxes.

Rows are the truth: what is due is asked of the database again and again, so restarting is recovering. An error that
may pass is waited out; any other of a line's own ends the process, and whoever started it starts it again.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

from django.db import close_old_connections, connections

from postroom.actions.process_uploads import process_some
from postroom.actions.recurring import note_worker_seen
from postroom.actions.roll_up import roll_up_some, workspaces_to_roll_up
from postroom.actions.work import claim_job, do_claimed, give_up_job, may_pass
from postroom.stopping import Stopping
from postroom.store.problems import place_of
from postroom.store.read.uploads_due import workspaces_with_uploads_due
from postroom.worker.duties import DUTIES
from postroom.worker.mailboxes import LINES, MailboxSweep
from postroom.worker.recurring import Recurrences
from postroom.worker.sweep import Sweep
from postroom.worker.watching import Watchers

LOOK_EVERY_SECONDS: Final = 0.25
"""What was asked for or uploaded is taken up about so soon."""
PASSES_SECONDS: Final = 2.0
"""The pause after an error that may pass."""
SEEN_EVERY_SECONDS: Final = 5.0
"""How often the worker leaves its sign of life."""

_log = logging.getLogger("postroom.worker")


def run_forever() -> None:
    """Do what is due until SIGTERM or SIGINT; what is under way is finished first. Ends with 1 if a line broke."""
    stop = Stopping()

    def asked_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked_to_stop)
    signal.signal(signal.SIGINT, asked_to_stop)
    lines = [
        Line("jobs", _job_or_recurring(), stop),
        Line("uploads", Sweep("uploads", workspaces_with_uploads_due, process_some, stop).take_some, stop),
        Line("roll-ups", Sweep("roll-ups", workspaces_to_roll_up, roll_up_some, stop).take_some, stop),
        *(Line(f"mailboxes {number}", MailboxSweep(stop).take_one, stop) for number in range(1, LINES + 1)),
        Line("watching", Watchers(stop).see_to_it, stop),
    ]
    if not run_lines(lines, stop):
        raise SystemExit(1)


def _job_or_recurring() -> Callable[[], bool]:
    recurrences = Recurrences()
    return lambda: run_due() or recurrences.do_due()


def run_lines(lines: Sequence[Line], stop: Stopping) -> bool:
    """Run the lines until it is asked to stop or one of them breaks; says whether all are whole."""
    for line in lines:
        line.start()
    seen_at = -SEEN_EVERY_SECONDS
    while not stop.is_set() and all(line.is_alive() for line in lines):
        if time.monotonic() - seen_at >= SEEN_EVERY_SECONDS:
            close_old_connections()
            step_where_it_can_be_asked(_leave_sign_of_life)
            seen_at = time.monotonic()
        stop.wait(LOOK_EVERY_SECONDS)
    stop.set()
    for line in lines:
        line.join()
    return all(line.is_whole for line in lines)


def _leave_sign_of_life() -> bool:
    note_worker_seen()
    return True


class Line(threading.Thread):
    """Takes step after step, in a thread with a database connection of its own."""

    def __init__(self, name: str, step: Callable[[], bool], stop: Stopping) -> None:
        """``step`` does some of what is due, and says whether there was anything."""
        super().__init__(name=name)
        self.is_whole = True
        self._step = step
        self._stop_asked = stop

    def run(self) -> None:
        """Go on until it is asked to stop."""
        try:
            while not self._stop_asked.is_set():
                close_old_connections()
                did_something = step_where_it_can_be_asked(self._step)
                if did_something is None:
                    self._stop_asked.wait(PASSES_SECONDS)
                elif not did_something:
                    self._stop_asked.wait(LOOK_EVERY_SECONDS)
        except Exception as error:
            self.is_whole = False
            _log.error("the line of %s ends with %s", self.name, place_of(error))
        finally:
            connections.close_all()


def step_where_it_can_be_asked(step: Callable[[], bool]) -> bool | None:
    """What ``step`` says; ``None`` where the database is busy or away: it is asked again later, all is due still."""
    try:
        return step()
    except Exception as error:
        if not may_pass(error):
            raise
        _log.warning("the database cannot be asked: %s", place_of(error))
        return None


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
