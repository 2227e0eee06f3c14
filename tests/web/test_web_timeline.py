"""Timelines of accounts and persons: their pages and months, and what is hidden on them (A4, R4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from shelf import NOON, RICH, Shelf, text_of
from timelines import HTMX, KINDS, a_plan, at, called, rows, token, walk

from postroom.actions.set_visibility import narrow_visibility, set_visibility
from postroom.store.models import Engagement, EngagementAccount, EngagementPerson, User


def test_a_timeline_is_newest_first_with_who_took_part_A4(shelf: Shelf, browser: Client) -> None:
    shelf.engagement(called("First"))
    shelf.engagement(called("Second"), direction="out")
    seen = text_of(browser.get(at(shelf)))
    assert (
        "January 2026 Sent Second Hello Kim Key Of us: SO 11 Jan 2026, 12:00 "
        "Received First Hello Kim Key Of us: SO 10 Jan 2026, 12:00"
    ) in seen


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["whole page", "fragment"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_long_timeline_goes_on_without_loss_or_repeat(
    shelf: Shelf, browser: Client, kind: str, headers: dict[str, str]
) -> None:
    """All at one second, so that nothing but their ids tells them apart."""
    made = [shelf.engagement().pk for _ in range(65)]
    for model in (Engagement, EngagementAccount, EngagementPerson):
        model.objects.update(at=NOON)
    pages = list(walk(browser, at(shelf, kind), headers))
    assert [len(page.context["rows"]) for page in pages] == [30, 30, 5]
    assert [row.shown.pk for page in pages for row in page.context["rows"]] == made[::-1]
    assert (b"<html" in pages[-1].content) == (not headers)


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.2.3", "1.x", "9" * 30 + ".1", "²"])
def test_a_cursor_that_is_none_is_not_found(shelf: Shelf, browser: Client, cursor: str) -> None:
    assert browser.get(f"{at(shelf)}?before={cursor}").status_code == 404


def test_an_empty_timeline_says_so(shelf: Shelf, browser: Client) -> None:
    answer = browser.get(at(shelf))
    assert (answer.context["rows"], "Search here" in text_of(answer)) == ([], False)


# Months


def test_each_month_has_one_heading_also_over_pages(shelf: Shelf, browser: Client) -> None:
    """From 10 January on, a mail a day: the second page begins in the month in which the first ended."""
    for _ in range(40):
        shelf.engagement()

    def months(page: Any) -> list[str]:
        return re.findall(r'<li class="month"><h3>([^<]+)</h3>', page.content.decode())

    fragments = list(walk(browser, at(shelf), HTMX))
    assert months(browser.get(at(shelf))) == ["February 2026", "January 2026"]
    assert months(fragments[1]) == []
    assert [months(page) for page in walk(browser, at(shelf), {})] == [
        ["February 2026", "January 2026"],
        ["January 2026"],
    ]


def test_a_thread_stands_in_the_month_of_its_newest_mail(shelf: Shelf, browser: Client) -> None:
    first = shelf.engagement(called("Old"))
    shelf.number = 30
    shelf.engagement(called("Re: Old"), answers=first)
    page = browser.get(at(shelf)).content.decode()
    assert re.findall(r"<h3>([^<]+)</h3>", page) == ["February 2026"]


# What is hidden


def hide(sam: User, *engagements: Engagement, level: str = "existence") -> None:
    """Let Sam show others less of these."""
    for engagement in engagements:
        narrow_visibility(sam, engagement.pk, level)


def test_of_a_thread_is_said_how_many_mails_are_hidden_R4(
    shelf: Shelf, browser: Client, as_user: Callable[[User], Client], sam: User
) -> None:
    plan = a_plan(shelf)
    hide(sam, plan[0], plan[2])
    assert rows(browser, at(shelf)) == [("Re: The plan", 3, 2), ("Between", 1, 0)]
    page = browser.get(f"{at(shelf)}?thread={token(plan[0])}")
    assert "Timeline 2 hidden from you Search here" in text_of(page)
    assert (
        "Sent The plan Hello · 2 hidden from you Kim Key Of us: SO 13 Jan 2026, 12:00 "
        "Fold the thread of 3 mails "
        "Hidden from you by Sam One Kim Key Of us: SO 13 Jan 2026, 12:00 "
        "Sent Re: The plan Hello Kim Key Of us: SO 11 Jan 2026, 12:00 "
        "Hidden from you by Sam One Kim Key Of us: SO 10 Jan 2026, 12:00"
    ) in text_of(page)
    assert b"Re: Re: The plan" not in page.content
    assert rows(as_user(sam), at(shelf)) == [("Re: Re: The plan", 3, 0), ("Between", 1, 0)]
    assert "hidden from you" not in text_of(as_user(sam).get(at(shelf)))


@pytest.mark.parametrize("kind", KINDS)
def test_threads_that_are_wholly_hidden_are_one_row_with_their_neighbours_R4(
    shelf: Shelf, browser: Client, as_user: Callable[[User], Client], sam: User, kind: str
) -> None:
    first = shelf.engagement(called("Secret one"))
    hidden = [
        first,
        shelf.engagement(called("Secret two"), answers=first),
        shelf.engagement(called("Secret")),
    ]
    shelf.engagement(called("Open"))
    hidden.append(shelf.engagement(called("Secret three")))
    hide(sam, *hidden)
    assert rows(browser, at(shelf, kind)) == [("", 1, 1), ("Open", 1, 0), ("", 3, 3)]
    page = browser.get(at(shelf, kind))
    assert (
        "Timeline 4 hidden from you Search here January 2026 "
        "1 hidden from you by Sam One 14 Jan 2026, 12:00 "
        "Received Open Hello Kim Key Of us: SO 13 Jan 2026, 12:00 "
        "3 hidden from you by Sam One 12 Jan 2026, 12:00"
    ) in text_of(page)
    assert b"Secret" not in page.content
    assert [row[0] for row in rows(as_user(sam), at(shelf, kind))] == [
        "Secret three",
        "Open",
        "Secret",
        "Secret two",
    ]


def test_hidden_rows_name_everybody_who_hides_something_in_them_R4(
    shelf: Shelf, browser: Client, sam: User
) -> None:
    ann = shelf.user("Manager", "ann@us.com")
    first, second = shelf.engagement(), shelf.engagement()
    shelf.put_in_mailbox(first, ann)
    hide(ann, first)
    hide(sam, second)
    assert "2 hidden from you by Manager Smith, Sam One 11 Jan 2026" in text_of(browser.get(at(shelf)))


def test_what_is_hidden_goes_on_over_pages_without_loss_or_repeat_R4(
    shelf: Shelf, browser: Client, sam: User
) -> None:
    for _ in range(65):
        shelf.engagement()
    set_visibility(sam, "existence")
    pages = list(walk(browser, at(shelf), {}))
    assert [[row.mails for row in page.context["rows"]] for page in pages] == [[30], [30], [5]]


def test_only_the_subject_is_shown_of_a_mail_of_which_no_more_is_allowed_R4(
    shelf: Shelf, browser: Client, sam: User
) -> None:
    shelf.engagement(called("The plan"))
    set_visibility(sam, "subject")
    seen = text_of(browser.get(at(shelf)))
    assert "Received The plan Only its subject is shown to you Kim Key" in seen
    assert ("Hello" in seen, "hidden from you" in seen) == (False, False)


@pytest.mark.parametrize("name", ["thread", "fold"])
def test_a_wholly_hidden_thread_stays_hidden_where_its_token_is_known_R4(
    shelf: Shelf, browser: Client, sam: User, name: str
) -> None:
    """As on a page that was opened before somebody hid it."""
    first = shelf.engagement(RICH)
    shelf.engagement(RICH, answers=first)
    set_visibility(sam, "existence")
    answer = browser.get(f"{at(shelf)}?{name}={token(first)}", headers=HTMX)
    assert answer.status_code == 200
    seen = " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
    assert seen == "2 hidden from you by Sam One 11 Jan 2026, 12:00"
    page = browser.get(f"{at(shelf)}?{name}={token(first)}")
    assert "2 hidden from you by Sam One" in text_of(page)
    assert b"plan" not in page.content


# Cost


@pytest.mark.parametrize("threads", [1, 30])
@pytest.mark.parametrize(("kind", "queries"), [("accounts", 19), ("persons", 18)])
def test_a_timeline_of_threads_asks_the_same_number_of_questions(
    shelf: Shelf, browser: Client, django_assert_num_queries: Any, kind: str, queries: int, threads: int
) -> None:
    for _ in range(threads):
        first = shelf.engagement(RICH)
        for _ in range(4):
            shelf.engagement(RICH, answers=first)
    with django_assert_num_queries(queries):
        page = browser.get(at(shelf, kind))
    assert [row.mails for row in page.context["rows"]] == [5] * threads
    assert len(page.content) < 100_000
