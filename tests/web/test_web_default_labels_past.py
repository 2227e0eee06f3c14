"""After a click: how far it is, what came of it, who came since, earlier clicks, and future users (M8, M11)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from default_labels_world import (
    PAGE,
    POSTED,
    Company,
    a_company,
    add,
    applied,
    carried_out,
    part,
    shown_in,
    shown_of,
)
from django.db.models.signals import post_init
from django.test import Client
from django.utils import timezone
from mailbox_rows import NOW, a_label, a_mailbox
from shelf import Shelf, a_shelf, another_workspace, text_of

from postroom.actions.default_labels import apply_default_labels, undo_default_labels
from postroom.core.labels import Boxes
from postroom.store.models import Job, Mailbox, User
from postroom.web.default_labels_words import lately

INBOX = Boxes(inbox=True)
PUSH = f"{PAGE}/push"
QUERIES = 27
QUERIES_OF_FRAGMENT = 21


@pytest.fixture
def company(shelf: Shelf, admin: User) -> Company:
    """Users in every state that a push can meet but one: no labels are unread."""
    made = a_company(shelf.workspace)
    Mailbox.objects.filter(labels_at=None).delete()
    return made


def polled(browser: Client) -> tuple[str, str | None]:
    """What the card of the last click says, and the event it sends along."""
    answer = browser.get(PUSH, headers={"HX-Request": "true"})
    return part(answer, "push-title"), answer.headers.get("HX-Trigger")


def at(job: Job) -> str:
    return f"today {timezone.localtime(job.created_at):%H:%M}"


# The last click


def test_before_any_click_there_is_no_card(company: Company, browser: Client) -> None:
    page = browser.get(PAGE)
    assert 'aria-labelledby="push-title"' not in page.content.decode()
    assert 'hx-trigger="every' not in page.content.decode()
    assert "Clicks up to now" not in text_of(page)
    assert "joined since" not in text_of(page)


def test_a_click_that_waits_is_asked_for_again_every_two_seconds_M11(
    company: Company, browser: Client
) -> None:
    page = browser.post(PAGE, POSTED, follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    job = Job.objects.get()
    assert part(page, "push-title") == (
        f"Waits for its turn Inbox on, Sent off. Asked for by Bo Boss, {at(job)}. The worker takes it up within "
        "seconds, where it runs. You can leave this page. Refresh Result per user Cancel…"
    )
    assert f'hx-get="{PUSH}" hx-trigger="every 2s"' in page.content.decode()
    assert f'href="/jobs/{job.pk}"' in page.content.decode()
    assert polled(browser)[1] is None


def test_a_click_under_way_says_how_far_it_is_M11(company: Company, browser: Client) -> None:
    job = apply_default_labels(company.workspace, INBOX, actor="boss@us.com")
    Job.objects.filter(pk=job.pk).update(
        state="running", counts={"changed": 3, "unchanged": 1, "skipped": 1, "failed": 0}
    )
    assert polled(browser) == (
        f"Applying: 5 of 8 Inbox on, Sent off — 3 changed, 1 was so already, 1 skipped. Asked for by Bo Boss, "
        f"{at(job)}. You can leave this page. Refresh Result per user Cancel…",
        None,
    )
    assert f'href="/jobs/{job.pk}/cancel"' in browser.get(PAGE).content.decode()
    assert "Applying or undoing is under way." in text_of(browser.get(PAGE))


def test_it_says_that_it_waits_for_first_looks_not_that_they_failed_M11(
    company: Company, browser: Client
) -> None:
    a_mailbox(company.users["fay"], labels_at=None)
    job = apply_default_labels(company.workspace, INBOX, actor="boss@us.com")
    carried_out(job)
    assert polled(browser)[0].startswith(
        "Waits for the first look into 1 mailbox Inbox on, Sent off — 2 changed, 2 were so already, 3 skipped."
    )


def test_two_clicks_run_one_after_the_other_M11(company: Company, browser: Client) -> None:
    apply_default_labels(company.workspace, INBOX, actor="boss@us.com")
    apply_default_labels(company.workspace, Boxes(sent=True), actor="boss@us.com")
    assert polled(browser)[0].startswith(
        "Waits for the click before it: clicks run one after the other Inbox off, Sent on. Asked for by Bo Boss"
    )


def test_at_its_end_it_says_what_came_of_it_and_has_what_follows_asked_for_again(
    company: Company, browser: Client
) -> None:
    job = applied(company.workspace, INBOX)
    said, event = polled(browser)
    assert said == (
        f"Applied by Bo Boss, {at(job)} Inbox on, Sent off — 2 changed, 2 were so already, 4 skipped. "
        "Overrode what 1 user chose. Skipped: 3 without a mailbox, 1 disabled. Result per user Undo…"
    )
    assert event == "pushed"
    answer = browser.get(PUSH, headers={"HX-Request": "true"})
    assert "every 2s" not in answer.content.decode()
    assert f'href="/jobs/{job.pk}/undo"' in answer.content.decode()
    assert 'id="history" hx-swap-oob="true"' in answer.content.decode()
    assert 'hx-trigger="change, pushed from:body"' in browser.get(PAGE).content.decode()


def test_the_card_alone_is_for_htmx(company: Company, browser: Client) -> None:
    assert browser.get(PUSH).headers["Location"] == PAGE


def test_who_failed_can_be_tried_again_M11(company: Company, browser: Client) -> None:
    job = applied(company.workspace, INBOX)
    Job.objects.filter(pk=job.pk).update(counts=job.counts | {"failed": 2})
    page = browser.get(PAGE)
    assert (
        "2 changed, 2 were so already, 4 skipped, 2 failed. "
        "Overrode what 1 user chose. Skipped: 3 without a mailbox, 1 disabled. For 2 users it failed, "
        "because no label of their mailbox "
        "was known. Once the mailboxes were looked into, try again. Result per user Try the failed again Undo…"
    ) in part(page, "push-title")
    assert f'action="/jobs/{job.pk}/retry"' in page.content.decode()
    browser.post(f"/jobs/{job.pk}/retry")
    assert Job.objects.get(pk=job.pk).state == "waiting"


@pytest.mark.parametrize(
    ("state", "title"),
    [("failed", "It ended with a problem after 5 of 8"), ("cancelled", "Cancelled after 5 of 8")],
)
def test_what_ended_half_way_goes_on_from_there(
    company: Company, browser: Client, state: str, title: str
) -> None:
    job = apply_default_labels(company.workspace, INBOX, actor="boss@us.com")
    Job.objects.filter(pk=job.pk).update(state=state, counts={"changed": 3, "skipped": 2})
    assert polled(browser)[0] == (
        f"{title} Inbox on, Sent off — 3 changed, 2 skipped. What was done up to there stays. Trying again goes on "
        "from there. Result per user Try again"
    )


def test_what_changed_nobody_offers_no_undo(company: Company, browser: Client) -> None:
    applied(company.workspace, INBOX)
    job = applied(company.workspace, INBOX)
    assert polled(browser)[0] == (
        f"Applied by Bo Boss, {at(job)} Inbox on, Sent off — 0 changed, 4 were so already, 4 skipped. "
        "Skipped: 3 without a mailbox, 1 disabled. Result per user"
    )


def test_an_undone_click_says_so_and_which_counts_again_M11(company: Company, browser: Client) -> None:
    first = applied(company.workspace, INBOX)
    second = applied(company.workspace, Boxes(sent=True))
    carried_out(undo_default_labels(company.workspace, second.pk, actor="boss@us.com"))
    page = browser.get(PAGE)
    assert re.findall(r'name="(\w+)" value="on" checked', page.content.decode()) == ["inbox"]
    assert part(page, "push-title").startswith(
        f"Undone by Bo Boss, {at(second)} Inbox off, Sent on — 3 set back. The click before it counts again: "
        "Inbox on, Sent off, "
    )
    assert f'href="/jobs/{first.pk}/undo"' in page.content.decode()
    assert f'href="/jobs/{second.pk}/undo"' not in page.content.decode()
    carried_out(undo_default_labels(company.workspace, first.pk, actor="boss@us.com"))
    assert re.findall(r'name="(\w+)" value="on" checked', browser.get(PAGE).content.decode()) == []
    assert "3 set back. No click is in force now." in part(browser.get(PAGE), "push-title")


def test_a_program_that_clicked_is_named_as_it_is(company: Company, browser: Client) -> None:
    job = applied(company.workspace, INBOX, actor="token:script")
    assert polled(browser)[0].startswith(f"Applied by token:script, {at(job)}")


@pytest.mark.parametrize(
    ("ago", "said"),
    [(timedelta(0), "today "), (timedelta(days=1), "yesterday "), (timedelta(days=9), "")],
)
def test_a_time_is_said_as_people_do(ago: timedelta, said: str) -> None:
    moment = datetime.now(UTC) - ago
    assert lately(moment) == f"{said}{moment:%H:%M}" if said else f"{moment:%-d %b %Y, %H:%M}"


# Earlier clicks


def test_the_last_ten_clicks_are_listed_M11(company: Company, browser: Client) -> None:
    for number in range(11):
        applied(company.workspace, Boxes(inbox=number % 2 == 0), actor="token:script")
    undone = Job.objects.latest("pk")
    carried_out(undo_default_labels(company.workspace, undone.pk, actor="boss@us.com"))
    page = browser.get(PAGE)
    html = page.content.decode()
    rows = [
        shown_of(row) for row in re.findall(r"<tr>(.*?)</tr>", html[html.index('id="history"') :], re.DOTALL)
    ]
    assert len(rows) == 11
    assert re.sub(r"\d+ \w{3} 20\d\d, \d\d:\d\d", "AT", rows[1]) == (
        "AT token:script Inbox on, Sent off 4 changed, 4 skipped Undone AT Result of the click of AT"
    )
    assert re.sub(r"\d+ \w{3} 20\d\d, \d\d:\d\d", "AT", rows[2]) == (
        "AT token:script Inbox off, Sent off in force 4 changed, 4 skipped Result of the click of AT Undo…"
    )


def test_clicks_of_another_workspace_are_not_listed_W3(company: Company, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    applied(theirs.workspace, INBOX)
    assert "Clicks up to now" not in text_of(browser.get(PAGE))
    assert (
        'aria-labelledby="push-title"'
        not in browser.get(PUSH, headers={"HX-Request": "true"}).content.decode()
    )


# Where it is found


def test_email_sync_says_what_was_applied_last_M5(company: Company, browser: Client) -> None:
    page = browser.get("/settings/email-sync")
    assert (
        "Default Synced Labels Nothing applied yet Inbox and Sent, selected for all users at once. It says first what "
        "a click would change, and for whom. Choose labels for all users"
    ) in text_of(page)
    assert f'href="{PAGE}"' in page.content.decode()
    applied(company.workspace, INBOX)
    assert "Default Synced Labels Inbox on, Sent off Inbox and Sent" in text_of(
        browser.get("/settings/email-sync")
    )


def test_the_menu_is_marked_on_it(company: Company, browser: Client) -> None:
    menu = browser.get(PAGE).context["menu"]
    assert [entry["title"] for entry in menu if entry["is_here"] or entry["is_above"]] == ["Email sync"]


def test_a_fragment_is_small_and_whole(company: Company, browser: Client) -> None:
    fragment = browser.get(PAGE, {"inbox": "on"}, headers={"HX-Request": "true"})
    assert "<main" not in fragment.content.decode()
    assert '<span id="in-short" role="status" hx-swap-oob="innerHTML">' in fragment.content.decode()
    assert shown_in(fragment).startswith("What applying Inbox on, Sent off would do")


@pytest.mark.parametrize("many", [1, 30])
def test_it_asks_as_many_questions_of_a_large_company_and_a_long_history(
    company: Company, browser: Client, django_assert_num_queries: Any, many: int
) -> None:
    applied(company.workspace, Boxes())
    for number in range(many):
        own = {"origin": "user", "selected_at": NOW, "chosen_at": NOW}
        a_label(
            a_mailbox(add(company.workspace, f"N{number}", with_mailbox=False)), "Sent", role="sent", **own
        )
    for _ in range(min(many, 10)):
        carried_out(
            undo_default_labels(company.workspace, applied(company.workspace, INBOX).pk, actor="boss@us.com")
        )
    applied(company.workspace, INBOX)
    for number in range(many):
        a_label(a_mailbox(add(company.workspace, f"M{number}", with_mailbox=False)), "INBOX", role="inbox")
    with django_assert_num_queries(QUERIES):
        page = browser.get(PAGE)
    with django_assert_num_queries(QUERIES_OF_FRAGMENT):
        browser.get(PUSH, headers={"HX-Request": "true"})
    assert len(page.content) < 60_000


@pytest.mark.parametrize("many", [1, 30])
def test_pushes_for_later_users_are_summed_up_and_not_loaded_M8(
    company: Company, browser: Client, many: int
) -> None:
    click = applied(company.workspace, INBOX)
    for number in range(many):
        Job.objects.create(
            workspace=company.workspace,
            kind=click.kind,
            actor="boss@us.com",
            state="done",
            of=click,
            counts={"changed": 2} if number else {},
        )
    loaded: list[int] = []

    def note(sender: type[Job], instance: Job, **_: Any) -> None:
        loaded.append(instance.pk)

    post_init.connect(note, sender=Job)
    try:
        page = browser.get(PAGE)
    finally:
        post_init.disconnect(note, sender=Job)
    assert set(loaded) == {click.pk}
    assert [row.later for row in page.context["history"]] == [2 * (many - 1)]
