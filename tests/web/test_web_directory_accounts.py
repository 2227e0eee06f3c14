"""The pages of accounts: found, narrowed, added one and many, changed, ignored, deleted (A1, A2, A3, D4)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shelf import ACTOR, SINCE, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_persons import add_persons
from postroom.store.models import Account, AccountDomain, EngagementAccount, PersonAccount
from postroom.web.forms import day_text


def names(answer: Any) -> list[str]:
    return [row.account.name for row in answer.context["rows"]]


def domains(account: int) -> list[tuple[str, bool, int]]:
    rows = AccountDomain.objects.filter(account=account, closed_in=None).order_by("domain")
    return list(rows.values_list("domain", "include_subdomains", "known_since"))


def problems(answer: Any) -> list[str]:
    return re.findall(r'<p class="field-problem"[^>]*>(.*?)</p>', answer.content.decode())


# The list


def test_accounts_are_narrowed_to_what_needs_a_look_A1(shelf: Shelf, browser: Client) -> None:
    add_accounts(
        shelf.workspace,
        [{"name": "Beta", "ignored": True}, {"name": "Delta", "domains": ["delta.io"]}],
        actor=ACTOR,
    )
    shelf.engagement()
    EngagementAccount.objects.update(at=4_000_000_000)
    shown = {
        show: names(browser.get(f"/accounts?show={show}"))
        for show in ("", "ignored", "without-domain", "silent")
    }
    assert shown == {
        "": ["Acme", "Beta", "Delta"],
        "ignored": ["Beta"],
        "without-domain": ["Beta"],
        "silent": ["Beta", "Delta"],
    }
    assert browser.get("/accounts?show=nonsense").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole page", "fragment"])
@pytest.mark.parametrize("sort", ["", "last"])
def test_a_long_list_of_accounts_goes_on_without_loss_or_repeat(
    shelf: Shelf, browser: Client, sort: str, headers: dict[str, str]
) -> None:
    add_accounts(shelf.workspace, [{"name": f"Same {n % 3}"} for n in range(70)], actor=ACTOR)
    shelf.engagement()
    seen: list[int] = []
    query = f"?sort={sort}&q="
    while query:
        answer = browser.get(f"/accounts{query}", headers=headers if seen else {})
        seen += [row.account.pk for row in answer.context["rows"]]
        more = re.search(r'href="(\?before=[^"]*)"', answer.content.decode())
        query = more[1].replace("&amp;", "&") if more else ""
    order = Account.objects.order_by("name", "pk").values_list("pk", flat=True)
    assert sorted(seen) == sorted(order)
    assert seen == list(order) if not sort else seen[0] == shelf.account


def test_the_last_engagement_is_first_if_so_sorted(shelf: Shelf, browser: Client) -> None:
    add_accounts(shelf.workspace, [{"name": "Aaa"}], actor=ACTOR)
    shelf.engagement()
    assert names(browser.get("/accounts")) == ["Aaa", "Acme"]
    assert names(browser.get("/accounts?sort=last")) == ["Acme", "Aaa"]


def test_the_list_says_what_to_do_where_nothing_is(browser: Client, shelf: Shelf, as_user) -> None:
    Account.objects.update(closed_in=9)
    assert "No accounts yet" in text_of(browser.get("/accounts"))
    assert "Add an account Add several at once" in text_of(browser.get("/accounts"))
    viewer = as_user(shelf.user("Viewer")).get("/accounts")
    assert (
        "Add" in text_of(viewer),
        "Whoever administers the workspace can add accounts." in text_of(viewer),
    ) == (
        False,
        True,
    )


# Adding


def test_an_account_is_added_with_owner_and_domains_A1_C11(shelf: Shelf, browser: Client) -> None:
    sent = {
        "name": " Beta ",
        "owner": "S1@us.com",
        "domains": "beta.io, beta.de\nBETA.io",
        "new-wide": "on",
        "since": "2025-03-01",
    }
    answer = browser.post("/accounts/add", sent)
    made = Account.objects.get(name="Beta")
    assert answer.headers["Location"] == f"/accounts/{made.pk}"
    assert made.owner is not None and made.owner.email == "s1@us.com"
    assert domains(made.pk) == [("beta.de", True, 1_740_787_200), ("beta.io", True, 1_740_787_200)]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, ["A name is a must."]),
        ({"name": "B", "owner": "who@us.com"}, ["No user of the workspace has this address."]),
        ({"name": "B", "owner": "who"}, ["This is no e-mail address."]),
        (
            {"name": "B", "domains": "gmail.com"},
            ["gmail.com: Anybody can have an address there."],
        ),
        (
            {"name": "B", "domains": "us.com ok.io nothing"},
            [
                "nothing: This is no mail domain.<br>"
                "us.com: This is a domain of your own company: see Settings, Organization."
            ],
        ),
        ({"name": "B", "since": "soon"}, ["A day is written 2026-11-21."]),
        ({"name": "B" * 201}, ["The text is too long."]),
    ],
    ids=["no name", "unknown owner", "no address", "free mail", "organization", "no day", "long"],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_stored_A2_D4(
    shelf: Shelf, browser: Client, sent: dict[str, str], said: list[str]
) -> None:
    answer = browser.post("/accounts/add", sent)
    assert (answer.status_code, problems(answer)) == (422, said)
    assert Account.objects.count() == 1
    for value in sent.values():
        assert value in answer.content.decode()


def test_a_free_mail_domain_is_taken_where_it_is_meant_A2(shelf: Shelf, browser: Client) -> None:
    assert b'name="force"' not in browser.get("/accounts/add").content
    sent = {"name": "Club", "domains": "gmail.com"}
    assert b'name="force"' in browser.post("/accounts/add", sent).content
    browser.post("/accounts/add", {**sent, "force": "on"})
    assert [domain for domain, _, _ in domains(Account.objects.get(name="Club").pk)] == ["gmail.com"]


def test_a_domain_that_two_accounts_have_is_warned_about_A3(shelf: Shelf, browser: Client) -> None:
    answer = browser.post("/accounts/add", {"name": "Acme Two", "domains": "acme.com"}, follow=True)
    assert "Another account has this domain too; created persons are linked to both." in text_of(answer)
    assert "Also on Acme : who is created there belongs to each." in text_of(answer)


def test_many_accounts_are_added_by_lines_each_answered_A3(shelf: Shelf, browser: Client) -> None:
    text = '"Beta, Inc.", beta.io, beta.de\nGamma; gamma.io\nDelta\tdelta.io\n\nMail; gmail.com\n, nobody.io'
    answer = browser.post("/accounts/add-many", {"lines": text, "since": "2025-03-01"})
    assert answer.status_code == 422
    assert [(line.line, line.status, line.says) for line in answer.context["told"]] == [
        ('"Beta, Inc.", beta.io, beta.de', "added", ""),
        ("Gamma; gamma.io", "added", ""),
        ("Delta\tdelta.io", "added", ""),
        (
            "Mail; gmail.com",
            "refused",
            "Anybody can have an address there.",
        ),
        (", nobody.io", "refused", "A name is a must."),
    ]
    assert answer.context["lines"] == "Mail; gmail.com\n, nobody.io"
    made = {
        account.name: [d for d, _, _ in domains(account.pk)] for account in Account.objects.order_by("pk")
    }
    assert made == {
        "Acme": ["acme.com"],
        "Beta, Inc.": ["beta.de", "beta.io"],
        "Gamma": ["gamma.io"],
        "Delta": ["delta.io"],
    }
    done = browser.post("/accounts/add-many", {"lines": "Mail; gmail.com", "force": "on"}, follow=True)
    assert "1 added." in text_of(done)


@pytest.mark.parametrize(
    ("lines", "said"), [("", "A name is a must."), ("x\n" * 1001, "These are too many for one form.")]
)
def test_no_line_and_too_many_lines_add_nothing(shelf: Shelf, browser: Client, lines: str, said: str) -> None:
    answer = browser.post("/accounts/add-many", {"lines": lines})
    assert (answer.status_code, problems(answer), Account.objects.count()) == (422, [said], 1)


# Changing


def test_name_owner_and_domains_are_changed_and_the_rest_stays_A1_L4(shelf: Shelf, browser: Client) -> None:
    page = browser.get(f"/accounts/{shelf.account}/edit")
    assert [(row.domain, row.is_wide, row.since) for row in page.context["form"].rows] == [
        ("acme.com", False, "2020-01-01")
    ]
    sent = {
        "name": "Acme AG",
        "owner": "",
        "domain": "acme.com",
        "since-acme.com": "2020-01-01",
        "domains": "acme.de",
    }
    answer = browser.post(
        f"/accounts/{shelf.account}/edit", {**sent, "wide": "acme.com", "since": "2021-01-01"}
    )
    assert answer.headers["Location"] == f"/accounts/{shelf.account}"
    assert domains(shelf.account) == [("acme.com", True, 1_577_836_800), ("acme.de", False, 1_609_459_200)]
    assert Account.objects.get(pk=shelf.account).name == "Acme AG"


def test_known_since_is_set_back_and_a_domain_removed_C11(shelf: Shelf, browser: Client) -> None:
    path = f"/accounts/{shelf.account}/edit"
    browser.post(path, {"name": "Acme", "domain": "acme.com", "since-acme.com": "2019-01-01"})
    assert domains(shelf.account) == [("acme.com", False, 1_546_300_800)]
    browser.post(path, {"name": "Acme", "domain": "acme.com", "remove": "acme.com"})
    assert domains(shelf.account) == []


def test_domains_that_the_form_does_not_show_stay(shelf: Shelf, browser: Client) -> None:
    wanted = [{"domain": f"d{n:03}.io", "known_since": SINCE} for n in range(120)]
    [made] = add_accounts(shelf.workspace, [{"name": "Many", "domains": wanted}], actor=ACTOR)
    page = browser.get(f"/accounts/{made['id']}/edit")
    assert (len(page.context["form"].rows), "50 of 120 are shown" in text_of(page)) == (50, True)
    assert len(page.content) < 100_000
    assert [row.domain for row in browser.get(f"/accounts/{made['id']}/edit?q=117").context["form"].rows] == [
        "d117.io"
    ]
    browser.post(f"/accounts/{made['id']}/edit", {"name": "Many", "domain": "d117.io", "remove": "d117.io"})
    assert len(domains(int(made["id"] or 0))) == 119


def test_a_refused_change_keeps_what_was_typed(shelf: Shelf, browser: Client) -> None:
    sent = {
        "name": "",
        "domain": "acme.com",
        "since-acme.com": "2019-05-05",
        "remove": "acme.com",
        "domains": "us.com",
    }
    answer = browser.post(f"/accounts/{shelf.account}/edit", sent)
    [row] = answer.context["form"].rows
    assert (answer.status_code, row.since, row.is_removed, answer.context["form"].new_domains) == (
        422,
        "2019-05-05",
        True,
        "us.com",
    )
    assert problems(answer) == [
        "A name is a must.",
        "us.com: This is a domain of your own company: see Settings, Organization.",
    ]
    assert domains(shelf.account) == [("acme.com", False, 1_577_836_800)]


def test_ignoring_says_what_follows_and_can_be_ended_A1(shelf: Shelf, browser: Client) -> None:
    path = f"/accounts/{shelf.account}/ignore"
    assert "acme.com matches nobody any more" in text_of(browser.get(path))
    assert "1 person of the account stays known: mail with them comes in as before." in text_of(
        browser.get(path)
    )
    page = browser.post(path, {"ignored": "yes"}, follow=True)
    assert "Ignored: its domains match nobody new." in text_of(page)
    assert AccountDomain.objects.get(closed_in=None).is_ignored is True
    assert "acme.com matches again" in text_of(browser.get(path))
    browser.post(path, {"ignored": "no"})
    assert AccountDomain.objects.get(closed_in=None).is_ignored is False


def test_deleting_asks_first_and_leaves_persons_and_engagements_A1(shelf: Shelf, browser: Client) -> None:
    shelf.engagement()
    path = f"/accounts/{shelf.account}/delete"
    asked = text_of(browser.get(path))
    assert "with 1 domain: acme.com . Nobody new is created from mail there." in asked
    assert "1 person stays, and mail with them comes in as before; 1 of them is in no account then." in asked
    assert "1 engagement stays, on the timelines of the persons." in asked
    assert Account.objects.get(pk=shelf.account).closed_in is None
    assert browser.post(path).headers["Location"] == "/accounts"
    assert browser.get(f"/accounts/{shelf.account}").status_code == 404
    assert browser.get(f"/persons/{shelf.person}").context["figures"].total == 1


@pytest.mark.parametrize("page", ["edit", "ignore", "delete"])
def test_nothing_of_another_workspace_is_changed_W3(shelf: Shelf, browser: Client, page: str) -> None:
    theirs = a_shelf(another_workspace())
    sent = {"name": "Mine", "ignored": "yes"}
    assert browser.post(f"/accounts/{theirs.account}/{page}", sent).status_code == 404
    account = Account.objects.get(pk=theirs.account)
    assert (account.name, account.is_ignored, account.closed_in) == ("Acme", False, None)


# The page


def test_an_account_says_why_its_persons_belong_to_it_A3(shelf: Shelf, browser: Client) -> None:
    [person] = add_persons(shelf.workspace, [{"name": "Zoe", "emails": ["zoe@acme.com"]}], actor=ACTOR)
    PersonAccount.objects.create(person_id=person["id"], account_id=shelf.account, why="domain", opened_in=1)
    seen = text_of(browser.get(f"/accounts/{shelf.account}"))
    assert re.search(
        r"Kim Key kim@acme.com By hand, \d+ \w+ \d+ Z Zoe zoe@acme.com By the mail domain,", seen
    )


def test_an_account_with_many_persons_costs_as_much_as_one_with_few(shelf: Shelf, browser: Client) -> None:
    many = [{"name": f"P {n}", "emails": [f"p{n}@acme.com"], "accounts": [shelf.account]} for n in range(40)]
    path = f"/accounts/{shelf.account}"
    with CaptureQueriesContext(connection) as few:
        browser.get(path)
    add_persons(shelf.workspace, many, actor=ACTOR)
    with CaptureQueriesContext(connection) as all_of_them:
        page = browser.get(path)
    assert len(all_of_them) == len(few)
    assert len(page.context["persons"]) == 10
    assert f'href="/persons?account={shelf.account}">All 41 persons' in page.content.decode()


def test_two_forms_of_an_account_do_not_undo_each_other_A1(shelf: Shelf, browser: Client) -> None:
    path = f"/accounts/{shelf.account}/edit"
    seen = browser.get(path).content.decode()
    shown = dict(re.findall(r'type="hidden" name="(was-[^"]*)" value="([^"]*)"', seen))
    assert shown == {"was-name": "Acme", "was-owner": "", "was-since-acme.com": "2020-01-01"}
    kept = {**shown, "name": "Acme", "owner": "", "domain": "acme.com", "since-acme.com": "2020-01-01"}
    browser.post(path, {**kept, "name": "Acme Inc.", "wide": "acme.com", "since-acme.com": "2019-05-05"})
    browser.post(path, {**kept, "owner": "s1@us.com"})

    account = Account.objects.get(pk=shelf.account)
    domain = AccountDomain.objects.get(account=account, closed_in=None)
    assert (account.name, account.owner and account.owner.email) == ("Acme Inc.", "s1@us.com")
    assert (domain.include_subdomains, day_text(domain.known_since)) == (True, "2019-05-05")


def test_domains_are_taken_as_plainly_meant_A2(shelf: Shelf, browser: Client) -> None:
    sent = {"name": "Birch", "domains": "@birch.com https://www.birch.de/about, *.birch.io"}
    browser.post("/accounts/add", sent)
    rows = AccountDomain.objects.filter(account__name="Birch").order_by("domain")
    assert list(rows.values_list("domain", "include_subdomains")) == [
        ("birch.com", False),
        ("birch.de", False),
        ("birch.io", True),
    ]
    answer = browser.post("/accounts/add", {"name": "Oak", "domains": "not a domain\nnor-this"})
    assert answer.context["form"].problems == {
        "domains": "not a domain: This is no mail domain.\nnor-this: This is no mail domain."
    }


def test_what_is_worth_a_look_is_said_of_an_account_A2(shelf: Shelf, browser: Client) -> None:
    sent = {"name": "Below", "domains": "shop.us.com", "since": "2999-01-01"}
    page = text_of(browser.post("/accounts/add", sent, follow=True))
    assert "Known since is in the future; all mail from before stays out." in page
    assert "A domain of the company lies above it, without its subdomains: it counts as outside." in page


def test_a_quotation_mark_that_is_not_closed_is_refused_A3(shelf: Shelf, browser: Client) -> None:
    answer = browser.post("/accounts/add-many", {"lines": '"Beta, beta.io\nRohr 3" GmbH, rohr.de'})
    assert [tuple(line) for line in answer.context["told"]] == [
        (
            '"Beta, beta.io',
            "refused",
            "A quotation mark is not closed: put one before and one behind the name.",
        ),
        ('Rohr 3" GmbH, rohr.de', "added", ""),
    ]
