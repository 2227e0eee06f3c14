"""What the worker does with jobs that go wrong: what may pass is tried again, the rest ends."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection

from postroom.actions.work import LONGEST_REST, MOST_TRIES
from postroom.store.models import Job, Workspace
from postroom.store.write import jobs
from postroom.worker import runner
from postroom.worker.duties import DUTIES

ACTOR = "command line"


class Duty:
    """A duty that meets these errors, one a try, and then goes well."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.done: list[int] = []

    def __call__(self, job: Job) -> None:
        if self.errors:
            raise self.errors.pop(0)
        jobs.end(job)
        self.done.append(job.pk)


def database_error(name: str) -> OperationalError:
    """An error as Django raises it for SQLite's of this name."""
    cause = sqlite3.OperationalError("secret@us.com")
    cause.sqlite_errorname = name
    error = OperationalError("secret@us.com")
    error.__cause__ = cause
    return error


@pytest.fixture
def job(workspace: Workspace) -> Job:
    return jobs.ask_for(workspace, "test", {}, ACTOR)


def doing(duty: Duty, monkeypatch: pytest.MonkeyPatch) -> Duty:
    monkeypatch.setitem(DUTIES, "test", duty)
    return duty


def rested(job: Job) -> None:
    """Let the time pass for which a job rests."""
    Job.objects.filter(pk=job.pk).update(leased_until=datetime.now(UTC) - timedelta(seconds=1))


@pytest.mark.parametrize("name", ["SQLITE_BUSY", "SQLITE_FULL", "SQLITE_READONLY"])
def test_job_that_meets_an_error_that_may_pass_rests_and_is_done(
    name: str, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    duty = doing(Duty(database_error(name)), monkeypatch)

    assert (runner.run_due(), runner.run_due()) == (True, False)
    job.refresh_from_db()
    assert (job.state, job.tries, job.problem, job.ended_at, duty.done) == ("waiting", 1, "", None, [])
    rested(job)
    assert (runner.run_due(), runner.run_due()) == (True, False)

    job.refresh_from_db()
    assert (job.state, job.tries, duty.done) == ("done", 1, [job.pk])


def test_rests_double_up_to_the_longest(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    doing(Duty(*[database_error("SQLITE_BUSY") for _ in range(9)]), monkeypatch)
    rests = []
    for _ in range(9):
        before = datetime.now(UTC)
        assert runner.run_due() is True
        job.refresh_from_db()
        assert job.leased_until is not None
        rests.append((job.leased_until - before) // timedelta(seconds=5))
        rested(job)
    assert rests == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert timedelta(seconds=600) == LONGEST_REST


def test_error_that_does_not_pass_ends_the_job_at_last(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    doing(Duty(*[database_error("SQLITE_BUSY") for _ in range(MOST_TRIES)]), monkeypatch)
    tries = 0
    while runner.run_due():
        tries += 1
        rested(job)
    job.refresh_from_db()
    assert (tries, job.state, job.problem) == (MOST_TRIES, "failed", "OperationalError")


def test_job_that_got_on_has_all_its_tries_again(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(tries=MOST_TRIES - 1)
    claimed = jobs.claim()
    assert claimed is not None
    jobs.note_progress(claimed)
    assert Job.objects.get().tries == 0


@pytest.mark.parametrize(
    "error", [database_error("SQLITE_CORRUPT"), database_error("SQLITE_ERROR"), ValueError("secret@us.com")]
)
def test_error_of_another_kind_ends_the_job_at_once_and_is_not_quoted(
    error: Exception, job: Job, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    doing(Duty(error), monkeypatch)
    assert (runner.run_due(), runner.run_due()) == (True, False)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", type(error).__name__)
    assert "secret" not in caplog.text


def test_resting_job_keeps_no_other_from_its_turn(
    job: Job, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    duty = doing(Duty(database_error("SQLITE_BUSY")), monkeypatch)
    second = jobs.ask_for(workspace, "test", {}, ACTOR)
    assert (runner.run_due(), runner.run_due(), runner.run_due()) == (True, True, False)
    assert duty.done == [second.pk]


def test_worker_goes_on_where_the_database_cannot_be_asked(job: Job) -> None:
    def is_away(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        raise database_error("SQLITE_BUSY")

    with connection.execute_wrapper(is_away):
        assert runner.step_where_it_can_be_asked(runner.run_due) is None
    assert Job.objects.get().state == "waiting"
