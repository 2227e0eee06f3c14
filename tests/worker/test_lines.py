"""The worker's two lines: neither waits for the other, and both end when asked."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connections

from postroom.stopping import Stopping
from postroom.store.models import Job, LastDone, Workspace
from postroom.store.read.last_done import last_done
from postroom.store.write import jobs
from postroom.worker import runner
from postroom.worker import sweep as sweep_module
from postroom.worker.duties import DUTIES
from postroom.worker.runner import Line, run_lines
from postroom.worker.sweep import Sweep

MOST_SECONDS = 60
"""Nothing here takes so long; who waits in vain says so after it."""


def busy() -> OperationalError:
    cause = sqlite3.OperationalError("secret@us.com")
    cause.sqlite_errorname = "SQLITE_BUSY"
    error = OperationalError("secret@us.com")
    error.__cause__ = cause
    return error


@pytest.fixture
def sweeping() -> Iterator[Callable[..., Sweep]]:
    """Makes a sweep that finds these workspaces due, and does this with each."""

    def make(due: list[int], process_some: Callable[[int], int], stop: Stopping | None = None) -> Sweep:
        return Sweep("uploads", lambda: due, process_some, stop or Stopping())

    yield make


@pytest.mark.django_db(transaction=True)
def test_uploads_are_taken_up_while_a_job_goes_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, sweeping: Callable[..., Sweep]
) -> None:
    stop, uploaded = Stopping(), threading.Event()

    def long_job(job: Job) -> None:
        assert uploaded.wait(MOST_SECONDS)
        jobs.end(job)
        stop.set()

    def process_some(_workspace: int) -> int:
        uploaded.set()
        return 1

    monkeypatch.setitem(DUTIES, "test", long_job)
    job = jobs.ask_for(workspace, "test", {}, "command line")
    sweep = sweeping([workspace.pk], process_some, stop)
    lines = [Line("jobs", runner.run_due, stop), Line("uploads", sweep.take_some, stop)]

    assert run_lines(lines, stop) is True

    job.refresh_from_db()
    assert job.state == "done"
    assert last_done("worker") is not None


@pytest.mark.django_db(transaction=True)
def test_jobs_are_done_while_uploads_are_taken_up(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, sweeping: Callable[..., Sweep]
) -> None:
    stop, done = Stopping(), threading.Event()

    def job_of_mine(job: Job) -> None:
        jobs.end(job)
        done.set()

    def process_some(_workspace: int) -> int:
        assert done.wait(MOST_SECONDS)
        stop.set()
        return 1

    monkeypatch.setitem(DUTIES, "test", job_of_mine)
    jobs.ask_for(workspace, "test", {}, "command line")
    sweep = sweeping([workspace.pk], process_some, stop)
    lines = [Line("jobs", runner.run_due, stop), Line("uploads", sweep.take_some, stop)]
    assert run_lines(lines, stop) is True
    assert Job.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_a_line_that_breaks_ends_the_other_too(caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> bool:
        raise ValueError("secret@us.com")

    stop = Stopping()
    lines = [Line("jobs", breaks, stop), Line("uploads", lambda: False, stop)]
    assert run_lines(lines, stop) is False
    assert [line.is_whole for line in lines] == [False, True]
    assert "the line of jobs ends with ValueError in " in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_line_goes_on_after_an_error_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "PASSES_SECONDS", 0.0)
    stop, steps = Stopping(), iter([busy(), busy(), None])

    def step() -> bool:
        error = next(steps)
        if error is not None:
            raise error
        stop.set()
        return True

    assert run_lines([Line("jobs", step, stop)], stop) is True


@pytest.mark.django_db(transaction=True)
def test_each_line_closes_its_connection() -> None:
    stop = Stopping()
    mine: list[object] = []

    def step() -> bool:
        LastDone.objects.count()
        mine.append(connections["default"])
        stop.set()
        return True

    run_lines([Line("jobs", step, stop)], stop)
    assert [connection.connection for connection in mine] == [None]  # type: ignore[attr-defined]


def test_each_workspace_has_its_share_in_turn(sweeping: Callable[..., Sweep]) -> None:
    taken: list[int] = []

    def process_some(workspace: int) -> int:
        taken.append(workspace)
        return 10_000

    sweep = sweeping([1, 2, 3], process_some)
    assert (sweep.take_some(), sweep.take_some(), taken) == (True, True, [1, 2, 3, 1, 2, 3])


def test_a_workspace_whose_uploads_cannot_be_taken_up_rests_and_others_go_on(
    sweeping: Callable[..., Sweep], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def process_some(workspace: int) -> int:
        tried.append(workspace)
        if workspace == 1:
            raise ValueError("secret@us.com")
        return 1

    sweep = sweeping([1, 2], process_some)
    assert (sweep.take_some(), sweep.take_some(), tried) == (True, True, [1, 2, 2])
    assert "uploads of workspace 1 met ValueError in " in caplog.text
    assert "secret" not in caplog.text
    monkeypatch.setattr(sweep_module, "RESTS_SECONDS", 0.0)
    sweep._rests_until[1] = 0.0
    sweep.take_some()
    assert tried == [1, 2, 2, 1, 2]


def test_an_error_that_may_pass_puts_nobody_to_rest(sweeping: Callable[..., Sweep]) -> None:
    def process_some(_workspace: int) -> int:
        raise busy()

    sweep = sweeping([1], process_some)
    for _ in range(2):
        with pytest.raises(OperationalError):
            sweep.take_some()


def test_who_was_asked_to_stop_begins_no_further_workspace(sweeping: Callable[..., Sweep]) -> None:
    stop, taken = Stopping(), []

    def process_some(workspace: int) -> int:
        taken.append(workspace)
        stop.set()
        return 1

    sweeping([1, 2], process_some, stop).take_some()
    assert taken == [1]
