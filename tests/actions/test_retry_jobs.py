"""Work that is done again: a job that failed, and everything that was set aside (L6)."""

from __future__ import annotations

import pytest
from mail_world import ACTOR, K1, S1, Imports, decision_of, mail
from test_set_aside import UNREADABLE, put

from postroom.actions.reconsider import reconsider
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.retry_all_set_aside import retry_all_set_aside, run_retry_all_set_aside
from postroom.actions.retry_job import retry_job
from postroom.actions.work import claim_job
from postroom.store.models import AuditEntry, Job, SetAside, Workspace
from postroom.store.read.jobs import count_failed, jobs
from postroom.store.write.jobs import end
from postroom.worker.runner import run_due


def test_all_that_is_set_aside_is_run_again_L6(company: Workspace, importing: Imports) -> None:
    importing(UNREADABLE)
    put(company, mail(K1, [S1]))
    large = put(company, b"large")
    SetAside.objects.filter(pk=large.pk).update(sealed_raw=None)

    job = retry_all_set_aside(company, actor=ACTOR)
    later = put(company, b"later")
    assert run_due() is True

    job.refresh_from_db()
    assert (job.state, job.counts) == ("done", {"filed": 1, "set_aside": 2, "rejected": 1})
    assert (job.progress["total"], job.progress["after"]) == (4, later.pk)
    assert decision_of(company) == ("import", "imported")


def test_what_is_set_aside_is_run_again_from_where_it_was_L6(company: Workspace, importing: Imports) -> None:
    first, second = put(company, b"one"), put(company, b"two")
    job = retry_all_set_aside(company, actor=ACTOR)
    Job.objects.filter(pk=job.pk).update(
        progress={"after": first.pk, "until": second.pk, "total": 2}, counts={"set_aside": 1}
    )
    claimed = claim_job()
    assert claimed is not None
    run_retry_all_set_aside(claimed)

    assert list(SetAside.objects.order_by("pk").values_list("tries", flat=True)) == [1, 2]
    job.refresh_from_db()
    assert job.counts == {"filed": 0, "set_aside": 2, "rejected": 0}


def test_a_job_that_failed_is_done_again(company: Workspace, importing: Imports) -> None:
    failed, waiting = (reconsider(company, actor=ACTOR) for _ in range(2))
    claimed = claim_job()
    assert claimed is not None and claimed.pk == failed.pk
    end(claimed, "OSError")
    assert (count_failed(company), [job.pk for job in jobs(company, "failed")]) == (1, [failed.pk])

    retry_job(company, failed.pk, actor=ACTOR)

    assert count_failed(company) == 0
    assert AuditEntry.objects.values_list("act", "actor", "user", "job").get() == (
        *("job_retried", ACTOR, None),
        failed.pk,
    )
    assert run_due() is True
    failed.refresh_from_db()
    assert (failed.state, failed.problem) == ("done", "")
    for number in (failed.pk, waiting.pk):
        with pytest.raises(Rejected) as refused:
            retry_job(company, number, actor=ACTOR)
        assert refused.value.reason == "job_goes_well"
    with pytest.raises(NotFound):
        retry_job(company, 999_999, actor=ACTOR)
    assert AuditEntry.objects.count() == 1


def test_a_job_of_another_workspace_is_left_alone_W3(company: Workspace) -> None:
    job = Job.objects.create(workspace=company, kind="reconsider", actor=ACTOR, state="failed")
    other = Workspace.objects.create(name="Them", sealed_hash_key=company.sealed_hash_key)
    with pytest.raises(NotFound):
        retry_job(other, job.pk, actor=ACTOR)
    job.refresh_from_db()
    assert (job.state, count_failed(other)) == ("failed", 0)
