"""What the pages show, and what they do."""

from __future__ import annotations

import html
import re
import subprocess
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from shelf import ACTOR, DAY, NOON, RICH, Shelf, a_shelf, another_workspace

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_organization import list_addresses
from postroom.actions.change_account import delete_account
from postroom.actions.change_person import delete_person
from postroom.core.mail.defects import DEFECTS
from postroom.core.message import Content
from postroom.core.permissions import PERMISSIONS
from postroom.store.models import Engagement, EngagementAccount, Person, PersonAccount, User


def text_of(answer: Any) -> str:
    """What a person reads of a page: without tags, on one line."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert main is not None
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main[0])).split())


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
    assert "Internal 2 It is internal: the sender and all recipients are of the company." in text_of(answer)


def test_an_empty_overview_says_what_to_do_next(browser: Client) -> None:
    assert 'postroom import PATH --workspace "Us" --user boss@us.com --label inbox' in text_of(
        browser.get("/")
    )


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
        "10 Jan 2026, 12:00 Policy 1, revision 7 Explain"
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
    assert "cur/1795290055.0063 No headers — Inbox 1.2 kB 1 9 Jan 2026, 12:00 Run again" in text_of(
        browser.get("/set-aside")
    )


def test_a_held_message_is_released_by_hand_C0(shelf: Shelf, browser: Client) -> None:
    message = shelf.message("kim@acme.com", "s1@us.com", reason="ambiguous", outcome="hold")
    held = message.decisions.get()
    assert f"/decisions/{held.pk}/release" in browser.get("/decisions/ambiguous").content.decode()
    answer = browser.post(f"/decisions/{held.pk}/release")
    assert answer.headers["Location"] == "/decisions/ambiguous"
    assert "Released. Import its file again with --reconsider, and it comes in." in text_of(
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
    assert text_of(page).count("Released: import its file again with --reconsider, and it comes in.") == 1
    overview = browser.get("/")
    ledger = overview.context["ledger"]
    assert (ledger["held"], ledger["released"], ledger["waiting"]) == (1, 1, 1)
    assert "1 released : it comes in once its file is imported again" in text_of(overview)


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


# Accounts and timelines


def test_an_account_shows_its_figures_A1(shelf: Shelf, browser: Client) -> None:
    shelf.engagement()
    shelf.engagement(direction="out")
    shelf.engagement()
    answer = browser.get(f"/accounts/{shelf.account}")
    assert answer.context["figures"] == (3, NOON + DAY, NOON + 3 * DAY, NOON + 2 * DAY)
    assert [person.addresses for person in answer.context["persons"]] == [["kim@acme.com"]]
    assert "Engagements 3 First 10 Jan 2026 Last received 12 Jan 2026 Last sent 11 Jan 2026" in text_of(
        answer
    )


def test_a_timeline_is_newest_first_with_who_took_part_A4(shelf: Shelf, browser: Client) -> None:
    shelf.engagement(Content("First", "", ""))
    shelf.engagement(Content("Second", "", ""), direction="out")
    seen = text_of(browser.get(f"/accounts/{shelf.account}"))
    assert (
        "January 2026 Sent Second Hello Kim Key Of us: SO 11 Jan 2026, 12:00 "
        "Received First Hello Kim Key Of us: SO 10 Jan 2026, 12:00"
    ) in seen


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole page", "fragment"])
@pytest.mark.parametrize("kind", ["accounts", "persons"])
def test_a_long_timeline_goes_on_without_loss_or_repeat(
    shelf: Shelf, browser: Client, kind: str, headers: dict[str, str]
) -> None:
    made = [shelf.engagement().pk for _ in range(65)]
    Engagement.objects.filter(pk__in=made).update(at=NOON)
    for link in ("engagementaccount", "engagementperson"):
        Engagement._meta.get_field(f"{link.removeprefix('engagement')}_links").related_model.objects.update(
            at=NOON
        )
    seen, query = [], ""
    while True:
        answer = browser.get(
            f"/{kind}/{shelf.account if kind == 'accounts' else shelf.person}{query}", headers=headers
        )
        seen += [row.engagement.pk for row in answer.context["rows"]]
        older = re.search(r'href="(\?before=[\d.]+)"', answer.content.decode())
        if older is None:
            break
        query = older[1]
    assert seen == made[::-1]
    assert (b"<html" in answer.content) == (not headers)


def test_what_no_database_can_keep_is_not_looked_for(shelf: Shelf, browser: Client) -> None:
    assert [row.account.name for row in browser.get("/accounts?q=ac%00me").context["rows"]] == ["Acme"]
    assert "Known as Kim Key" in ask(browser, question="kim\0@acme.com")


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.2.3", "1.x", "9" * 30 + ".1", "²"])
def test_a_cursor_that_is_none_is_not_found(shelf: Shelf, browser: Client, cursor: str) -> None:
    assert browser.get(f"/accounts/{shelf.account}?before={cursor}").status_code == 404


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


# One engagement


def test_an_engagement_says_who_wrote_why_it_is_here_and_where_it_was_met(
    shelf: Shelf, browser: Client
) -> None:
    seen = text_of(browser.get(f"/engagements/{shelf.engagement(RICH).pk}"))
    assert "The <b>plan</b> Received 10 Jan 2026, 12:00 From kim@acme.com To s1@us.com" in seen
    assert "plan <1>.pdf 52 kB · application/pdf" in seen
    assert "It was imported: somebody in it is a known customer. Decided 10 Jan 2026, 12:00" in seen
    assert "2 questions were asked first" in seen
    assert "Filed on Acme Kim Key Where it was met Sam One Inbox · import · 10 Jan 2026, 12:00" in seen


def test_html_stands_in_a_sandbox_without_scripts_S3(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(RICH).pk
    page = browser.get(f"/engagements/{pk}").content.decode()
    assert re.findall(r"<iframe[^>]*>", page) == [
        '<iframe class="mail-frame" title="The mail as it was sent" sandbox="allow-popups '
        f'allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" src="/engagements/{pk}/mail?variant=1">'
    ]
    frame = browser.get(f"/engagements/{pk}/mail").content.decode()
    assert frame.partition("<body>")[2] == (
        '<p class="left-out">1 remote image not shown: loading it would tell the sender that you read this.</p>\n'
        "<main><p>Yes. <img></p></main></body>\n</html>\n"
    )


def test_plain_text_is_escaped_and_quotations_are_folded(shelf: Shelf, browser: Client) -> None:
    content = Content("S", "<script>alert(1)</script>\n> a\n> b\n> c\nend", "")
    page = browser.get(f"/engagements/{shelf.engagement(content).pk}").content.decode()
    assert "<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre><details" in page
    assert (
        "<summary>3 quoted lines</summary><pre>&gt; a\n&gt; b\n&gt; c</pre></details><pre>end</pre>" in page
    )


def test_both_forms_of_a_text_can_be_looked_at(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(RICH).pk
    assert [browser.get(f"/engagements/{pk}{query}").context["is_html"] for query in ("", "?as=text")] == [
        True,
        False,
    ]


def test_every_variant_of_a_text_can_be_looked_at_F3(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(Content("One", "first text", ""), Content("Two", "second text", "")).pk
    assert "second text" in text_of(browser.get(f"/engagements/{pk}?variant=2"))
    assert "met with 2 different texts" in text_of(browser.get(f"/engagements/{pk}"))
    assert [browser.get(f"/engagements/{pk}?variant={n}").status_code for n in ("0", "3", "x", "²")] == [
        404
    ] * 4


def test_html_that_costs_too_much_is_shown_as_its_text(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(Content("S", "", "<div>" * 5_000 + "good day")).pk
    seen = text_of(browser.get(f"/engagements/{pk}"))
    assert "too tangled to be shown safely, so this is its text. good day" in seen
    assert "<main><pre>good day</pre></main>" in browser.get(f"/engagements/{pk}/mail").content.decode()


def test_html_is_cleaned_once_and_in_its_frame_only(
    shelf: Shelf, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: started.append(a) or run(*a, **k))
    pk = shelf.engagement(Content("S", "", "<p>Good day</p>" * 2_000)).pk
    assert (browser.get(f"/engagements/{pk}").context["is_html"], len(started)) == (True, 0)
    assert (browser.get(f"/engagements/{pk}/mail").status_code, len(started)) == (200, 1)


def test_html_that_takes_too_long_leaves_its_text_in_the_frame(shelf: Shelf, browser: Client) -> None:
    slow = "<img " + " ".join(f"a{n}=b" for n in range(90_000)) + ">"
    pk = shelf.engagement(Content("S", "good <day>", slow)).pk
    assert browser.get(f"/engagements/{pk}").context["is_html"] is True
    answer = browser.get(f"/engagements/{pk}/mail")
    assert "<main><pre>good &lt;day&gt;</pre></main>" in answer.content.decode()


def test_what_was_wrong_with_a_mail_is_said_in_one_line(shelf: Shelf, browser: Client) -> None:
    engagement = shelf.engagement()
    engagement.message.copies.update(defects="missing_date bare_cr")
    engagement.variants.update(defects="bad_base64 bare_cr")
    said = [DEFECTS[name] for name in ("missing_date", "bare_cr", "bad_base64")]
    assert " ".join(said) in text_of(browser.get(f"/engagements/{engagement.pk}"))
    assert f"in the mailbox of Sam One. {' '.join(said[:2])} 10 Jan 2026" in text_of(
        browser.get("/decisions")
    )


def test_what_was_deleted_is_named_and_not_linked(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement().pk
    delete_person(shelf.workspace, shelf.person, actor=ACTOR)
    delete_account(shelf.workspace, shelf.account, actor=ACTOR)
    page = browser.get(f"/engagements/{pk}")
    assert "Filed on Acme deleted Kim Key deleted Where it was met" in text_of(page)
    links = re.findall(r'href="(/(?:accounts|persons)[^"]*)"', page.content.decode())
    assert links == ["/accounts", "/accounts"]
    assert browser.post(f"/engagements/{pk}/delete").headers["Location"] == "/"


def test_deleting_leads_to_the_first_account_that_is_still_there(shelf: Shelf, browser: Client) -> None:
    engagement = shelf.engagement()
    [beta] = add_accounts(shelf.workspace, [{"name": "Beta"}], actor=ACTOR)
    EngagementAccount.objects.create(
        account_id=beta["id"], engagement=engagement, at=engagement.at, direction="in"
    )
    delete_account(shelf.workspace, shelf.account, actor=ACTOR)
    answer = browser.post(f"/engagements/{engagement.pk}/delete")
    assert answer.headers["Location"] == f"/accounts/{beta['id']}"
    assert browser.get(answer.headers["Location"]).status_code == 200


def test_a_very_long_text_is_cut_and_can_be_shown_whole(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement(Content("S", "word " * 20_000, "")).pk
    page = browser.get(f"/engagements/{pk}")
    assert len(page.content) < 100_000
    assert "Show the other 40 000 characters" in text_of(page)
    assert text_of(browser.get(f"/engagements/{pk}?whole=1")).count("word") == 20_000


def test_a_mail_to_thousands_stays_a_page(shelf: Shelf, browser: Client) -> None:
    engagement = shelf.engagement()
    people = [
        {"role": "to", "email": f"person-{n}@example.com", "name": f"Person {n}"} for n in range(20_000)
    ]
    Engagement.objects.filter(pk=engagement.pk).update(participants=people)
    page = browser.get(f"/engagements/{engagement.pk}")
    assert len(page.content) < 100_000
    assert "and 19980 more" in text_of(page)


def test_deleting_asks_first_and_then_it_is_gone_C17(shelf: Shelf, browser: Client) -> None:
    pk = shelf.engagement().pk
    assert "It does not come back" in text_of(browser.get(f"/engagements/{pk}/delete"))
    assert Engagement.objects.filter(pk=pk).exists()
    answer = browser.post(f"/engagements/{pk}/delete")
    assert answer.headers["Location"] == f"/accounts/{shelf.account}"
    assert "The engagement was deleted." in text_of(browser.get(answer.headers["Location"]))
    assert browser.get(f"/engagements/{pk}").status_code == 404
    assert browser.get("/decisions/deleted").context["rows"][0].decision.reason == "deleted"


# Explain


def ask(browser: Client, **question: Any) -> str:
    return text_of(browser.post("/explain", question))


def test_an_address_nobody_knows_is_explained_L2(shelf: Shelf, browser: Client) -> None:
    assert (
        "john@nowhere.example New mail with this address does not come in by itself. No person has the address "
        "john@nowhere.example, and no account has the domain nowhere.example."
    ) in ask(browser, question="john@nowhere.example")


def test_a_known_address_is_explained_with_its_messages_L2(shelf: Shelf, browser: Client) -> None:
    shelf.message("kim@acme.com", "s1@us.com", reason="spam")
    assert (
        "kim@acme.com Known as Kim Key at Acme . New mail comes in. Mail of 10 Jan 2026, 12:00 Spam"
        in ask(browser, question="Kim@ACME.com")
    )


def test_a_message_id_is_explained_with_and_without_brackets_L2(shelf: Shelf, browser: Client) -> None:
    shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    for question in ("<1@acme.com>", "1@acme.com"):
        seen = ask(browser, question=question)
        assert "<1@acme.com> Blocked This message has a sender or recipient on the blocklist." in seen
        assert "2 questions asked before" in seen


def test_a_row_of_the_list_leads_to_its_explanation(shelf: Shelf, browser: Client) -> None:
    message = shelf.message("x@rival.com", "s1@us.com", reason="blocked")
    assert f"/explain?message={message.pk}" in browser.get("/decisions").content.decode()
    assert "Mail of 10 Jan 2026, 12:00 Blocked" in text_of(browser.get(f"/explain?message={message.pk}"))


RAW = (
    "From: Kim <kim@acme.com>\r\nTo: s1@us.com\r\nDate: Fri, 09 Jan 2026 12:00:00 +0000\r\n"
    "Message-ID: <new@acme.com>\r\nSubject: Hello\r\n\r\nGood day\r\n"
)


@pytest.mark.parametrize("way", ["raw", "file"])
def test_a_message_never_met_is_explained_from_its_source_L2(shelf: Shelf, browser: Client, way: str) -> None:
    given = {"raw": RAW} if way == "raw" else {"file": SimpleUploadedFile("a.eml", RAW.encode())}
    seen = ask(browser, **given)
    assert (
        "<new@acme.com> Imported This message was never met. Were it imported now, this would become of it."
    ) in seen


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("", "Type an address or Message-ID"),
        ("john@", "This is neither an e-mail address nor a Message-ID."),
        ("<john@>", "No mail with this Message-ID was ever met here."),
        ("<unknown@mail.acme.org>", "No mail with this Message-ID was ever met here."),
    ],
)
def test_what_cannot_be_explained_says_what_to_do(
    shelf: Shelf, browser: Client, question: str, says: str
) -> None:
    assert says in ask(browser, question=question)


def test_a_message_explained_is_not_kept(shelf: Shelf, browser: Client) -> None:
    ask(browser, raw=RAW)
    assert browser.get("/decisions").context["total"] == 0


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

QUERIES = {
    "/": 9,
    "/decisions": 17,
    "/decisions/imported": 17,
    "/set-aside": 4,
    "/accounts": 7,
    "/accounts/{account}": 12,
    "/persons/{person}": 12,
    "/engagements/{engagement}": 11,
}


@pytest.mark.parametrize("rows", [1, 29])
@pytest.mark.parametrize("path", QUERIES)
def test_a_page_asks_the_same_number_of_questions_of_a_full_list(
    shelf: Shelf, browser: Client, django_assert_num_queries, path: str, rows: int
) -> None:
    for _ in range(rows):
        engagement = shelf.engagement(RICH)
        shelf.set_aside()
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
