"""The page of all engagements, and the search in them: what is found, and how what is asked for is kept (A4, R4)."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from searching import found, passages, with_letters
from shelf import ACTOR, DAY, NOON, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_persons import add_persons
from postroom.actions.change_account import delete_account
from postroom.actions.change_person import delete_person
from postroom.actions.delete_engagement import delete_engagement
from postroom.core.message import Content
from postroom.store.models import Engagement, EngagementAccount, User
from postroom.store.read.engagements import first_bodies

HTMX = {"HX-Request": "true"}


@pytest.fixture
def letters(shelf: Shelf) -> Shelf:
    return with_letters(shelf)


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        ("offer", ["Offer for the bridge"]),
        ("BRUCKE kost", ["Offer for the bridge"]),
        ("brücke", ["Offer for the bridge"]),
        ("bridge offer", ["Offer for the bridge"]),
        ("bridg", ["Tunnel", "Offer for the bridge"]),
        ("kim@acme.com", ["Tunnel", "Offer for the bridge"]),
        ("tunnel offer", []),
        ("brid offer", []),
        ("%", []),
        ("'; --", []),
    ],
)
def test_all_words_are_looked_for_the_last_by_its_beginning_A4(
    letters: Shelf, browser: Client, words: str, subjects: list[str]
) -> None:
    assert found(browser, q=words) == subjects


def test_the_passage_is_shown_in_which_the_words_stand_marked_and_escaped(
    letters: Shelf, browser: Client
) -> None:
    assert passages(browser, "brucke 12") == [
        "Die <mark>Brücke</mark> kostet naïve &lt;b&gt;<mark>12</mark>.500&lt;/b&gt; EUR."
    ]
    assert passages(browser, "bridge") == ["Nothing of <mark>bridges</mark> here", "Hello"]
    page = browser.get("/engagements", {"q": "<b>12"}).content.decode()
    assert ("&lt;<mark>b</mark>&gt;<mark>12</mark>.500" in page, "<b>" in page) == (True, False)
    assert 'value="&lt;b&gt;12"' in page


def test_what_a_mail_says_itself_is_shown_before_what_it_quotes(shelf: Shelf, browser: Client) -> None:
    shelf.engagement(Content("S", "> the bridge, they wrote\n\nOur bridge\n", ""))
    shelf.engagement(Content("S", "> a tunnel, they wrote\n\nYes\n", ""))
    assert passages(browser, "bridge") == ["Our <mark>bridge</mark>"]
    assert passages(browser, "tunnel") == ["&gt; a <mark>tunnel</mark>, they wrote Yes"]


def test_what_html_says_itself_is_shown_before_what_it_quotes(shelf: Shelf, browser: Client) -> None:
    shelf.engagement(Content("S", "", "<blockquote><p>The bridge</p></blockquote><p>Our bridge</p>"))
    shelf.engagement(Content("S", "", "<p>&gt; of a tunnel</p><blockquote>Yes</blockquote>"))
    assert passages(browser, "bridge") == ["Our <mark>bridge</mark>"]
    assert passages(browser, "tunnel") == ["&gt; of a <mark>tunnel</mark> Yes"]


def test_of_each_mail_found_only_the_text_shown_first_is_loaded(shelf: Shelf) -> None:
    texts = [Content("S", f"The bridge {n}", "") for n in range(3)]
    made = [shelf.engagement(*texts).pk for _ in range(2)]
    with CaptureQueriesContext(connection) as asked:
        found = first_bodies(made)
    assert {pk: body.text for pk, body in found.items()} == dict.fromkeys(made, "The bridge 0")
    with connection.cursor() as cursor:
        cursor.execute(asked[0]["sql"])
        assert (len(asked), len(cursor.fetchall())) == (1, 2)


def test_all_engagements_are_there_without_a_question(letters: Shelf, browser: Client) -> None:
    assert found(browser) == ["Tunnel", "Offer for the bridge"]
    seen = text_of(browser.get("/engagements"))
    assert "All, newest first Sent Tunnel Hello Kim Key Of us: SO 11 Jan 2026, 12:00 Received Offer" in seen
    assert "Words are looked for only in what you may see" not in seen


def test_what_is_not_found_is_said_and_what_to_do(letters: Shelf, browser: Client) -> None:
    seen = text_of(browser.get("/engagements?q=nowhere"))
    assert "No engagement found All words have to stand in its subject, text or names. Mail that" in seen
    page = browser.get("/engagements?q=now%26here&direction=in")
    assert "and everything else you asked for has to hold. Mail that stayed out" in text_of(page)
    assert 'href="?q=now%26here">Look everywhere' in page.content.decode()


def test_nothing_there_yet_is_said(shelf: Shelf, browser: Client) -> None:
    assert "No engagements yet Mail, chats, calls and meetings with customers stand here" in text_of(
        browser.get("/engagements")
    )


def test_a_deleted_engagement_is_not_found_C17(letters: Shelf, browser: Client) -> None:
    delete_engagement(letters.workspace, Engagement.objects.get(subject="Tunnel").pk, actor=ACTOR)
    assert (found(browser), found(browser, q="bridges")) == (["Offer for the bridge"], [])


def test_nothing_of_another_workspace_is_found_W3(letters: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace("Others"))
    theirs.engagement(Content("Offer of theirs", "bridge", ""))
    add_accounts(theirs.workspace, [{"name": "Offer & Sons"}], actor=ACTOR)
    assert found(browser, q="offer") == ["Offer for the bridge"]
    page = browser.get("/engagements?q=offer")
    assert (page.context["accounts"], page.context["persons"]) == ([], [])
    assert b"theirs" not in page.content


# What is asked for beside words


def test_what_is_asked_for_narrows_what_is_shown(letters: Shelf, browser: Client) -> None:
    letters.user("Manager", "ann@us.com")
    offer, tunnel = "Offer for the bridge", "Tunnel"
    assert {
        query: found(browser, **dict(part.split("=") for part in query.split("&")))
        for query in (
            "direction=in",
            "direction=out",
            "kind=mail",
            "kind=chat",
            "user=S1@us.com ",
            "user=ann@us.com",
            "since=2026-01-11",
            "until=2026-01-10",
            "since=2026-01-10&until=2026-01-11",
            "since=2026-01-12",
            "q=bridge&direction=out",
        )
    } == {
        "direction=in": [offer],
        "direction=out": [tunnel],
        "kind=mail": [tunnel, offer],
        "kind=chat": [],
        "user=S1@us.com ": [tunnel, offer],
        "user=ann@us.com": [],
        "since=2026-01-11": [tunnel],
        "until=2026-01-10": [offer],
        "since=2026-01-10&until=2026-01-11": [tunnel, offer],
        "since=2026-01-12": [],
        "q=bridge&direction=out": [tunnel],
    }


def test_a_day_is_a_day_where_the_reader_is(shelf: Shelf, browser: Client) -> None:
    """At noon of 10 January in London it is the 11th in the far east of the Pacific's date line."""
    shelf.engagement()
    User.objects.filter(email="boss@us.com").update(time_zone="Pacific/Kiritimati")
    days = ("2026-01-10", "2026-01-11")
    assert [len(found(browser, since=day, until=day)) for day in days] == [0, 1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"user": "nobody@us.com"}, {"user": "No user has this address."}),
        ({"since": "yesterday"}, {"since": "A day is written 2026-11-21."}),
        ({"until": "9999-12-31"}, {"until": "A day is written 2026-11-21."}),
        ({"since": "2026-02-02", "until": "2026-02-01"}, {"until": "This is before the first day."}),
        ({"direction": "up"}, {"direction": "There is no such direction."}),
        ({"kind": "fax"}, {"kind": "There is no such kind."}),
        (
            {"since": "0000", "user": "<b>"},
            {"since": "A day is written 2026-11-21.", "user": "No user has this address."},
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_kept(
    letters: Shelf, browser: Client, asked: dict[str, str], said: dict[str, str]
) -> None:
    page = browser.get("/engagements", {"q": "bridge", "account": letters.account, **asked})
    assert page.status_code == 422
    content = page.content.decode()
    problems = re.findall(r'<p class="field-problem" id="(\w+)-problem">([^<]*)</p>', content)
    assert dict(problems) == said
    assert sum(content.count(words) for words in set(said.values())) == len(said)
    assert re.findall(r'aria-invalid="true" aria-describedby="(\w+)-problem"', content) == list(
        dict(problems)
    )
    assert 'value="bridge"' in content
    assert all(
        f'value="{html.escape(value)}"' in content
        for name, value in asked.items()
        if name not in ("direction", "kind")
    )
    assert ("Nothing was looked for Mend what is marked above." in text_of(page), "Tunnel" in content) == (
        True,
        False,
    )


@pytest.mark.parametrize("name", ["account", "person"])
def test_an_account_or_person_that_is_foreign_deleted_or_none_is_the_same_W3(
    letters: Shelf, browser: Client, name: str
) -> None:
    theirs = a_shelf(another_workspace())
    delete_person(letters.workspace, letters.person, actor=ACTOR)
    delete_account(letters.workspace, letters.account, actor=ACTOR)
    for asked in (getattr(theirs, name), getattr(letters, name), 999_999_999, "x", "9" * 40, "²"):
        page = browser.get("/engagements", {name: asked})
        assert (page.status_code, page.context["rows"]) == (422, [])
        assert text_of(page).count(f"There is no such {name}.") == 1


def test_the_question_stands_in_the_address_over_all_pages(shelf: Shelf, browser: Client) -> None:
    made = [shelf.engagement(Content("S & P", f"plan {n}", "")).pk for n in range(65)]
    shelf.engagement(Content("S & P", "plan", ""), direction="out")
    shelf.engagement(Content("Other", "", ""))
    question = f"q=s+%26+plan&account={shelf.account}&person={shelf.person}&user=s1%40us.com&direction=in"
    question += "&since=2026-01-01&until=2026-12-31"
    for headers in ({}, HTMX):
        seen, address = [], f"?{question}"
        while address:
            page = browser.get(f"/engagements{address}", headers=headers)
            seen.append([row.pk for row, _ in page.context["rows"]])
            content = page.content.decode()
            older = re.search(r'href="(\?[^"]*before=[\d.]+)" hx-get="([^"]*)"', content)
            assert older is None or older[1] == older[2]
            address = html.unescape(older[1]) if older else ""
            assert not address or address.startswith(f"?{question}&before=")
        assert seen == [made[:34:-1], made[34:4:-1], made[4::-1]]
        assert ("<html" in content) == (not headers)
    assert (
        f'href="?{html.escape(question)}">Back to the newest'
        in browser.get(f"/engagements?{question}&before={NOON + 20 * DAY}.1").content.decode()
    )


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.2.3", "9" * 30 + ".1"])
def test_a_cursor_that_is_none_is_not_found(letters: Shelf, browser: Client, cursor: str) -> None:
    assert browser.get("/engagements", {"q": "bridge", "before": cursor}).status_code == 404


def test_one_looks_further_on_an_account_from_its_timeline(letters: Shelf, browser: Client) -> None:
    [beta] = add_accounts(letters.workspace, [{"name": "Beta"}], actor=ACTOR)
    EngagementAccount.objects.filter(engagement__subject="Tunnel").update(account_id=beta["id"])
    page = browser.get(f"/accounts/{letters.account}").content.decode()
    assert f'href="/engagements?account={letters.account}">Search here' in page
    assert found(browser, account=letters.account) == ["Offer for the bridge"]
    assert found(browser, account=letters.account, q="bridge") == ["Offer for the bridge"]
    narrowed = browser.get(f"/engagements?account={letters.account}&q=bridge")
    assert f'<input type="hidden" name="account" value="{letters.account}">' in narrowed.content.decode()
    assert "On the account Acme look everywhere" in text_of(narrowed)
    assert '<a class="narrowed-off" href="?q=bridge">look everywhere</a>' in narrowed.content.decode()
    assert f'href="/accounts/{letters.account}">Acme' in narrowed.content.decode()


def test_one_looks_further_on_a_person_from_their_timeline(letters: Shelf, browser: Client) -> None:
    [lee] = add_persons(letters.workspace, [{"name": "Lee", "emails": ["lee@acme.com"]}], actor=ACTOR)
    page = browser.get(f"/persons/{letters.person}").content.decode()
    assert f'href="/engagements?person={letters.person}">Search here' in page
    assert found(browser, person=letters.person, q="offer") == ["Offer for the bridge"]
    assert found(browser, person=lee["id"], q="offer") == []
    narrowed = browser.get(f"/engagements?person={letters.person}&direction=out")
    assert "On the person Kim Key look everywhere" in text_of(narrowed)
    assert '<a class="narrowed-off" href="?direction=out">look everywhere</a>' in narrowed.content.decode()


# Accounts and persons of that name


def test_accounts_and_persons_of_that_name_stand_above(letters: Shelf, browser: Client) -> None:
    add_accounts(letters.workspace, [{"name": f"Bridge {n}"} for n in range(7)], actor=ACTOR)
    add_persons(letters.workspace, [{"name": "Bridget Bold"}], actor=ACTOR)
    page = browser.get("/engagements?q=bridge")
    assert [row.account.name for row in page.context["accounts"]] == [f"Bridge {n}" for n in range(5)]
    assert [row.person.name for row in page.context["persons"]] == ["Bridget Bold"]
    assert "Of this name Bridge 0 Bridge 1 Bridge 2 Bridge 3 Bridge 4 Bridget Bold Found" in text_of(page)
    assert "Of this name Acme" in text_of(browser.get("/engagements?q=acme"))


@pytest.mark.parametrize("query", ["", "?q=", "?q=acme&direction=in", f"?q=acme&before={NOON * 2}.1"])
def test_they_stand_above_the_first_page_of_words_alone(letters: Shelf, browser: Client, query: str) -> None:
    assert "Of this name" not in text_of(browser.get(f"/engagements{query}"))
