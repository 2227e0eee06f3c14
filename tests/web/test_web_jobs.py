"""Jobs on their pages: who sees which, how far they are, stopping them and trying them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from shelf import ACTOR, Shelf, another_workspace, text_of

from postroom.core.job_kinds import KINDS
from postroom.store.models import Job, Role, User
from postroom.web.job_words import TITLES


def a_job(shelf: Shelf, kind: str, **fields: object) -> Job:
    return Job.objects.create(workspace=shelf.workspace, kind=kind, actor=ACTOR, **fields)


def listed(client: Client, query: str = "") -> list[str]:
    return [row["job"].kind for row in client.get(f"/jobs{query}").context["rows"]]


def test_a_role_sees_the_jobs_of_the_kinds_it_may_see_R3(shelf: Shelf, as_user) -> None:
    for kind in KINDS:
        a_job(shelf, kind)
    Role.objects.create(workspace=shelf.workspace, name="Clerk", permissions=["manage_users"])
    client = as_user(shelf.user("Clerk"))
    assert listed(client) == ["release"]
    for job in Job.objects.all():
        may = job.kind == "release"
        paths = [f"/jobs/{job.pk}", f"/jobs/{job.pk}/cancel"]
        assert [client.get(path).status_code for path in paths] == ([200, 200] if may else [403, 403])
        if not may:
            assert client.post(f"/jobs/{job.pk}/cancel").status_code == 403
            assert client.post(f"/jobs/{job.pk}/retry").status_code == 403
    assert set(Job.objects.values_list("state", flat=True)) == {"waiting"}
    assert listed(as_user(shelf.user("Administrator"))) == [*reversed(KINDS)]


def test_a_user_sees_the_job_that_forgets_them_and_no_others_P7(shelf: Shelf, as_user) -> None:
    member, other = shelf.user("Member"), User.objects.get(email="s1@us.com")
    mine = a_job(shelf, "forget", asked={"user": member.pk})
    theirs = a_job(shelf, "forget", asked={"user": other.pk})
    a_job(shelf, "reconsider", asked={"user": member.pk})
    client = as_user(member)
    assert [row["job"].pk for row in client.get("/jobs").context["rows"]] == [mine.pk]
    assert [client.get(f"/jobs/{job.pk}").status_code for job in (mine, theirs)] == [200, 403]
    assert "Forget what was collected of a user" in text_of(client.get(f"/jobs/{mine.pk}"))


@pytest.mark.parametrize(
    ("role", "is_there"), [("Administrator", True), ("Manager", False), ("Viewer", False)]
)
def test_the_menu_shows_jobs_to_who_may_see_those_of_others_R1(
    shelf: Shelf, as_user, role: str, is_there: bool
) -> None:
    menu = as_user(shelf.user(role)).get("/").context["menu"]
    assert ("Jobs" in [entry["title"] for entry in menu]) is is_there


def test_jobs_are_narrowed_to_a_kind_and_a_state(shelf: Shelf, browser: Client) -> None:
    a_job(shelf, "reconsider", state="cancelled")
    a_job(shelf, "reclassify", state="cancelled")
    a_job(shelf, "reclassify")
    assert listed(browser, "?kind=reclassify") == ["reclassify", "reclassify"]
    assert listed(browser, "?kind=reclassify&state=cancelled") == ["reclassify"]
    assert browser.get("/jobs?kind=odd").status_code == 404
    assert "No job is like that." in text_of(browser.get("/jobs?kind=forget"))


def test_every_kind_has_a_title() -> None:
    assert sorted(TITLES) == sorted(KINDS)


def test_a_job_that_waits_is_cancelled_after_saying_what_follows(shelf: Shelf, browser: Client) -> None:
    job = a_job(shelf, "reconsider")
    assert f'href="/jobs/{job.pk}/cancel"' in browser.get(f"/jobs/{job.pk}").content.decode()
    asked = text_of(browser.get(f"/jobs/{job.pk}/cancel"))
    assert "Cancel “Reconsider”?" in asked
    assert "Nothing of it was done yet, and nothing will be." in asked

    answer = browser.post(f"/jobs/{job.pk}/cancel", follow=True)

    assert answer.redirect_chain == [(f"/jobs/{job.pk}", 302)]
    assert "It is cancelled. What was done stays." in text_of(answer)
    assert "Cancelled boss@us.com had it stop. What was done stays" in text_of(answer)
    browser.post(f"/jobs/{job.pk}/retry")
    job.refresh_from_db()
    assert (job.state, job.cancel_asked_by) == ("waiting", "")
    browser.post(f"/jobs/{job.pk}/cancel")
    log = browser.get("/settings/audit").context["rows"]
    assert [(row["entry"].act, row["entry"].actor, row["count"], row["sees_job"]) for row in log] == [
        ("job_cancelled", "boss@us.com", 1, True),
        ("job_retried", "boss@us.com", 1, True),
        ("job_cancelled", "boss@us.com", 1, True),
    ]


def test_a_job_under_way_says_what_is_done_and_what_is_left(shelf: Shelf, browser: Client) -> None:
    job = a_job(
        shelf, "reconsider", state="running", progress={"total": 1200}, counts={"changed": 2, "unchanged": 1}
    )
    asked = text_of(browser.get(f"/jobs/{job.pk}/cancel"))
    assert "3 of 1 200 are done. They stay as they are now. The other 1 197 are left alone." in asked
    browser.post(f"/jobs/{job.pk}/cancel")
    page = browser.get(f"/jobs/{job.pk}")
    assert "It stops at its next step" in text_of(page)
    assert f"/jobs/{job.pk}/cancel" not in page.content.decode()
    assert 'hx-trigger="every 2s"' in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "state", "says"),
    [
        ("reconsider", "done", "The work has ended already."),
        ("forget", "waiting", "Work that erases goes on to its end."),
        ("erase_traces", "running", "Work that erases goes on to its end."),
    ],
)
def test_what_cannot_be_cancelled_offers_it_not_and_says_why(
    shelf: Shelf, browser: Client, kind: str, state: str, says: str
) -> None:
    job = a_job(shelf, kind, state=state)
    assert f"/jobs/{job.pk}/cancel" not in browser.get(f"/jobs/{job.pk}").content.decode()
    assert browser.get(f"/jobs/{job.pk}/cancel").headers["Location"] == f"/jobs/{job.pk}"
    assert says in text_of(browser.post(f"/jobs/{job.pk}/cancel", follow=True))
    job.refresh_from_db()
    assert job.state == state


def test_a_job_of_another_workspace_is_neither_cancelled_nor_tried_again_W3(
    shelf: Shelf, browser: Client
) -> None:
    foreign = Job.objects.create(workspace=another_workspace(), kind="reconsider", actor="x")
    for act in ("cancel", "retry"):
        answers = [browser.post(f"/jobs/{number}/{act}") for number in (foreign.pk, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    foreign.refresh_from_db()
    assert foreign.state == "waiting"


@pytest.mark.parametrize(
    ("seconds", "says"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (7500, "2 h 5 min")]
)
def test_how_long_it_took_is_said(shelf: Shelf, browser: Client, seconds: int, says: str) -> None:
    job = a_job(shelf, "reconsider", state="done")
    Job.objects.update(ended_at=job.created_at + timedelta(seconds=seconds))
    assert f", {says} after it was asked for" in text_of(browser.get(f"/jobs/{job.pk}"))
    assert f"took {says}" in text_of(browser.get("/jobs"))


def test_the_list_shows_how_far_jobs_under_way_are(shelf: Shelf, browser: Client) -> None:
    a_job(shelf, "reclassify", state="running", progress={"total": 40, "done": 10})
    a_job(shelf, "look_for_earlier", state="running", counts={"found": 3, "stay": 1})
    page = browser.get("/jobs")
    assert [row["how_far"] for row in page.context["rows"]] == [None, (10, 40)]
    assert "Under way: 10 of 40" in text_of(page)


def test_counts_that_have_no_words_are_said_by_their_name(shelf: Shelf, browser: Client) -> None:
    a_job(shelf, "forget", state="done", counts={"held_items": 7, "not_listed": 2})
    assert "Held items: 7" in text_of(browser.get("/jobs"))
    assert "Not listed" not in text_of(browser.get("/jobs"))


def test_who_was_not_connected_stands_there_by_name_with_the_reason_M2(shelf: Shelf, browser: Client) -> None:
    results = [
        {"user": "ann@us.com", "status": "connected", "reason": None},
        {"user": "ben@us.com", "status": "no_mailbox", "reason": None},
        {"user": "cat@us.com", "status": "failed", "reason": "access_denied"},
        {"user": "dan@us.com", "status": "failed", "reason": "not_your_address"},
    ]
    counts = {"connected": 1, "unchanged": 0, "no_mailbox": 1, "own_connection": 0, "failed": 2}
    job = a_job(shelf, "connect_all", state="done", results=results, counts=counts)

    page = text_of(browser.get(f"/jobs/{job.pk}"))

    assert "Connect the mailboxes of all users" in page
    assert "Connected before 0 Connected 1 Have a connection of their own 0 Have no mailbox there 1" in page
    assert "Not connected: 3" in page
    assert "ben@us.com No mailbox was found at any address of theirs." in page
    assert "cat@us.com The provider knows who asks, and does not let them read this mailbox." in page
    assert "dan@us.com The mailbox they had is of an address that is theirs no more." in page
    assert "ann@us.com" not in page


def test_what_is_missing_for_connecting_all_is_said_with_where_to_look_M2(
    shelf: Shelf, browser: Client
) -> None:
    job = a_job(shelf, "connect_all", state="failed", problem="delegation")

    page = text_of(browser.get(f"/jobs/{job.pk}"))

    assert "Mailboxes could not be read: “delegation”. Check, under Email sync, says what to do." in page
