"""Users who came after a click: named, unchanged until the next one, or reached by themselves where wanted (M8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from default_labels_world import PAGE, Company, a_company, add, applied, carried_out, part
from django.test import Client
from mailbox_rows import NOW, a_label, a_mailbox
from shelf import Shelf, another_workspace, text_of

from postroom.actions.default_labels import apply_default_labels
from postroom.core.labels import Boxes
from postroom.store.models import Job, Label, Mailbox, User, Workspace

INBOX = Boxes(inbox=True)


@pytest.fixture
def company(shelf: Shelf, admin: User) -> Company:
    """Users in every state that a push can meet but one: no labels are unread."""
    made = a_company(shelf.workspace)
    Mailbox.objects.filter(labels_at=None).delete()
    return made


def test_who_came_since_is_named_and_unchanged_until_the_next_click_M8(
    company: Company, browser: Client
) -> None:
    applied(company.workspace, INBOX)
    assert 'id="since-title"' not in browser.get(PAGE).content.decode()
    gil, hal = add(company.workspace, "Gil"), add(company.workspace, "Hal")
    add(company.workspace, "Ina", with_mailbox=False)
    a_label(a_mailbox(company.users["fay"]), "INBOX", role="inbox")
    page = browser.get(PAGE)
    assert part(page, "since-title").startswith(
        "2 users joined since, 1 was connected or enabled since: apply again Inbox on, Sent off was applied "
    )
    assert part(page, "since-title").endswith("Joined: Gil, Hal Connected: Fay Fresh")
    assert "3 Inbox on Fay Fresh fay@us.com Gil gil@us.com Hal hal@us.com" in text_of(page)
    assert not Label.objects.filter(mailbox__user__in=[gil, hal], selected_at__isnull=False).exists()
    applied(company.workspace, INBOX)
    assert Label.objects.filter(mailbox__user__in=[gil, hal], selected_at__isnull=False).count() == 2
    assert 'id="since-title"' not in browser.get(PAGE).content.decode()


def test_of_many_who_came_since_the_first_are_named(company: Company, browser: Client) -> None:
    applied(company.workspace, INBOX)
    for number in range(23):
        add(company.workspace, f"U{number:02}")
    said = part(browser.get(PAGE), "since-title")
    assert said.startswith("23 users joined since: apply again")
    assert said.endswith("U18, U19 and 3 more")


def test_for_whom_it_failed_is_not_said_to_come_since(company: Company, browser: Client) -> None:
    a_mailbox(company.users["fay"], labels_at=None)
    job = apply_default_labels(company.workspace, INBOX, actor="boss@us.com")
    carried_out(job)
    Job.objects.filter(pk=job.pk).update(state="done")
    page = browser.get(PAGE)
    assert "3 skipped, 1 failed." in part(page, "push-title")
    assert 'id="since-title"' not in page.content.decode()
    [result] = job.push_results.filter(status="failed")
    assert (result.user.email, result.reason) == ("fay@us.com", "labels_unread")


def test_nobody_is_said_to_come_since_while_it_is_under_way(company: Company, browser: Client) -> None:
    apply_default_labels(company.workspace, INBOX, actor="boss@us.com")
    add(company.workspace, "Gil")
    assert "joined since" not in text_of(browser.get(PAGE))


# Future users


def test_also_for_future_users_is_off_until_switched_on_M8(company: Company, browser: Client) -> None:
    assert part(browser.get(PAGE), "future-title") == (
        "Also for future users Off A user who is added later keeps what they have until the next click. Switched on, "
        "mailboxes that are connected from then on get what was applied last as soon as their labels are known. Where "
        "the owner chose Inbox or Sent by hand, that choice stays. Nobody who has a mailbox now is changed by the "
        "switch. As long as nothing was applied, it does nothing. Switch on : also for future users"
    )
    before = list(Label.objects.order_by("pk").values())
    page = browser.post(f"{PAGE}/future", {"future": "on"}, follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    assert "Also for future users is on. Nobody who has a mailbox now is changed by it." in text_of(page)
    since = Workspace.objects.get(pk=company.workspace.pk).future_labels_since
    assert since is not None
    assert (
        f"Mailboxes that were connected since {datetime.fromtimestamp(since, UTC):%-d %b %Y, %H:%M} get what"
        in part(page, "future-title")
    )
    assert list(Label.objects.order_by("pk").values()) == before
    assert not Job.objects.exists()
    again = browser.post(f"{PAGE}/future", {"future": "on"}, follow=True)
    assert "Nothing has changed." in text_of(again)
    off = browser.post(f"{PAGE}/future", {"future": "off"}, follow=True)
    assert "Also for future users is off. Who got labels by it keeps them." in text_of(off)
    assert Workspace.objects.get(pk=company.workspace.pk).future_labels_since is None


def test_it_names_the_boxes_that_future_users_get_M8(company: Company, browser: Client) -> None:
    applied(company.workspace, INBOX)
    assert "get what was applied last, now Inbox on, Sent off , as soon as" in part(
        browser.get(PAGE), "future-title"
    )


def test_the_switch_of_another_workspace_stays_W3(company: Company, browser: Client) -> None:
    theirs = another_workspace()
    Workspace.objects.filter(pk=theirs.pk).update(future_labels_since=NOW)
    assert part(browser.get(PAGE), "future-title").startswith("Also for future users Off")
    browser.post(f"{PAGE}/future", {"future": "off"})
    assert Workspace.objects.get(pk=theirs.pk).future_labels_since == NOW
