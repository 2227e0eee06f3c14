"""Threads on timelines: each stands once, and is unfolded and folded again (A4)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from shelf import ACTOR, NOON, RICH, Shelf, a_shelf, another_workspace, text_of
from timelines import HTMX, KINDS, a_plan, at, called, rows, token, walk

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_persons import add_persons
from postroom.actions.delete_engagement import delete_engagement
from postroom.store.models import Engagement, EngagementAccount, EngagementPerson
from postroom.store.read.threads import MAX_UNFOLDED


@pytest.fixture
def plan(shelf: Shelf) -> list[Engagement]:
    return a_plan(shelf)


# Threads


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["whole page", "fragment"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_thread_stands_once_though_pages_lie_between_A4(
    shelf: Shelf, browser: Client, kind: str, headers: dict[str, str]
) -> None:
    first = shelf.engagement(called("The plan"))
    others = [shelf.engagement() for _ in range(64)]
    answer = shelf.engagement(called("Re: The plan"), answers=first)
    pages = list(walk(browser, at(shelf, kind), headers))
    listed = [(row.thread, row.mails) for page in pages for row in page.context["rows"]]
    assert listed == [(token(answer), 2), *((token(other), 1) for other in reversed(others))]
    assert [len(page.context["rows"]) for page in pages] == [30, 30, 5]


@pytest.mark.parametrize("kind", KINDS)
def test_a_thread_of_mails_of_one_second_stands_once_A4(shelf: Shelf, browser: Client, kind: str) -> None:
    first = shelf.engagement(called("The plan"))
    shelf.engagement(called("Re: The plan"), answers=first)
    for model in (Engagement, EngagementAccount, EngagementPerson):
        model.objects.update(at=NOON)
    assert rows(browser, at(shelf, kind)) == [("Re: The plan", 2, 0)]


def test_a_thread_is_named_by_its_newest_mail_without_the_marks_of_answers(
    shelf: Shelf, browser: Client
) -> None:
    first = shelf.engagement(called("The plan"))
    newest = shelf.engagement(called("AW: Re[2]: The plan"), direction="out", answers=first)
    single = shelf.engagement(called("Re: A question"))
    page = browser.get(at(shelf))
    assert "Received Re: A question Hello" in text_of(page)
    assert "Sent The plan Hello Kim Key Of us: SO 11 Jan 2026, 12:00 Unfold the thread of 2 mails" in (
        text_of(page)
    )
    links = re.findall(r'class="row-link t-row" href="([^"]+)"', page.content.decode())
    assert links == [f"/engagements/{single.pk}", f"/engagements/{newest.pk}"]


def test_who_of_us_and_which_persons_took_part_in_any_of_its_mails(shelf: Shelf, browser: Client) -> None:
    first = shelf.engagement()
    shelf.put_in_mailbox(first, shelf.user("Manager", "ann@us.com"))
    [lee] = add_persons(shelf.workspace, [{"name": "Lee Lamp", "emails": ["lee@acme.com"]}], actor=ACTOR)
    second = shelf.engagement(answers=first)
    EngagementPerson.objects.create(person_id=lee["id"], engagement=second, at=second.at, direction="in")
    [row] = browser.get(at(shelf)).context["rows"]
    assert [user.email for user in row.users] == ["ann@us.com", "s1@us.com"]
    assert [person.name for person in row.persons] == ["Kim Key", "Lee Lamp"]
    assert "Kim Key, Lee Lamp Of us: MS SO 11 Jan 2026, 12:00" in text_of(browser.get(at(shelf)))


def test_a_timeline_counts_only_the_mails_that_show_on_it(shelf: Shelf, browser: Client) -> None:
    """The newer mail of the thread shows on another account: neither its date nor its count is taken over."""
    first = shelf.engagement(called("The plan"))
    second = shelf.engagement(called("Re: The plan"), answers=first)
    [beta] = add_accounts(shelf.workspace, [{"name": "Beta"}], actor=ACTOR)
    EngagementAccount.objects.filter(engagement=second).update(account_id=beta["id"])
    assert rows(browser, at(shelf)) == [("The plan", 1, 0)]
    assert rows(browser, f"/accounts/{beta['id']}") == [("Re: The plan", 1, 0)]
    assert rows(browser, at(shelf, "persons")) == [("Re: The plan", 2, 0)]
    assert browser.get(at(shelf)).context["rows"][0].at == first.at
    unfolded = browser.get(f"{at(shelf)}?thread={token(first)}").context["rows"][0].unfolded
    assert [mail.pk for mail in unfolded] == [first.pk]


def test_a_deleted_engagement_leaves_its_thread_C17(shelf: Shelf, browser: Client) -> None:
    first = shelf.engagement(called("The plan"))
    shelf.engagement(called("Between"))
    newest = shelf.engagement(called("Re: The plan"), answers=first)
    assert rows(browser, at(shelf)) == [("Re: The plan", 2, 0), ("Between", 1, 0)]
    delete_engagement(shelf.workspace, newest.pk, actor=ACTOR)
    assert rows(browser, at(shelf)) == [("Between", 1, 0), ("The plan", 1, 0)]
    delete_engagement(shelf.workspace, first.pk, actor=ACTOR)
    assert rows(browser, at(shelf)) == [("Between", 1, 0)]
    assert browser.get(f"{at(shelf)}?thread={token(first)}", headers=HTMX).status_code == 404


def test_threads_of_two_workspaces_with_one_token_never_mix_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    foreign = [theirs.engagement(called("Secret")) for _ in range(2)]
    ours = [shelf.engagement(called("Ours")) for _ in range(2)]
    Engagement.objects.update(thread=b"one token of all")
    assert rows(browser, at(shelf)) == [("Ours", 2, 0)]
    for headers in ({}, HTMX):
        page = browser.get(f"{at(shelf)}?thread={b'one token of all'.hex()}", headers=headers)
        assert re.findall(r'href="/engagements/(\d+)"', page.content.decode()) == [
            str(ours[1].pk),
            str(ours[1].pk),
            str(ours[0].pk),
        ]
        assert (b"Secret" in page.content, foreign[0].pk in [o.pk for o in ours]) == (False, False)
    around = browser.get(f"/engagements/{ours[0].pk}").context["thread"]
    assert ([e.pk for e in around.earlier], [e.pk for e in around.later]) == ([], [ours[1].pk])


# Unfolding


@pytest.mark.parametrize("kind", KINDS)
def test_a_thread_is_unfolded_on_the_whole_page_without_a_script(
    shelf: Shelf, browser: Client, plan: list[Engagement], kind: str
) -> None:
    thread = token(plan[0])
    folded = browser.get(at(shelf, kind)).content.decode()
    assert re.findall(r'class="t-fold" aria-expanded="(\w+)" href="([^"]+)"', folded) == [
        ("false", f"?thread={thread}#t-{thread}")
    ]
    page = browser.get(f"{at(shelf, kind)}?thread={thread}")
    unfolded = page.content.decode()
    assert re.findall(r'class="t-fold" aria-expanded="(\w+)" href="([^"]+)"', unfolded) == [
        ("true", f"?#t-{thread}")
    ]
    assert unfolded.count(f'id="t-{thread}"') == 1
    [mails] = re.findall(r'<ol class="t-mails">(.*?)</ol>', unfolded, re.DOTALL)
    assert re.findall(r'href="/engagements/(\d+)"', mails) == [str(mail.pk) for mail in plan[::-1]]
    assert (
        "Fold the thread of 3 mails Received Re: Re: The plan Hello Kim Key Of us: SO 13 Jan 2026, 12:00 "
        "Sent Re: The plan Hello Kim Key Of us: SO 11 Jan 2026, 12:00 "
        "Received The plan Hello Kim Key Of us: SO 10 Jan 2026, 12:00 "
        "Received Between Hello"
    ) in text_of(page)


@pytest.mark.parametrize("kind", KINDS)
def test_htmx_gets_the_one_thread_and_folds_it_to_what_it_was(
    shelf: Shelf, browser: Client, plan: list[Engagement], kind: str
) -> None:
    thread, address = token(plan[0]), at(shelf, kind)
    whole = browser.get(address).content.decode()
    unfolded = browser.get(f"{address}?thread={thread}", headers=HTMX)
    assert unfolded.templates[0].name == "thread_row.html"
    assert [mail.pk for mail in unfolded.context["row"].unfolded] == [mail.pk for mail in plan[::-1]]
    assert unfolded.content.decode().startswith(f'<li class="thread" id="t-{thread}">')
    assert f'hx-get="?fold={thread}"' in unfolded.content.decode()
    folded = browser.get(f"{address}?fold={thread}", headers=HTMX).content.decode().strip()
    assert (folded in whole, "t-mails" in folded) == (True, False)


def test_a_thread_further_down_is_unfolded_where_it_stands(shelf: Shelf, browser: Client) -> None:
    first = shelf.engagement()
    shelf.engagement(answers=first)
    for _ in range(30):
        shelf.engagement()
    [_, second] = walk(browser, at(shelf), {})
    [address] = re.findall(r'class="t-fold" aria-expanded="false" href="([^"#]+)#', second.content.decode())
    address = address.replace("&amp;", "&")
    page = browser.get(f"{at(shelf)}{address}")
    assert [len(row.unfolded) for row in page.context["rows"]] == [2]
    [back] = re.findall(r'class="t-fold" aria-expanded="true" href="([^"#]+)#', page.content.decode())
    assert [len(row.unfolded) for row in browser.get(f"{at(shelf)}{back}").context["rows"]] == [0]
    fragment = browser.get(f"{at(shelf)}{address}", headers=HTMX)
    assert len(fragment.context["row"].unfolded) == 2
    assert f'href="{back}#t-{token(first)}"' in fragment.content.decode()


@pytest.mark.parametrize("asked", ["", "x", "abc", "00" * 16, "é", "\0", "0" * 3_000, "<b>"])
def test_a_token_that_is_none_is_harmless(shelf: Shelf, browser: Client, asked: str) -> None:
    shelf.engagement()
    for name in ("thread", "fold"):
        assert browser.get(at(shelf), {name: asked}, headers=HTMX).status_code == 404
        page = browser.get(at(shelf), {name: asked})
        assert (page.status_code, [row.unfolded for row in page.context["rows"]]) == (200, [[]])
        assert b"<b>" not in page.content


def test_a_thread_that_shows_elsewhere_is_not_unfolded_here_W3(shelf: Shelf, browser: Client) -> None:
    [beta] = add_accounts(shelf.workspace, [{"name": "Beta"}], actor=ACTOR)
    here, theirs = shelf.engagement(), a_shelf(another_workspace()).engagement()
    answers = [
        browser.get(f"/accounts/{beta['id']}?thread={token(there)}", headers=HTMX) for there in (here, theirs)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_of_a_very_long_thread_the_newest_are_listed_and_the_rest_counted(
    shelf: Shelf, browser: Client
) -> None:
    first = shelf.engagement()
    newest = [shelf.engagement(answers=first).pk for _ in range(MAX_UNFOLDED + 2)][2:]
    page = browser.get(f"{at(shelf)}?thread={token(first)}")
    [row] = page.context["rows"]
    assert (row.mails, [mail.pk for mail in row.unfolded]) == (MAX_UNFOLDED + 3, newest[::-1])
    assert "and 3 older" in text_of(page)


@pytest.mark.parametrize("mails", [2, MAX_UNFOLDED])
def test_unfolding_asks_the_same_number_of_questions(
    shelf: Shelf, browser: Client, django_assert_num_queries: Any, mails: int
) -> None:
    first = shelf.engagement(RICH)
    for _ in range(mails - 1):
        shelf.engagement(RICH, answers=first)
    with django_assert_num_queries(15):
        fragment = browser.get(f"{at(shelf)}?thread={token(first)}", headers=HTMX)
    assert len(fragment.context["row"].unfolded) == mails
    assert len(fragment.content) < 100_000
