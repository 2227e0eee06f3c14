"""Jobs over the API: who sees which, their list, their shape, stopping them and trying them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from postroom.actions.add_users import add_users
from postroom.core.job_kinds import KINDS
from postroom.core.permissions import PERMISSIONS
from postroom.store.models import Job, User, Workspace


def a_job(workspace: Workspace, kind: str = "reconsider", **fields: Any) -> Job:
    return Job.objects.create(workspace=workspace, kind=kind, actor="boss@us.com", **fields)


def listed(client: Any, query: str = "") -> list[int]:
    return [job["id"] for job in client.get(f"jobs{query}")["items"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_opens_to_the_permission_of_its_kind_and_to_no_other_R3(
    workspace: Workspace, token_for: Callable[..., Any], kind: str
) -> None:
    job = a_job(workspace, kind, asked={"inbox": True, "sent": False})
    paths = [("GET", f"jobs/{job.pk}")]
    paths += [("POST", f"jobs/{job.pk}/{what}") for what in ("undo", "cancel", "retry")]
    # One that waits is not undone yet; one that was cancelled may be tried again.
    open_to_it = [200, 422, 200, 200] if KINDS[kind].may_be_cancelled else [200, 422, 422, 422]
    for permission in PERMISSIONS:
        client = token_for(workspace, permission)
        may = KINDS[kind].permission == permission
        assert listed(client) == ([job.pk] if may else [])
        got = [client.call(method, path).status_code for method, path in paths]
        assert got == (open_to_it if may else [403] * 4)
    job.refresh_from_db()
    assert (job.state, job.cancel_asked_by) == ("waiting", "")


def test_a_user_sees_the_job_that_forgets_them_and_a_token_none_P7(
    workspace: Workspace, session_of: Callable[..., Any], token_for: Callable[..., Any]
) -> None:
    add_users(workspace, [{"email": "s1@us.com"}, {"email": "s2@us.com"}], actor="command line")
    one, two = User.objects.order_by("email")
    mine, theirs = (a_job(workspace, "forget", asked={"user": user.pk}) for user in (one, two))
    client = session_of(one)
    assert listed(client) == [mine.pk]
    assert client.get(f"jobs/{mine.pk}")["kind"] == "forget"
    assert client.answer(403, "GET", f"jobs/{theirs.pk}")["code"] == "forbidden"
    assert client.answer(403, "POST", f"jobs/{theirs.pk}/undo")["code"] == "forbidden"
    assert listed(token_for(workspace, "view_engagements")) == []


def test_a_job_has_this_shape(workspace: Workspace, api: Any) -> None:
    job = a_job(
        workspace,
        state="running",
        counts={"changed": 2, "unchanged": 1, "not_listed": 9},
        progress={"total": 40},
        results=[{"message": 1, "status": "send_again"}],
    )
    Job.objects.update(created_at="2026-11-21T10:00:00Z")
    in_list = {
        "id": job.pk,
        "kind": "reconsider",
        "of": None,
        "boxes": None,
        "state": "running",
        "asked_by": "boss@us.com",
        "done": 3,
        "total": 40,
        "counts": {"changed": 2, "unchanged": 1, "not_listed": 9},
        "problem": None,
        "cancel_asked_by": None,
        "created_at": "2026-11-21T10:00:00Z",
        "ended_at": None,
    }
    assert api.get("jobs") == {"items": [in_list], "next_cursor": None}
    assert api.get(f"jobs/{job.pk}") == {
        **in_list,
        "results": [{"message": 1, "status": "send_again"}],
        "next_cursor": None,
    }


def test_jobs_are_found_by_state_and_kind(workspace: Workspace, api: Any) -> None:
    failed = a_job(workspace, state="failed").pk
    waiting = a_job(workspace, "reclassify").pk
    cancelled = a_job(workspace, "reclassify", state="cancelled").pk
    assert listed(api) == [cancelled, waiting, failed]
    assert listed(api, "?kind=reclassify") == [cancelled, waiting]
    assert listed(api, "?state=failed") == [failed]
    assert listed(api, "?kind=reclassify&state=cancelled") == [cancelled]
    assert listed(api, "?kind=nothing") == []
    assert api.answer(422, "GET", "jobs?state=odd")["field"] == "state"


def test_a_job_is_cancelled_and_tried_again(workspace: Workspace, api: Any) -> None:
    job = a_job(workspace, counts={"changed": 1})
    cancelled = api.answer(200, "POST", f"jobs/{job.pk}/cancel")
    assert (cancelled["state"], cancelled["cancel_asked_by"], cancelled["counts"]) == (
        "cancelled",
        "token:test",
        {"changed": 1},
    )
    assert api.answer(422, "POST", f"jobs/{job.pk}/cancel")["code"] == "job_has_ended"
    again = api.answer(200, "POST", f"jobs/{job.pk}/retry")
    assert (again["state"], again["cancel_asked_by"], again["ended_at"]) == ("waiting", None, None)
    assert api.answer(422, "POST", f"jobs/{job.pk}/retry")["code"] == "job_goes_well"
    assert list(job.workspace.audit_entries.order_by("pk").values_list("act", "actor", "job")) == [
        ("job_cancelled", "token:test", job.pk),
        ("job_retried", "token:test", job.pk),
    ]


def test_a_job_under_way_is_asked_to_stop(workspace: Workspace, api: Any) -> None:
    job = a_job(workspace, state="running")
    asked = api.answer(200, "POST", f"jobs/{job.pk}/cancel")
    assert (asked["state"], asked["cancel_asked_by"]) == ("running", "token:test")


def test_work_that_erases_cannot_be_stopped_S6(workspace: Workspace, api: Any) -> None:
    job = a_job(workspace, "forget")
    assert api.answer(422, "POST", f"jobs/{job.pk}/cancel")["code"] == "job_cannot_stop"
