"""Decisions narrowed by what stands in the address, reconsidering, and background work."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from shelf import DAY, NOON, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.core.permissions import ROLES
from postroom.core.reasons import DECIDED, REASONS
from postroom.store.models import Copy, Decision, Job, User, Workspace
from postroom.web.pages.ways_to_change import _WAYS
from postroom.worker.runner import run_due

HTMX = {"HX-Request": "true"}


def reasons(browser: Client, address: str) -> list[str]:
    """The reasons of the decisions that a page lists."""
    return [row.decision.reason for row in browser.get(address).context["rows"]]


@pytest.fixture
def several(shelf: Shelf) -> Shelf:
    """Mail of 10 January (blocked), 11 January (internal, in another mailbox), 12 January (held)."""
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    internal = shelf.message("s1@us.com", "s2@us.com", reason="internal")
    add_users(shelf.workspace, [{"email": "s2@us.com", "aliases": ["two@us.com"]}], actor="command line")
    Copy.objects.filter(message=internal).update(user=User.objects.get(email="s2@us.com"))
    shelf.message("x@odd.com", "s1@us.com", reason="ambiguous", outcome="hold")
    return shelf


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["ambiguous", "internal", "blocked"]),
        ("outcome=skip", ["internal", "blocked"]),
        ("outcome=hold", ["ambiguous"]),
        ("outcome=import", []),
        ("user=s1@us.com", ["ambiguous", "blocked"]),
        ("user=Two@US.com", ["internal"]),
        ("since=2026-01-11", ["ambiguous", "internal"]),
        ("until=2026-01-11", ["internal", "blocked"]),
        ("since=2026-01-11&until=2026-01-11", ["internal"]),
        ("outcome=skip&user=s1@us.com&since=2026-01-10", ["blocked"]),
    ],
)
def test_decisions_are_narrowed_by_the_address(
    several: Shelf, browser: Client, query: str, found: list[str]
) -> None:
    assert reasons(browser, f"/decisions?{query}") == found


def test_a_message_in_several_mailboxes_is_listed_once(shelf: Shelf, browser: Client) -> None:
    message = shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    copy = message.copies.get()
    copy.pk, copy.fingerprint = None, bytes(16)
    copy.save()
    assert reasons(browser, "/decisions?user=s1@us.com") == ["blocked"]


def test_days_are_those_of_the_reader(several: Shelf, browser: Client) -> None:
    Decision.objects.get(reason="blocked").message.copies.update()
    message = Decision.objects.get(reason="blocked").message
    message.at = NOON + DAY + 13 * 3600
    message.save()
    assert reasons(browser, "/decisions?until=2026-01-10") == []
    User.objects.filter(email="boss@us.com").update(time_zone="America/New_York")
    assert reasons(browser, "/decisions?until=2026-01-10") == ["blocked"]


@pytest.mark.parametrize(
    ("query", "field", "problem"),
    [
        ("outcome=maybe", "outcome", "There is no such outcome."),
        ("user=nobody@us.com", "user", "No user has this address."),
        ("user=no+address", "user", "No user has this address."),
        ("since=yesterday", "since", "A day is written 2026-11-21."),
        ("until=9999-12-31", "until", "A day is written 2026-11-21."),
        ("since=2026-01-02&until=2026-01-01", "until", "This is before the first day."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    several: Shelf, browser: Client, query: str, field: str, problem: str
) -> None:
    answer = browser.get(f"/decisions?{query}")
    page = answer.content.decode()
    assert (answer.status_code, answer.context["rows"]) == (422, [])
    assert answer.context["filters"].problems == {field: problem}
    assert f'<p class="field-problem" id="{field}-problem">{problem}</p>' in page
    typed = query.rpartition(f"{field}=")[2].replace("+", " ")
    assert f'value="{typed}"' in page or field == "outcome"


def test_the_next_page_and_the_chips_keep_the_filters(shelf: Shelf, browser: Client) -> None:
    for _ in range(51):
        last = shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    page = browser.get("/decisions/blocked?user=s1@us.com&since=2026-01-01").content.decode()
    second = Decision.objects.order_by("-pk")[49].pk
    assert f'href="?user=s1%40us.com&amp;since=2026-01-01&amp;before={second}"' in page
    assert 'href="/decisions?user=s1%40us.com&amp;since=2026-01-01"' in page
    fragment = browser.get(f"/decisions/blocked?user=s1@us.com&before={second}", headers=HTMX)
    assert [row.decision.message_id for row in fragment.context["rows"]] == [last.pk - 50]
    assert b"<html" not in fragment.content


def test_a_reason_says_what_would_change_it_and_where(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@unknown.example", "s1@us.com", reason="unknown_sender")
    answer = browser.get("/decisions/unknown_sender")
    assert (
        "What would change it: Add a person with the sender's address, or an account with its domain, known "
        "since before the mail. Then reconsider it: from a mailbox it is fetched again; else import its file or "
        "send it again, choosing to reconsider."
    ) in text_of(answer)
    assert ("Accounts", "/accounts") in answer.context["ways"]
    assert 'href="/decisions/reconsider?reason=unknown_sender"' in answer.content.decode()
    assert "Reconsider this one" in text_of(answer)


def test_no_page_for_users_shows_an_option_of_the_command_line(shelf: Shelf, browser: Client) -> None:
    for reason in DECIDED:
        shelf.message("x@rival.com", "s1@us.com", reason=reason, outcome=REASONS[reason].outcome)
    pages = ["/", "/decisions", *(f"/decisions/{reason}" for reason in DECIDED)]
    assert [path for path in pages if "--reconsider" in text_of(browser.get(path))] == []


def test_every_way_to_change_leads_from_a_reason_that_there_is() -> None:
    of_an_address = {"person_without_address", "no_person", "no_person_and_no_account"}
    assert _WAYS.keys() - of_an_address <= REASONS.keys()


# Reconsider


def test_what_follows_from_reconsidering_is_said_before_F6(several: Shelf, browser: Client) -> None:
    seen = text_of(browser.get("/decisions/reconsider?outcome=skip"))
    assert "Reconsider 2 decisions? Stayed out . Each is decided again by today’s" in seen
    assert (
        "has no text here: it was never kept. What a mailbox still has is fetched again and comes in by"
        in seen
    )
    assert "The rest is listed: it comes in when its file is imported or it is sent again" in seen
    assert "engagements that are there stay, and what was deleted by hand does not come back" in seen
    assert Job.objects.count() == 0


def test_a_reason_is_reconsidered_and_the_page_says_what_came_of_it_F6(shelf: Shelf, browser: Client) -> None:
    shelf.message("new@late.example", "s1@us.com", reason="unknown_sender")
    shelf.message("x@far.example", "s1@us.com", reason="unknown_sender")
    shelf.message("s1@us.com", "boss@us.com", reason="internal")
    record = {"name": "Lee Late", "emails": ["new@late.example"], "known_since": "2020-01-01"}
    add_persons(shelf.workspace, [record], actor="command line")

    answer = browser.post("/decisions/reconsider?reason=unknown_sender&user=s1@us.com")
    job = Job.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/jobs/{job.pk}")
    assert (job.actor, job.asked) == (
        "boss@us.com",
        {"filters": {"lens": "customer", "reason": "unknown_sender", "user": "s1@us.com"}},
    )
    page = browser.get(f"/jobs/{job.pk}")
    assert f'hx-get="/jobs/{job.pk}" hx-trigger="every 2s"' in page.content.decode()
    assert "Waits for its turn" in text_of(page)
    assert "Unknown sender · mailbox of s1@us.com" in text_of(page)

    assert run_due() is True

    fragment = browser.get(f"/jobs/{job.pk}", headers=HTMX).content.decode()
    assert ("hx-trigger" in fragment, "<html" in fragment) == (False, False)
    seen = text_of(browser.get(f"/jobs/{job.pk}"))
    assert "Done Still out, on other grounds 1 Still out, as before 0 To be sent again 1 Ended" in seen
    assert (
        "1 met in the mailbox of s1@us.com, label Inbox "
        "postroom import PATH --workspace Us --user s1@us.com --label Inbox --reconsider Copy"
    ) in seen
    assert seen.casefold().count("somebody outside → to sam one") == 1
    assert "late.example" not in seen


def test_one_message_is_reconsidered_F6(several: Shelf, browser: Client) -> None:
    decision = Decision.objects.get(reason="blocked")
    address = f"/decisions/reconsider?message={decision.message_id}"
    assert "Reconsider this message?" in text_of(browser.get(address))
    browser.post(address)
    assert Job.objects.get().asked == {"ids": [decision.pk]}


def test_what_came_in_is_not_there_or_is_not_ours_cannot_be_reconsidered_W3(
    shelf: Shelf, browser: Client
) -> None:
    imported = shelf.engagement().message_id
    theirs = a_shelf(another_workspace()).message("x@y.com", "s1@us.com", reason="blocked").pk
    for number in (imported, theirs, 999_999, "x", "²", "9" * 30):
        for call in (browser.get, browser.post):
            assert call(f"/decisions/reconsider?message={number}").status_code == 404
    assert "there is nothing to reconsider" in text_of(browser.get("/decisions/reconsider"))
    assert browser.post("/decisions/reconsider?reason=bogus").status_code == 404
    wrong = browser.post("/decisions/reconsider?reason=blocked&user=nobody@us.com")
    assert wrong.headers["Location"] == "/decisions/blocked?user=nobody%40us.com"
    assert Job.objects.count() == 0


@pytest.mark.parametrize("reason", ["imported", "deleted"])
def test_what_reconsidering_cannot_change_does_not_offer_it(
    shelf: Shelf, browser: Client, reason: str
) -> None:
    shelf.message("kim@acme.com", "s1@us.com", reason=reason, outcome=REASONS[reason].outcome)
    assert "/decisions/reconsider" not in browser.get(f"/decisions/{reason}").content.decode()


# Jobs


def test_a_job_that_failed_says_so_and_is_tried_again(shelf: Shelf, browser: Client) -> None:
    job = shelf.job(
        state="failed",
        problem="DataError",
        counts={"changed": 2, "unchanged": 1},
        progress={"after": 3, "until": 9, "total": 9},
    )
    seen = text_of(browser.get(f"/jobs/{job.pk}"))
    assert "It ended with a problem It met “DataError” after 3 of 9;" in seen
    answer = browser.post(f"/jobs/{job.pk}/retry")
    assert answer.headers["Location"] == f"/jobs/{job.pk}"
    job.refresh_from_db()
    assert job.state == "waiting"
    again = browser.post(f"/jobs/{job.pk}/retry", follow=True)
    assert "Only work that failed or was cancelled is tried again." in text_of(again)


def test_a_running_job_says_how_far_it_is(shelf: Shelf, browser: Client) -> None:
    progress = {"after": 3, "until": 9, "total": 1200}
    job = shelf.job(state="running", counts={"changed": 2, "unchanged": 1}, progress=progress)
    assert "Under way: 3 of 1 200" in text_of(browser.get(f"/jobs/{job.pk}"))


def test_jobs_are_listed_by_state_newest_first(shelf: Shelf, browser: Client) -> None:
    failed, done = shelf.job(state="failed"), shelf.job(state="done", counts={"changed": 4, "unchanged": 0})

    def listed(query: str) -> list[int]:
        return [row["job"].pk for row in browser.get(f"/jobs{query}").context["rows"]]

    assert (listed(""), listed("?state=failed"), listed("?state=waiting")) == (
        [done.pk, failed.pk],
        [failed.pk],
        [],
    )
    assert "Reconsider Done Still out, on other grounds: 4 command line" in text_of(browser.get("/jobs"))
    assert browser.get("/jobs?state=odd").status_code == 404


def test_a_long_list_of_jobs_goes_on(shelf: Shelf, browser: Client) -> None:
    made = [shelf.job(state="done").pk for _ in range(51)]
    page = browser.get("/jobs?state=done").content.decode()
    assert f'href="?state=done&amp;before={made[1]}"' in page
    fragment = browser.get(f"/jobs?state=done&before={made[1]}", headers=HTMX)
    assert [row["job"].pk for row in fragment.context["rows"]] == [made[0]]


def test_a_job_of_another_workspace_is_not_found_W3(shelf: Shelf, browser: Client) -> None:
    other: Workspace = another_workspace()
    foreign = Job.objects.create(workspace=other, kind="reconsider", actor="x", state="failed").pk
    answers = [browser.get(f"/jobs/{number}") for number in (foreign, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert browser.post(f"/jobs/{foreign}/retry").status_code == 404
    assert browser.get("/jobs").context["rows"] == []


@pytest.mark.parametrize("rows", [1, 30])
def test_a_job_asks_the_same_number_of_questions_of_a_full_list(
    shelf: Shelf, browser: Client, django_assert_num_queries, rows: int
) -> None:
    made = [shelf.message("x@rival.com", "s1@us.com", reason="blocked").pk for _ in range(rows)]
    results = [{"message": pk, "status": "send_again"} for pk in made]
    job = shelf.job(state="done", results=results, counts={"send_again": rows + 3})
    with django_assert_num_queries(18):
        answer = browser.get(f"/jobs/{job.pk}")
    assert len(answer.context["rows"]) == rows
    assert "And 3 more." in text_of(answer)
    assert len(answer.content) < 100_000


# Set aside


def test_everything_set_aside_is_run_again_in_the_background_L6(shelf: Shelf, browser: Client) -> None:
    shelf.set_aside()
    assert "Run all" not in text_of(browser.get("/set-aside"))
    shelf.set_aside()
    assert "Run all 2 again" in text_of(browser.get("/set-aside"))
    answer = browser.post("/set-aside/retry")
    job = Job.objects.get()
    assert (answer.headers["Location"], job.kind, job.actor) == (
        f"/jobs/{job.pk}",
        "retry_set_aside",
        "boss@us.com",
    )
    assert run_due() is True
    assert "Done Could be read now 0 Still cannot be read 0 Need their file or mailbox 2" in text_of(
        browser.get(f"/jobs/{job.pk}")
    )


def test_only_who_manages_rules_changes_anything_here_R3(shelf: Shelf, as_user) -> None:
    job = shelf.job(state="failed")
    paths = ["/decisions/reconsider", f"/jobs/{job.pk}/retry", "/set-aside/retry"]
    for role in ROLES.keys() - {"Administrator"}:
        client = as_user(shelf.user(role))
        assert [client.post(path).status_code for path in paths] == [403, 403, 403]
    job.refresh_from_db()
    assert (job.state, Job.objects.count()) == ("failed", 1)
    assert re.search("jobs", as_user(shelf.users["Viewer"]).get("/").content.decode()) is None
