"""Work that somebody asks to stop: at once where it waits, else at its next step; what was done stays."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection, transaction
from mail_world import ACTOR, K1, S1, Imports, mail
from test_set_aside import put

from postroom.actions.cancel_job import cancel_job
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.retry_all_set_aside import retry_all_set_aside
from postroom.actions.retry_job import retry_job
from postroom.actions.work import claim_job, do_claimed, give_up_job
from postroom.core.job_kinds import KINDS, OWN
from postroom.store.models import AuditEntry, Job, SetAside, Workspace
from postroom.store.write import jobs
from postroom.worker.duties import DUTIES
from postroom.worker.runner import run_due


def a_job(workspace: Workspace, kind: str = "reconsider", **fields: object) -> Job:
    return Job.objects.create(workspace=workspace, kind=kind, actor=ACTOR, **fields)


def reason_of(workspace: Workspace, job: Job) -> str:
    with pytest.raises(Rejected) as refused:
        cancel_job(workspace, job.pk, actor=ACTOR)
    return refused.value.reason


def told() -> list[tuple[object, ...]]:
    """The audit log: act, actor, whom it concerns, the job."""
    return list(AuditEntry.objects.order_by("pk").values_list("act", "actor", "user", "job"))


def test_work_that_waits_is_cancelled_at_once(workspace: Workspace) -> None:
    job = a_job(workspace)
    cancel_job(workspace, job.pk, actor=ACTOR)
    job.refresh_from_db()
    assert (job.state, job.cancel_asked_by, job.ended_at is not None) == ("cancelled", ACTOR, True)
    assert told() == [("job_cancelled", ACTOR, None, job.pk)]
    assert run_due() is False


def test_work_under_way_stops_at_its_next_step_and_what_was_done_stays(workspace: Workspace) -> None:
    job = a_job(workspace)

    def duty(claimed: Job) -> None:
        claimed.counts = {"steps": 1}
        jobs.note_progress(claimed)
        cancel_job(workspace, job.pk, actor=ACTOR)
        job.refresh_from_db()
        assert (job.state, job.ended_at) == ("running", None)
        claimed.counts = {"steps": 2}
        jobs.note_progress(claimed)
        raise AssertionError("it went on")

    claimed = claim_job()
    assert claimed is not None
    do_claimed(claimed, duty)
    job.refresh_from_db()
    assert (job.state, job.counts, job.problem) == ("cancelled", {"steps": 2}, "")
    assert (job.leased_until, job.ended_at is not None) == (None, True)


def test_a_step_in_a_transaction_is_taken_back_whole(workspace: Workspace) -> None:
    job = a_job(workspace)

    def duty(claimed: Job) -> None:
        claimed.counts = {"steps": 1}
        jobs.note_progress(claimed)
        cancel_job(workspace, job.pk, actor=ACTOR)
        with transaction.atomic():
            Workspace.objects.filter(pk=workspace.pk).update(name="half")
            claimed.counts = {"steps": 2}
            jobs.note_progress(claimed)

    claimed = claim_job()
    assert claimed is not None
    do_claimed(claimed, duty)
    job.refresh_from_db()
    workspace.refresh_from_db()
    assert (job.state, job.counts, workspace.name) == ("cancelled", {"steps": 1}, "Us")


def test_work_that_a_worker_left_behind_is_cancelled_by_the_next(workspace: Workspace) -> None:
    job = a_job(workspace)
    assert claim_job() is not None
    cancel_job(workspace, job.pk, actor=ACTOR)
    Job.objects.update(leased_until="2026-01-01T00:00:00Z")
    assert run_due() is True
    job.refresh_from_db()
    assert (job.state, job.counts) == ("cancelled", {})


def test_work_that_meets_an_error_after_it_was_to_stop_is_cancelled(workspace: Workspace) -> None:
    job = a_job(workspace)
    claimed = claim_job()
    assert claimed is not None
    cancel_job(workspace, job.pk, actor=ACTOR)
    give_up_job(claimed, OperationalError("busy"))
    job.refresh_from_db()
    assert (job.state, job.problem) == ("cancelled", "")


def test_work_that_got_to_its_end_first_is_done(workspace: Workspace) -> None:
    job = a_job(workspace)
    claimed = claim_job()
    assert claimed is not None
    cancel_job(workspace, job.pk, actor=ACTOR)
    jobs.end(claimed)
    job.refresh_from_db()
    assert job.state == "done"
    assert reason_of(workspace, job) == "job_has_ended"


def test_a_worker_that_lost_its_job_is_told_so_rather_than_that_it_was_cancelled(
    workspace: Workspace,
) -> None:
    job = a_job(workspace)
    claimed = claim_job()
    assert claimed is not None
    cancel_job(workspace, job.pk, actor=ACTOR)
    Job.objects.update(fence=7)
    with pytest.raises(jobs.LeaseLost):
        jobs.note_progress(claimed)


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_work_that_has_ended_is_not_cancelled(workspace: Workspace, state: str) -> None:
    job = a_job(workspace, state=state)
    assert reason_of(workspace, job) == "job_has_ended"
    job.refresh_from_db()
    assert (job.state, job.cancel_asked_by) == (state, "")
    assert told() == []


@pytest.mark.parametrize("kind", ["erase_traces", "forget"])
def test_work_that_erases_goes_on_to_its_end_S6(workspace: Workspace, kind: str) -> None:
    job = a_job(workspace, kind)
    assert reason_of(workspace, job) == "job_cannot_stop"
    job.refresh_from_db()
    assert (job.state, job.cancel_asked_by) == ("waiting", "")


def test_work_of_another_workspace_is_left_alone_W3(workspace: Workspace) -> None:
    job = a_job(workspace)
    other = Workspace.objects.create(name="Them", sealed_hash_key=workspace.sealed_hash_key)
    with pytest.raises(NotFound):
        cancel_job(other, job.pk, actor=ACTOR)
    job.refresh_from_db()
    assert job.state == "waiting"


def test_cancelled_work_is_tried_again_from_where_it_was(company: Workspace, importing: Imports) -> None:
    for number in range(3):
        put(company, mail(K1, [S1], id=f"{number}@x"))
    job = retry_all_set_aside(company, actor=ACTOR)
    first = SetAside.objects.order_by("pk")[0].pk
    until = SetAside.objects.order_by("-pk")[0].pk
    Job.objects.update(progress={"after": first, "until": until, "total": 3}, counts={"set_aside": 1})
    cancel_job(company, job.pk, actor=ACTOR)
    assert run_due() is False

    retry_job(company, job.pk, actor=ACTOR)
    assert run_due() is True

    job.refresh_from_db()
    assert (job.state, job.cancel_asked_by) == ("done", "")
    assert job.counts == {"filed": 2, "set_aside": 1, "rejected": 0}


@pytest.mark.django_db(transaction=True)
def test_one_of_a_worker_and_a_canceller_comes_first(workspace: Workspace) -> None:
    """Whoever it is, the job is never both: cancelled as waiting, and under way."""
    for _ in range(20):
        job = a_job(workspace)
        claimed: list[Job | None] = []

        def claim(claimed: list[Job | None] = claimed) -> None:
            claimed.append(claim_job())
            connection.close()

        worker = threading.Thread(target=claim)
        worker.start()
        cancel_job(workspace, job.pk, actor=ACTOR)
        worker.join()
        job.refresh_from_db()
        assert job.state == ("cancelled" if claimed == [None] else "running")
        assert job.cancel_asked_by == ACTOR
        Job.objects.all().delete()


def test_every_duty_has_a_kind_that_says_who_may_see_it() -> None:
    assert sorted(DUTIES.keys() - KINDS.keys()) == []
    assert set(OWN) <= KINDS.keys()
