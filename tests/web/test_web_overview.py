"""The overview: what needs somebody, what came in lately, first steps, one's own, and the tour of a demo."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from shelf import DAY, Shelf, text_of

from postroom.actions.add_accounts import add_accounts
from postroom.actions.demo_tour import demo_tour
from postroom.store.models import Account, Engagement, EngagementUser, User, Workspace
from postroom.store.read.overview import (
    CameIn,
    accounts_of_user,
    came_in,
    count_accounts_without_domain,
    own_newest,
)

ME = "command line"


def needs(browser: Client) -> list[tuple[str, int, str]]:
    """What the overview says needs somebody."""
    return [(need.title, need.count, need.address) for need in browser.get("/").context["needs"]]


def test_what_needs_somebody_is_counted_and_leads_there(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@odd.com", "s1@us.com", reason="ambiguous", outcome="hold")
    released = shelf.message("kim@acme.com", "s1@us.com", reason="ambiguous", outcome="hold")
    browser.post(f"/decisions/{released.decisions.get().pk}/release")
    shelf.set_aside()
    shelf.job(state="failed")
    shelf.job(state="done")
    add_accounts(shelf.workspace, [{"name": "Bare"}, {"name": "Ignored"}], actor=ME)
    Account.objects.filter(name="Ignored").update(is_ignored=True)
    assert needs(browser) == [
        ("Held as ambiguous", 1, "/decisions/ambiguous"),
        ("Released, file needed", 1, "/decisions/ambiguous"),
        ("Set aside", 1, "/set-aside"),
        ("Work that failed", 1, "/jobs?state=failed"),
        ("Accounts without a domain", 1, "/accounts?show=without-domain"),
    ]
    leads = [browser.get(address).status_code for _, _, address in needs(browser)]
    assert leads == [200] * 5


def test_nothing_that_needs_somebody_is_said_too(shelf: Shelf, browser: Client) -> None:
    shelf.engagement()
    assert needs(browser) == []
    assert "Needs somebody Nothing. Every message could be read and decided." in text_of(browser.get("/"))


def test_what_is_set_aside_is_not_told_as_decided(shelf: Shelf, browser: Client) -> None:
    shelf.engagement()
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    shelf.set_aside()
    assert "3 messages met in Us: 2 decided, 1 set aside" in text_of(browser.get("/"))


def test_what_came_in_is_counted_against_the_days_before(shelf: Shelf, browser: Client) -> None:
    now = int(time.time())
    for days in (0.5, 6.9, 7.1, 13, 29, 31, 59, 61, -1):
        Engagement.objects.filter(pk=shelf.engagement().pk).update(at=now - int(days * DAY))
    assert came_in(shelf.workspace, now) == CameIn(short=2, short_before=2, long=5, long_before=2)
    assert (
        "Came in, last 7 days 2 2 in the 7 days before Came in, last 30 days 5 2 in the 30 days before "
        "Came in, altogether 9"
    ) in text_of(browser.get("/"))


def test_reasons_beyond_the_first_are_counted_only(shelf: Shelf, browser: Client) -> None:
    names = [
        "internal",
        "blocked",
        "spam",
        "trash",
        "draft",
        "deleted",
        "no_customer",
        "unknown_sender",
        "unknown_recipients",
    ]
    for name in names:
        shelf.message("x@rival.com", "s1@us.com", reason=name)
    answer = browser.get("/")
    assert [reason.name for reason, _ in answer.context["ledger"]["reasons"]] == sorted(names)[:7]
    assert "And 2 more reasons" in text_of(answer)


def test_first_steps_say_how_far_each_is(workspace: Workspace, browser: Client) -> None:
    seen = text_of(browser.get("/"))
    assert "1 there. 2 Add the users Mail is imported as somebody’s mail. Only you so far." in seen
    assert "3 Add accounts with their domains" in seen
    assert "0 accounts, 0 persons. 4 Import mail" in seen
    assert "postroom import PATH --workspace Us --user boss@us.com --label inbox" in seen


def test_first_steps_that_are_done_are_ticked(shelf: Shelf, browser: Client) -> None:
    seen = text_of(browser.get("/"))
    assert "2 there. There, on the server" in seen
    assert "1 account, 1 person. 4 Import mail" in seen
    assert "3 Add accounts" not in seen


def test_who_may_not_see_decisions_sees_their_own_accounts(shelf: Shelf, as_user: Any) -> None:
    viewer = shelf.user("Viewer")
    add_accounts(shelf.workspace, [{"name": "Mine", "owner": viewer.email}, {"name": "Else"}], actor=ME)
    engagements = [shelf.engagement() for _ in range(2)]
    for engagement in engagements:
        EngagementUser.objects.create(engagement=engagement, user=viewer)
    shelf.engagement()
    own = [(o.account.name, o.is_owner, o.mails, o.last) for o in accounts_of_user(viewer, 8)]
    assert own == [("Acme", False, 2, engagements[1].at), ("Mine", True, 0, None)]
    answer = as_user(viewer).get("/")
    assert "Your accounts A Acme 2 mails with you, the last 11 Jan 2026 M Mine You own it" in text_of(answer)
    assert ("ledger" in answer.context, "needs" in answer.context) == (False, False)
    assert "Your newest" in text_of(answer)
    assert len(answer.context["rows"]) == 2


def test_who_took_part_in_nothing_sees_what_others_did(shelf: Shelf, as_user: Any) -> None:
    shelf.engagement()
    answer = as_user(shelf.user("Viewer")).get("/")
    assert "The newest that came in All engagements None of these is with you" in text_of(answer)
    assert ("Your newest" in text_of(answer), len(answer.context["rows"])) == (False, 1)


def test_ones_own_newest_are_found_beneath_a_hundred_of_others(shelf: Shelf, as_user: Any) -> None:
    viewer = shelf.user("Viewer")
    own = [shelf.engagement() for _ in range(9)]
    for engagement in (own[0], *own[:0:-1]):
        EngagementUser.objects.create(engagement=engagement, user=viewer)
    for _ in range(100):
        shelf.engagement()
    answer = as_user(viewer).get("/")
    assert [row.pk for row in answer.context["rows"]] == [mail.pk for mail in own[:0:-1]]
    assert ("Your newest" in text_of(answer), "None of these" in text_of(answer)) == (True, False)


def test_of_ones_own_mail_the_latest_by_its_time_is_first(shelf: Shelf, as_user: Any) -> None:
    viewer = shelf.user("Viewer")
    early, late = shelf.engagement(), shelf.engagement()
    for engagement in (early, late):
        EngagementUser.objects.create(engagement=engagement, user=viewer)
    Engagement.objects.filter(pk=early.pk).update(at=late.at + 1)
    assert [row.pk for row in as_user(viewer).get("/").context["rows"]] == [early.pk, late.pk]
    assert [row.pk for row in own_newest(viewer, 1)] == [early.pk]


def test_who_has_nothing_of_their_own_yet_is_told_so(shelf: Shelf, as_user: Any) -> None:
    assert "No engagements yet" in text_of(as_user(shelf.user("Viewer")).get("/"))


@pytest.mark.parametrize("accounts", [1, 30])
def test_the_overview_of_a_viewer_asks_the_same_number_of_questions(
    shelf: Shelf, as_user: Any, django_assert_num_queries: Any, accounts: int
) -> None:
    viewer = shelf.user("Viewer")
    records = [{"name": f"Own {n}", "owner": viewer.email} for n in range(accounts)]
    add_accounts(shelf.workspace, records, actor=ME)
    EngagementUser.objects.create(engagement=shelf.engagement(), user=viewer)
    client = as_user(viewer)
    with django_assert_num_queries(10):
        answer = client.get("/")
    assert len(answer.context["own_accounts"]) == min(accounts + 1, 8)


def test_accounts_without_domain_of_others_are_not_counted_W3(shelf: Shelf) -> None:
    other = Workspace.objects.create(name="Them", sealed_hash_key=shelf.workspace.sealed_hash_key)
    Account.objects.create(workspace=other, name="Bare", opened_in=1)
    assert count_accounts_without_domain(shelf.workspace) == 0


# The tour of a demo workspace


@pytest.fixture
def demo(shelf: Shelf) -> Shelf:
    """A demo workspace, in which most that the tour shows is gone."""
    Workspace.objects.filter(pk=shelf.workspace.pk).update(is_demo=True)
    shelf.message("x@odd.com", "s1@us.com", reason="ambiguous", outcome="hold")
    return shelf


def test_a_demo_says_where_to_look_first(demo: Shelf, browser: Client, admin: User) -> None:
    page = browser.get("/")
    stops = page.context["tour"]
    told = demo_tour(demo.workspace, admin)
    assert [stop.title for stop in stops] == [stop.title for stop in told]
    assert {browser.get(stop.address).status_code for stop in stops} == {200}
    explain = next(stop for stop in stops if stop.tries)
    assert explain.address == reverse("web:explain")
    tried = re.findall(r'name="question" value="([^"]+)"', page.content.decode())
    assert tuple(tried) == explain.tries != ()


def test_the_tour_is_put_away_and_brought_back(demo: Shelf, browser: Client) -> None:
    assert browser.post("/overview/tour", {"tour": "away"}).headers["Location"] == "/"
    seen = text_of(browser.get("/"))
    assert ("Put away" in seen, "Show where to look first" in seen) == (False, True)
    browser.post("/overview/tour", {"tour": "back"})
    seen = text_of(browser.get("/"))
    assert ("Put away" in seen, "Show where to look first" in seen) == (True, False)


def test_the_tour_shows_only_what_one_may_open_R3(demo: Shelf, as_user: Any) -> None:
    stops = as_user(demo.user("Viewer")).get("/").context["tour"]
    assert [stop.address for stop in stops] == ["/explain", "/profile/data"]


def test_no_other_workspace_has_a_tour(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@odd.com", "s1@us.com", reason="ambiguous", outcome="hold")
    answer = browser.get("/")
    assert ("tour" in answer.context, "look first" in text_of(answer)) == (False, False)
