"""The pages of persons: found, narrowed, added, changed, put on a default account, deleted (A1, A3, C14, C15)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shelf import ACTOR, SINCE, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_blocklist import add_blocklist
from postroom.actions.add_persons import add_persons
from postroom.store.models import Person, PersonAccount, PersonAddress
from postroom.store.read.persons import default_account_of
from postroom.web.forms import day_text


def names(answer: Any) -> list[str]:
    return [row.person.name for row in answer.context["rows"]]


def account(shelf: Shelf, name: str, *domains: str) -> int:
    [made] = add_accounts(shelf.workspace, [{"name": name, "domains": list(domains)}], actor=ACTOR)
    return int(made["id"] or 0)


def person(shelf: Shelf, **record: Any) -> int:
    [made] = add_persons(shelf.workspace, [record], actor=ACTOR)
    return int(made["id"] or 0)


def addresses(of: int) -> list[tuple[str, int]]:
    rows = PersonAddress.objects.filter(person=of, closed_in=None).order_by("address")
    return list(rows.values_list("address", "known_since"))


def linked(of: int) -> list[str]:
    rows = PersonAccount.objects.filter(person=of, closed_in=None).order_by("pk")
    return list(rows.values_list("account__name", flat=True))


def problems(answer: Any) -> list[str]:
    return re.findall(r'<p class="field-problem"[^>]*>(.*?)</p>', answer.content.decode())


# The list


def test_persons_are_found_by_name_and_address_and_narrowed(shelf: Shelf, browser: Client) -> None:
    beta = account(shelf, "Beta")
    person(shelf, name="Both", emails=["both@x.io"], accounts=[shelf.account, beta])
    made = person(shelf, name="Mailed", emails=["mailed@x.io"])
    Person.objects.filter(pk=made).update(is_from_mail=True)
    shown = {
        query: names(browser.get(f"/persons?{query}"))
        for query in (
            "",
            "q=KIM",
            "q=x.io",
            "show=mail",
            "show=hand",
            "show=alone",
            "show=several",
            f"account={beta}",
        )
    }
    assert shown == {
        "": ["Both", "Kim Key", "Mailed"],
        "q=KIM": ["Kim Key"],
        "q=x.io": ["Both", "Mailed"],
        "show=mail": ["Mailed"],
        "show=hand": ["Both", "Kim Key"],
        "show=alone": ["Mailed"],
        "show=several": ["Both"],
        f"account={beta}": ["Both"],
    }


def test_a_row_marks_the_default_account_C14(shelf: Shelf, browser: Client) -> None:
    person(
        shelf,
        name="Both",
        emails=["b@x.io"],
        accounts=[shelf.account, account(shelf, "Beta")],
        default_account="Beta",
    )
    assert "Both b@x.io Acme , Beta (default) 0 —" in text_of(browser.get("/persons"))


@pytest.mark.parametrize("query", ["show=nonsense", "account=x", "account=999999999", "before=x"])
def test_what_is_no_filter_is_not_found(browser: Client, shelf: Shelf, query: str) -> None:
    assert browser.get(f"/persons?{query}").status_code == 404


def test_persons_of_a_foreign_account_are_not_found_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    assert browser.get(f"/persons?account={theirs.account}").status_code == 404
    assert names(browser.get("/persons")) == ["Kim Key"]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole page", "fragment"])
def test_a_long_list_of_persons_goes_on_without_loss_or_repeat(
    shelf: Shelf, browser: Client, headers: dict[str, str]
) -> None:
    records = [{"name": f"Same {n % 3}", "accounts": [shelf.account]} for n in range(70)]
    add_persons(shelf.workspace, records, actor=ACTOR)
    seen: list[int] = []
    query = f"?account={shelf.account}"
    while query:
        answer = browser.get(f"/persons{query}", headers=headers if seen else {})
        seen += [row.person.pk for row in answer.context["rows"]]
        more = re.search(r'href="(\?before=[^"]*)"', answer.content.decode())
        query = more[1].replace("&amp;", "&") if more else ""
    assert seen == list(Person.objects.order_by("name", "pk").values_list("pk", flat=True))


def test_an_empty_list_says_where_persons_come_from(shelf: Shelf, browser: Client) -> None:
    Person.objects.update(closed_in=9)
    assert "No persons yet A person is a human at a customer. Most are created from mail" in text_of(
        browser.get("/persons")
    )
    assert "Nobody found No person has “x” in the name or an address." in text_of(browser.get("/persons?q=x"))


# Adding


def test_a_person_is_added_with_addresses_and_an_account_by_its_domain(shelf: Shelf, browser: Client) -> None:
    sent = {"name": "", "emails": "john.doe@x.io, JD@x.io", "since": "2025-03-01", "account": "acme.com"}
    answer = browser.post("/persons/add", sent)
    made = Person.objects.latest("pk")
    assert (answer.headers["Location"], made.name) == (f"/persons/{made.pk}", "John Doe")
    assert addresses(made.pk) == [("jd@x.io", 1_740_787_200), ("john.doe@x.io", 1_740_787_200)]
    assert linked(made.pk) == ["Acme"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, ["A person needs a name or an e-mail address."]),
        ({"emails": "a@x.io nobody"}, ["nobody: This is no e-mail address."]),
        ({"name": "A", "since": "soon"}, ["A day is written 2026-11-21."]),
        ({"name": "A", "account": "Nowhere"}, ["No account has this name or domain."]),
    ],
    ids=["nothing", "no address", "no day", "no account"],
)
def test_what_is_wrong_with_a_person_stands_beside_its_field(
    shelf: Shelf, browser: Client, sent: dict[str, str], said: list[str]
) -> None:
    answer = browser.post("/persons/add", sent)
    assert (answer.status_code, problems(answer), Person.objects.count()) == (422, said, 1)
    for value in sent.values():
        assert value in answer.content.decode()


def test_of_several_accounts_of_a_name_one_is_chosen(shelf: Shelf, browser: Client) -> None:
    first, second = account(shelf, "Twin"), account(shelf, "twin")
    sent = {"name": "A", "account": "Twin"}
    answer = browser.post("/persons/add", sent)
    assert problems(answer) == ["Several accounts are meant: choose one of them."]
    assert [a.pk for a in answer.context["form"].meant] == [first, second]
    browser.post("/persons/add", {**sent, "account-id": str(second)})
    assert PersonAccount.objects.latest("pk").account_id == second


def test_the_account_one_comes_from_is_filled_in(shelf: Shelf, browser: Client) -> None:
    page = browser.get(f"/persons/add?account={shelf.account}").content.decode()
    assert 'name="account" value="Acme"' in page
    assert f'name="account-id" value="{shelf.account}"' in page


def test_a_shared_and_an_inside_address_are_warned_about_C14(shelf: Shelf, browser: Client) -> None:
    answer = text_of(browser.post("/persons/add", {"emails": "kim@acme.com s1@us.com"}, follow=True))
    assert "Another person has this address too; mail is filed on all of them." in answer
    assert "The address is inside the company and never matches a person." in answer


# The page


def test_persons_who_share_an_address_name_each_other_C14(shelf: Shelf, browser: Client) -> None:
    other = person(shelf, name="Kay", emails=["kim@acme.com"])
    assert "kim@acme.com Known since 1 Jan 2020 Kay has it too: mail is filed on each." in text_of(
        browser.get(f"/persons/{shelf.person}")
    )
    assert f'<a href="/persons/{other}">Kay</a>' in browser.get(f"/persons/{shelf.person}").content.decode()


def test_the_default_account_is_chosen_and_nothing_moves_C14(shelf: Shelf, browser: Client) -> None:
    engagement = shelf.engagement()
    beta = account(shelf, "Beta")
    PersonAccount.objects.create(person_id=shelf.person, account_id=beta, why="domain", opened_in=1)
    page = browser.get(f"/persons/{shelf.person}")
    assert re.search(rf'value="{shelf.account}" checked', page.content.decode())
    assert "Linked by the mail domain" in text_of(page)
    answer = browser.post(f"/persons/{shelf.person}/default-account", {"account": str(beta)}, follow=True)
    assert "Saved. Earlier engagements stay where they are." in text_of(answer)
    chosen = default_account_of(Person.objects.get(pk=shelf.person))
    assert chosen is not None and chosen.pk == beta
    assert [link.account_id for link in engagement.account_links.all()] == [shelf.account]


@pytest.mark.parametrize("what", ["not linked", "foreign", "unknown", "nothing"])
def test_only_an_account_of_the_person_becomes_the_default(shelf: Shelf, browser: Client, what: str) -> None:
    theirs = a_shelf(another_workspace())
    ids = {
        "not linked": account(shelf, "Beta"),
        "foreign": theirs.account,
        "unknown": 999_999_999,
        "nothing": "",
    }
    path = f"/persons/{shelf.person}/default-account"
    assert browser.post(path, {"account": str(ids[what])}).status_code == 404
    assert browser.post(f"/persons/{theirs.person}/default-account", {"account": "1"}).status_code == 404


def test_who_may_not_change_persons_is_offered_no_way_to(shelf: Shelf, as_user) -> None:
    PersonAccount.objects.create(
        person_id=shelf.person, account_id=account(shelf, "Beta"), why="hand", opened_in=1
    )
    page = as_user(shelf.user("Viewer")).get(f"/persons/{shelf.person}").content.decode()
    assert ("<form" in page[page.index("<main") :], "/edit" in page) == (False, False)
    assert "Acme <span" in page


# Changing


def test_name_addresses_and_accounts_are_changed_in_one_go_L4(shelf: Shelf, browser: Client) -> None:
    account(shelf, "Beta", "beta.io")
    page = browser.get(f"/persons/{shelf.person}/edit")
    assert [(row.address, row.since) for row in page.context["form"].rows] == [("kim@acme.com", "2020-01-01")]
    sent = {
        "name": "Kim K.",
        "address": "kim@acme.com",
        "since-kim@acme.com": "2019-01-01",
        "emails": "kim@beta.io",
        "since": "2021-01-01",
        "account": "beta",
        "unlink": str(shelf.account),
    }
    answer = browser.post(f"/persons/{shelf.person}/edit", sent)
    assert answer.headers["Location"] == f"/persons/{shelf.person}"
    assert addresses(shelf.person) == [("kim@acme.com", 1_546_300_800), ("kim@beta.io", 1_609_459_200)]
    assert linked(shelf.person) == ["Beta"]
    assert Person.objects.get(pk=shelf.person).name == "Kim K."


def test_saving_without_a_change_changes_nothing_C12(shelf: Shelf, browser: Client) -> None:
    Person.objects.filter(pk=shelf.person).update(named_by="mail", is_from_mail=True)
    revision = shelf.workspace.__class__.objects.get(pk=shelf.workspace.pk).revision
    sent = {"name": "Kim Key", "address": "kim@acme.com", "since-kim@acme.com": "2020-01-01"}
    browser.post(f"/persons/{shelf.person}/edit", sent)
    kim = Person.objects.get(pk=shelf.person)
    assert (kim.named_by, kim.is_from_mail, kim.workspace.revision) == ("mail", True, revision)


def test_the_last_address_can_be_removed_C15(shelf: Shelf, browser: Client) -> None:
    sent = {"name": "Kim Key", "address": "kim@acme.com", "remove": "kim@acme.com"}
    page = browser.post(f"/persons/{shelf.person}/edit", sent, follow=True)
    assert addresses(shelf.person) == []
    assert "No e-mail address: mail never matches by name. Add an address." in text_of(page)


def test_a_refused_change_of_a_person_keeps_what_was_typed(shelf: Shelf, browser: Client) -> None:
    sent = {
        "name": "",
        "address": "kim@acme.com",
        "remove": "kim@acme.com",
        "emails": "x",
        "unlink": str(shelf.account),
    }
    answer = browser.post(f"/persons/{shelf.person}/edit", sent)
    assert problems(answer) == ["A name is a must.", "x: This is no e-mail address."]
    [row], [link] = answer.context["form"].rows, answer.context["links"]
    assert (answer.status_code, row.is_removed, link.is_removed) == (422, True, True)
    assert (linked(shelf.person), len(addresses(shelf.person))) == (["Acme"], 1)


def test_deleting_a_person_says_what_follows(shelf: Shelf, browser: Client) -> None:
    shelf.engagement()
    add_blocklist(shelf.workspace, ["rival.com"], actor=ACTOR)
    path = f"/persons/{shelf.person}/delete"
    asked = text_of(browser.get(path))
    assert "kim@acme.com matches this person no more." in asked
    assert "1 engagement stays, on the accounts and other persons where they show." in asked
    assert "acme.com belongs to Acme : the next mail creates the person anew." in asked
    page = browser.post(path, follow=True)
    assert "Kim Key was deleted. The engagements stay." in text_of(page)
    assert browser.get(f"/persons/{shelf.person}").status_code == 404
    assert browser.get(f"/accounts/{shelf.account}").context["figures"].total == 1


def test_an_ignored_account_creates_nobody_anew(shelf: Shelf, browser: Client) -> None:
    browser.post(f"/accounts/{shelf.account}/ignore", {"ignored": "yes"})
    assert "anew" not in text_of(browser.get(f"/persons/{shelf.person}/delete"))


@pytest.mark.parametrize("page", ["edit", "delete"])
def test_nobody_of_another_workspace_is_changed_W3(shelf: Shelf, browser: Client, page: str) -> None:
    theirs = a_shelf(another_workspace())
    assert browser.post(f"/persons/{theirs.person}/{page}", {"name": "Mine"}).status_code == 404
    row = Person.objects.get(pk=theirs.person)
    assert (row.name, row.closed_in) == ("Kim Key", None)


def test_lists_and_forms_cost_the_same_with_one_row_and_many(shelf: Shelf, browser: Client) -> None:
    paths = ["/persons", "/accounts", f"/persons/{shelf.person}/edit", f"/accounts/{shelf.account}/edit"]
    paths += ["/persons/add", f"/accounts/{shelf.account}/delete", f"/persons/{shelf.person}"]

    def costs() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                answer = browser.get(path)
            assert (answer.status_code, len(answer.content) < 100_000) == (200, True)
            found.append(len(asked))
        return found

    few = costs()
    records = [
        {"name": f"A{n}", "domains": [{"domain": f"a{n}.io", "known_since": SINCE}]} for n in range(60)
    ]
    made = [answer["id"] for answer in add_accounts(shelf.workspace, records, actor=ACTOR)]
    add_persons(
        shelf.workspace,
        [
            {"emails": [f"p{n}@acme.com", "kim@acme.com"], "accounts": [made[n], shelf.account]}
            for n in range(60)
        ],
        actor=ACTOR,
    )
    assert costs() == few


def test_what_no_database_can_keep_is_refused_or_left_out(shelf: Shelf, browser: Client) -> None:
    assert names(browser.get("/persons?q=ki%00m")) == ["Kim Key"]
    answer = browser.post("/persons/add", {"name": "A\0", "account": "Ac\0me"})
    assert problems(answer) == ["The text holds characters that cannot be kept."]
    answer = browser.post("/accounts/add", {"name": "A\0", "owner": "s1\0@us.com", "domains": "a\0.com"})
    assert problems(answer) == ["a\0.com: The text holds characters that cannot be kept."]


def test_two_forms_of_a_person_do_not_undo_each_other(shelf: Shelf, browser: Client) -> None:
    path = f"/persons/{shelf.person}/edit"
    seen = browser.get(path).content.decode()
    shown = dict(re.findall(r'type="hidden" name="(was-[^"]*)" value="([^"]*)"', seen))
    assert shown == {"was-name": "Kim Key", "was-since-kim@acme.com": "2020-01-01"}
    kept = {**shown, "name": "Kim Key", "address": "kim@acme.com", "since-kim@acme.com": "2020-01-01"}
    browser.post(path, {**kept, "name": "Kim Keys", "since-kim@acme.com": "2019-05-05"})
    browser.post(path, {**kept, "emails": "k@acme.com"})

    rows = PersonAddress.objects.filter(person=shelf.person, closed_in=None).order_by("address")
    assert [(row.address, day_text(row.known_since)) for row in rows][1:] == [("kim@acme.com", "2019-05-05")]
    assert (rows[0].address, Person.objects.get(pk=shelf.person).name) == ("k@acme.com", "Kim Keys")


def test_what_is_no_address_is_one_problem_a_line(shelf: Shelf, browser: Client) -> None:
    answer = browser.post(f"/persons/{shelf.person}/edit", {"name": "Kim", "emails": "not an email\nx@"})
    assert answer.context["form"].problems == {
        "emails": "not an email: This is no e-mail address.\nx@: This is no e-mail address."
    }
