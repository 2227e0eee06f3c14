"""What the pages show, and what they do: overview, decisions, accounts and persons; errors, and what a page costs."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from mailbox_rows import NOW, a_label, a_mailbox, selected_at
from shelf import ACTOR, DAY, NOON, RICH, Shelf, a_shelf, another_workspace, ask, text_of

from postroom.actions.add_organization import list_addresses
from postroom.actions.create_role import create_role
from postroom.actions.create_source import create_source
from postroom.actions.create_token import create_token
from postroom.core.audit import LABEL_CHOSEN
from postroom.core.message import Content
from postroom.core.permissions import PERMISSIONS
from postroom.store.models import Person, PersonAccount, User
from postroom.store.write.audit import note

# Overview


def test_the_overview_counts_what_came_in_stayed_out_and_waits(shelf: Shelf, browser: Client) -> None:
    shelf.engagement()
    shelf.message("s1@us.com", "boss@us.com", reason="internal")
    shelf.message("s1@us.com", "boss@us.com", reason="internal")
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    shelf.message("x@odd.com", "s1@us.com", reason="ambiguous", outcome="hold")
    shelf.set_aside()
    answer = browser.get("/")
    ledger = answer.context["ledger"]
    counted = {
        name: ledger[name] for name in ("met", "imported", "stayed_out", "held", "set_aside", "waiting")
    }
    assert counted == {"met": 6, "imported": 1, "stayed_out": 3, "held": 1, "set_aside": 1, "waiting": 2}
    assert [(reason.name, count) for reason, count in ledger["reasons"]] == [("internal", 2), ("blocked", 1)]
    assert "What stayed out, and why All decisions Internal 2 Blocked 1" in text_of(answer)


def test_an_empty_overview_says_what_to_do_next(browser: Client) -> None:
    assert "postroom import PATH --workspace Us --user boss@us.com --label inbox" in text_of(browser.get("/"))


def test_who_may_not_see_decisions_sees_the_newest_engagements_only(shelf: Shelf, as_user) -> None:
    shelf.engagement(Content("A plan", "", ""))
    answer = as_user(shelf.user("Viewer")).get("/")
    assert ("ledger" in answer.context, "A plan" in text_of(answer)) == (False, True)


# Decisions


def test_of_what_stayed_out_only_users_are_named_L1(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@rival.com", "s1@us.com", "team@us.com", "y@rival.com", "z@rival.com", reason="blocked")
    body = browser.get("/decisions/blocked")
    assert (
        "Somebody outside → to Sam One, somebody of us and 2 people outside Met in the mailbox of Sam One. "
        "Mail of 10 Jan 2026, 12:00 decided 10 Jan 2026, 12:00 Explain"
    ).casefold() in text_of(body).casefold()
    assert b"rival" not in body.content


def test_a_consultant_is_inside_and_an_excluded_contractor_outside_D2(shelf: Shelf, browser: Client) -> None:
    list_addresses(shelf.workspace, "internal", ["consultant@home.example"], actor=ACTOR)
    list_addresses(shelf.workspace, "excluded", ["contractor@us.com"], actor=ACTOR)
    shelf.message("consultant@home.example", "contractor@us.com", "s1@us.com", reason="blocked")
    [row] = browser.get("/decisions").context["rows"]
    assert [
        ([user.email for user in side.users], side.colleagues, side.outside)
        for side in (row.senders, row.recipients)
    ] == [([], 1, 0), (["s1@us.com"], 0, 1)]


def test_the_decisions_of_a_reason_are_the_only_ones_on_its_page(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    shelf.message("s1@us.com", "boss@us.com", reason="internal")
    rows = browser.get("/decisions/internal").context["rows"]
    assert [row.decision.reason for row in rows] == ["internal"]
    assert [row.decision.reason for row in browser.get("/decisions").context["rows"]] == [
        "internal",
        "blocked",
    ]


@pytest.mark.parametrize("reason", ["nonsense", "unparsable"])
def test_what_is_no_reason_of_a_decision_is_not_found(browser: Client, reason: str) -> None:
    assert browser.get(f"/decisions/{reason}").status_code == 404


def test_long_lists_of_decisions_go_on_without_loss_or_repeat(shelf: Shelf, browser: Client) -> None:
    made = [shelf.message("s1@us.com", "boss@us.com", reason="internal").pk for _ in range(120)]
    seen, address = [], "/decisions"
    while address:
        answer = browser.get(address)
        seen += [row.decision.message_id for row in answer.context["rows"]]
        older = re.search(r'href="\?before=(\d+)"', answer.content.decode())
        address = f"/decisions?before={older[1]}" if older else ""
    assert seen == made[::-1]


def test_set_aside_says_where_and_why_L6(shelf: Shelf, browser: Client) -> None:
    shelf.set_aside()
    assert (
        "cur/1795290055.0063 Nothing in it looks like a mail: it has no headers. — Inbox 1.2 kB 1 "
        "9 Jan 2026, 12:00 Run again"
    ) in text_of(browser.get("/set-aside"))


def test_a_held_message_is_released_by_hand_C0(shelf: Shelf, browser: Client) -> None:
    message = shelf.message("kim@acme.com", "s1@us.com", reason="ambiguous", outcome="hold")
    held = message.decisions.get()
    assert f"/decisions/{held.pk}/release" in browser.get("/decisions/ambiguous").content.decode()
    answer = browser.post(f"/decisions/{held.pk}/release")
    assert answer.headers["Location"] == "/decisions/ambiguous"
    assert "Released. Import its file or send it again, choosing to reconsider, and it comes in." in text_of(
        browser.get("/decisions/ambiguous")
    )


def test_a_released_message_waits_for_its_file_only_C0(shelf: Shelf, browser: Client) -> None:
    held, released = (
        shelf.message("kim@acme.com", "s1@us.com", reason="ambiguous", outcome="hold").decisions.get()
        for _ in range(2)
    )
    browser.post(f"/decisions/{released.pk}/release")
    page = browser.get("/decisions")
    assert re.findall(r"/decisions/(\d+)/release", page.content.decode()) == [str(held.pk)]
    said = "Released: import its file or send it again, choosing to reconsider, and it comes in."
    assert text_of(page).count(said) == 1
    ledger = browser.get("/").context["ledger"]
    assert (ledger["held"], ledger["released"], ledger["waiting"]) == (1, 1, 1)


def test_a_second_release_is_told_that_it_was_released_C0(shelf: Shelf, browser: Client) -> None:
    held = shelf.message("x@acme.com", "s1@us.com", reason="ambiguous", outcome="hold").decisions.get()
    browser.post(f"/decisions/{held.pk}/release")
    again = browser.post(f"/decisions/{held.pk}/release", follow=True)
    assert again.redirect_chain == [("/decisions/ambiguous", 302)]
    assert "It was released already." in text_of(again)


def test_what_is_not_held_cannot_be_released(shelf: Shelf, browser: Client) -> None:
    decided = shelf.message("x@rival.com", "s1@us.com", reason="blocked").decisions.get()
    theirs = a_shelf(another_workspace())
    foreign = theirs.message("x@y.com", "s1@us.com", reason="ambiguous", outcome="hold").decisions.get()
    paths = [f"/decisions/{pk}/release" for pk in (decided.pk, foreign.pk, 999_999)]
    assert [browser.post(path).status_code for path in paths] == [404, 404, 404]


def test_what_was_set_aside_is_run_again_L6(shelf: Shelf, browser: Client) -> None:
    row = shelf.set_aside()
    assert browser.post(f"/set-aside/{row.pk}/retry").headers["Location"] == "/set-aside"
    assert "It was too large to keep. Import its file again." in text_of(browser.get("/set-aside"))
    foreign = a_shelf(another_workspace()).set_aside()
    assert browser.post(f"/set-aside/{foreign.pk}/retry").status_code == 404


# Accounts and persons


def test_an_account_shows_its_figures_A1(shelf: Shelf, browser: Client) -> None:
    shelf.engagement()
    shelf.engagement(direction="out")
    shelf.engagement()
    answer = browser.get(f"/accounts/{shelf.account}")
    assert answer.context["figures"] == (3, NOON + DAY, NOON + 3 * DAY, NOON + 2 * DAY)
    assert [row.addresses[0].address for row in answer.context["persons"]] == ["kim@acme.com"]
    assert "Engagements 3 First 10 Jan 2026 Last received 12 Jan 2026 Last sent 11 Jan 2026" in text_of(
        answer
    )


def test_what_no_database_can_keep_is_not_looked_for(shelf: Shelf, browser: Client) -> None:
    assert [row.account.name for row in browser.get("/accounts?q=ac%00me").context["rows"]] == ["Acme"]
    assert "Yes: Kim Key" in ask(browser, question="kim\0@acme.com")


def test_accounts_are_found_by_name_and_domain(shelf: Shelf, browser: Client) -> None:
    found = [
        [row.account.name for row in browser.get(f"/accounts?q={q}").context["rows"]]
        for q in ("ACM", "e.com", "x")
    ]
    assert found == [["Acme"], ["Acme"], []]


def test_a_person_without_a_name_or_address_can_be_looked_at(shelf: Shelf, browser: Client) -> None:
    person = Person.objects.create(workspace=shelf.workspace, opened_in=1)
    PersonAccount.objects.create(person=person, account_id=shelf.account, why="hand", opened_in=1)
    assert "No e-mail address: mail never matches by name." in text_of(browser.get(f"/persons/{person.pk}"))
    assert "(no name)" in text_of(browser.get(f"/accounts/{shelf.account}"))


# Errors


def test_403_names_the_permission_that_is_missing(shelf: Shelf, as_user) -> None:
    answer = as_user(shelf.user("Viewer")).get("/decisions")
    assert answer.status_code == 403
    assert f"the permission manage_rules ( {PERMISSIONS['manage_rules']} )" in text_of(answer).replace(
        "(", "( "
    ).replace(")", " )")


def test_404_says_what_to_do_and_repeats_nothing(browser: Client) -> None:
    answer = browser.get("/nothing-of-this-name")
    assert "Check the address, or look from the overview." in text_of(answer)
    assert b"nothing-of-this-name" not in answer.content


def test_500_says_that_nothing_was_changed_half_way(shelf: Shelf, browser: Client) -> None:
    engagement = shelf.engagement()
    engagement.variants.update(body=b"not what was packed")
    answer = browser.get(f"/engagements/{engagement.pk}")
    assert (answer.status_code, "Nothing was changed half-way." in text_of(answer)) == (500, True)


# Cost

RARE_WORDS = 2 if connection.vendor == "sqlite" else 0
"""SQLite is asked beforehand how common the words are; PostgreSQL knows by itself."""

QUERIES = {
    "/": 17,
    "/setup": 9,
    "/decisions": 18,
    "/decisions/imported": 18,
    "/decisions?outcome=import&user=s1@us.com&since=2026-01-01&until=2026-12-31": 19,
    "/decisions/reconsider": 4,
    "/jobs": 4,
    "/jobs?state=done&kind=reconsider": 4,
    "/set-aside": 5,
    "/accounts": 7,
    "/accounts?sort=last&show=silent": 7,
    "/persons": 7,
    "/settings/blocklist": 5,
    "/settings/users": 8,
    "/settings/organization": 7,
    "/settings/email-sync": 9,
    "/settings/email-sync/default-labels": 12,
    "/settings/email-sync/default-labels?inbox=on&sent=off": 12,
    "/settings/mailboxes": 7,
    "/settings/sources": 7,
    "/settings/roles": 5,
    "/settings/api-tokens": 4,
    "/settings/audit": 6,
    "/settings/audit?user=u&since=2026-01-01": 5,
    "/accounts/{account}": 19,
    "/persons/{person}": 18,
    "/engagements": 9,
    "/engagements?q=plan": 14 + RARE_WORDS,
    "/engagements?q=plan&account={account}&direction=in&user=s1@us.com&since=2026-01-01": 14 + RARE_WORDS,
    "/engagements/{engagement}": 15,
    "/reports": 4,
    "/reports/teams": 6,
    "/profile/mail": 4,
    "/profile/data/audit": 5,
    "/profile/email/connect/imap": 6,
    "/profile/email": 8,
    "/accounts/{account}/earlier": 5,
    "/persons/{person}/earlier": 5,
    "/security": 7,
}


@pytest.mark.parametrize("rows", [1, 29])
@pytest.mark.parametrize("path", QUERIES)
def test_a_page_asks_the_same_number_of_questions_of_a_full_list(
    shelf: Shelf, browser: Client, django_assert_num_queries, path: str, rows: int
) -> None:
    for number in range(rows):
        engagement = shelf.engagement(RICH)
        shelf.set_aside()
        create_role(shelf.workspace, {"name": f"Role {number}"}, actor=ACTOR)
        create_source(shelf.workspace, f"Source {number}", actor=ACTOR)
        create_token(shelf.workspace, "script", ["admin"], actor=ACTOR)
        job = shelf.job(state="done", counts={"changed": 1})
        user = User.objects.create(workspace=shelf.workspace, email=f"u{number}@us.com")
        label = a_label(a_mailbox(user, "imap"), "INBOX", **selected_at(NOW))
        chosen = {"label": label.pk, "label_role": "", "selected": True, "mail_from": None}
        for concerned in (user, User.objects.get(workspace=shelf.workspace, email="boss@us.com")):
            note(shelf.workspace, LABEL_CHOSEN, ACTOR, user=concerned, job=job, before=chosen, after=chosen)
    address = path.format(account=shelf.account, person=shelf.person, engagement=engagement.pk)
    with django_assert_num_queries(QUERIES[path]):
        answer = browser.get(address)
    assert answer.status_code == 200
    assert len(answer.content) < 100_000


def test_a_user_without_a_time_zone_reads_utc(shelf: Shelf, browser: Client) -> None:
    User.objects.filter(email="boss@us.com").update(time_zone="Asia/Tokyo")
    shelf.engagement()
    assert "Last received 10 Jan 2026" in text_of(browser.get(f"/accounts/{shelf.account}"))
    assert "10 Jan 2026, 21:00" in text_of(browser.get(f"/accounts/{shelf.account}"))
    User.objects.filter(email="boss@us.com").update(time_zone="Mars/Olympus")
    assert "10 Jan 2026, 12:00" in text_of(browser.get(f"/accounts/{shelf.account}"))
