"""Decide again what was not imported (F6), from the sealed envelopes, as a job of the worker."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from mail_world import (
    ACTOR,
    K1,
    LONG_AGO,
    NOON,
    S1,
    Imports,
    L,
    U,
    decision_of,
    mail,
    taken,
    the_company,
    timeline,
)

from postroom.actions import reconsider as module
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.reconsider import reconsider, run_reconsider
from postroom.actions.replay import Replayed, replay
from postroom.actions.work import claim_job
from postroom.store.models import Decision, Engagement, Job, Message, Workspace
from postroom.store.read.decisions import AskedDecisions
from postroom.store.write import jobs
from postroom.worker.runner import run_due

FAR = "una@faraway.example"


def test_changed_unchanged_and_to_send_again_F6(company: Workspace, importing: Imports) -> None:
    importing(
        mail(K1, [S1], id="imported@x"),
        mail(U, [S1], id="blocked@x"),
        mail(FAR, [S1], id="again@x"),
        mail(S1, ["boss@us.com"], id="same@x"),
    )
    taken(add_blocklist(company, ["acme.com", U], actor=ACTOR))
    taken(add_persons(company, [{"name": "Una", "emails": [FAR], "known_since": LONG_AGO}], actor=ACTOR))

    job = reconsider(company, actor=ACTOR)
    assert (job.state, decision_of(company, "blocked@x")[1]) == ("waiting", "unknown_sender")
    assert run_due() is True
    assert run_due() is False

    job.refresh_from_db()
    again = Message.objects.get(decisions__reason="unknown_sender", decisions__is_current=True)
    assert (job.state, job.problem, job.actor) == ("done", "", ACTOR)
    assert job.counts == {"changed": 1, "unchanged": 1, "send_again": 1}
    assert job.results == [{"message": again.pk, "status": "send_again"}]
    assert decision_of(company, "blocked@x") == ("skip", "blocked")
    assert decision_of(company, "again@x") == ("skip", "unknown_sender")
    assert decision_of(company, "imported@x") == ("import", "imported")
    assert [e["message_id"] for e in timeline(company)] == ["imported@x"]
    assert list(replay(company))[-1] == Replayed(same=5)

    importing(mail(FAR, [S1], id="again@x"), reconsider=True)
    assert decision_of(company, "again@x") == ("import", "imported")


def test_only_what_is_asked_for_F6(company: Workspace, importing: Imports) -> None:
    importing(mail(U, [S1], id="1@x"), mail(U, [S1], id="2@x", at=NOON + 1), mail(L, [S1], id="3@x"))
    taken(add_blocklist(company, [U], actor=ACTOR))
    one = Decision.objects.filter(reason="unknown_sender").order_by("pk").first()
    assert one is not None

    by_id = reconsider(company, ids=[one.pk], actor=ACTOR)
    nothing = reconsider(company, ids=[], actor=ACTOR)
    by_filter = reconsider(company, filters=AskedDecisions(reason="unknown_sender"), actor=ACTOR)
    while run_due():
        pass

    counts = {job.pk: job.counts for job in Job.objects.all()}
    assert counts[by_id.pk] == {"changed": 1, "unchanged": 0, "send_again": 0}
    assert counts[nothing.pk] == {"changed": 0, "unchanged": 0, "send_again": 0}
    assert counts[by_filter.pk] == {"changed": 1, "unchanged": 0, "send_again": 0}


def test_tombstones_win_C10(company: Workspace, importing: Imports) -> None:
    importing(mail(K1, [S1]))
    delete_engagement(company, Engagement.objects.get().pk, actor=ACTOR)

    job = reconsider(company, actor=ACTOR)
    while run_due():  # deleting left a job of its own, which comes first
        pass

    job.refresh_from_db()
    assert job.counts == {"changed": 0, "unchanged": 1, "send_again": 0}
    assert decision_of(company) == ("skip", "deleted")


def test_other_workspaces_are_left_alone_W3(company: Workspace, importing: Imports) -> None:
    importing(mail(U, [S1]))
    ids = list(Decision.objects.values_list("pk", flat=True))

    job = reconsider(the_company(), ids=ids, actor=ACTOR)
    run_due()

    job.refresh_from_db()
    assert job.counts == {"changed": 0, "unchanged": 0, "send_again": 0}


def test_job_of_a_dead_worker_is_taken_over_and_the_dead_one_writes_nothing(
    company: Workspace, importing: Imports
) -> None:
    importing(mail(U, [S1]))
    taken(add_blocklist(company, [U], actor=ACTOR))
    reconsider(company, actor=ACTOR)
    dead = claim_job()
    assert dead is not None
    assert claim_job() is None
    Job.objects.update(leased_until=datetime.now(UTC) - timedelta(seconds=1))

    with pytest.raises(jobs.LeaseLost):
        Job.objects.update(fence=dead.fence + 1)
        run_reconsider(dead)
    assert decision_of(company)[1] == "unknown_sender"
    assert run_due() is True

    job = Job.objects.get()
    assert (job.state, job.counts["changed"], decision_of(company)[1]) == ("done", 1, "blocked")


def test_job_that_goes_wrong_fails_and_the_next_is_done(company: Workspace) -> None:
    jobs.ask_for(company, "no_such_kind", {}, ACTOR)
    reconsider(company, actor=ACTOR)

    assert (run_due(), run_due(), run_due()) == (True, True, False)

    assert list(Job.objects.order_by("pk").values_list("state", "problem")) == [
        ("failed", "KeyError"),
        ("done", ""),
    ]


class BusyAt:
    """Lets the database be busy at the given note of progress, the first being 1."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.notes = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.notes += sql.startswith('UPDATE "store_job"') and '"progress"' in sql
        if self.notes == self.number:
            self.number = 0
            cause = sqlite3.OperationalError()
            cause.sqlite_errorname = "SQLITE_BUSY"
            raise OperationalError from cause
        return execute(sql, params, many, context)


def test_interrupted_job_goes_on_where_it_was_and_keeps_its_counts(
    company: Workspace, importing: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing(
        mail(U, [S1], id="1@x"),
        mail(FAR, [S1], id="2@x"),
        mail(U, [S1], id="3@x", at=NOON + 1),
        mail(FAR, [S1], id="4@x", at=NOON + 1),
    )
    taken(add_blocklist(company, [U], actor=ACTOR))
    taken(add_persons(company, [{"name": "Una", "emails": [FAR], "known_since": LONG_AGO}], actor=ACTOR))
    monkeypatch.setattr(module, "_BATCH", 1)
    job = reconsider(company, actor=ACTOR)

    with connection.execute_wrapper(BusyAt(3)):
        assert (run_due(), run_due()) == (True, False)
    job.refresh_from_db()
    assert (job.state, job.tries) == ("waiting", 1)
    assert job.counts == {"changed": 1, "unchanged": 0, "send_again": 1}
    assert (len(job.results), sorted(job.progress)) == (1, ["after", "total", "until"])

    Job.objects.update(leased_until=datetime.now(UTC) - timedelta(seconds=1))
    assert (run_due(), run_due()) == (True, False)

    job.refresh_from_db()
    assert (job.state, job.tries) == ("done", 0)
    assert job.counts == {"changed": 2, "unchanged": 0, "send_again": 2}
    assert [result["status"] for result in job.results] == ["send_again", "send_again"]
    assert len({result["message"] for result in job.results}) == 2
    assert {decision_of(company, f"{n}@x")[1] for n in (1, 3)} == {"blocked"}


def test_results_that_are_too_many_are_counted_only(
    company: Workspace, importing: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing(*(mail(FAR, [S1], id=f"{n}@x", at=NOON + n) for n in range(4)))
    taken(add_persons(company, [{"name": "Una", "emails": [FAR], "known_since": LONG_AGO}], actor=ACTOR))
    monkeypatch.setattr(module, "_BATCH", 1)
    monkeypatch.setattr(module, "MOST_RESULTS", 3)

    job = reconsider(company, actor=ACTOR)
    run_due()

    job.refresh_from_db()
    assert job.counts == {"changed": 0, "unchanged": 0, "send_again": 4, "not_listed": 1}
    assert len(job.results) == 3


def test_the_same_asked_twice_while_the_first_waits_is_one_job_F6(company: Workspace) -> None:
    first = reconsider(company, filters=AskedDecisions(reason="blocked"), actor=ACTOR)
    assert reconsider(company, filters=AskedDecisions(reason="blocked"), actor=S1).pk == first.pk
    other = reconsider(company, filters=AskedDecisions(reason="spam"), actor=ACTOR)
    assert Job.objects.filter(kind="reconsider").count() == 2
    assert run_due() is True
    again = reconsider(company, filters=AskedDecisions(reason="blocked"), actor=ACTOR)
    assert len({first.pk, other.pk, again.pk}) == 3
