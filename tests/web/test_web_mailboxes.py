"""Settings, Mailboxes: how each is, found by state, and one label day by day (M14, L5)."""

from __future__ import annotations

import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from shelf import Shelf, a_shelf, another_workspace, text_of

from postroom.store.models import Copy, Decision, Label, Listing, Mailbox, SetAside, Source, User, Vanished
from postroom.store.read.mailbox_pages import STATES

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import DAY, a_label, a_mailbox, selected_at

NOW = int(time.time())


@pytest.fixture(autouse=True)
def _now() -> None:
    """Mailboxes are late after some minutes, and all tests together take longer."""
    global NOW
    NOW = int(time.time())


LIST = "/settings/mailboxes"


def user(shelf: Shelf, name: str, **fields: Any) -> User:
    """A user of this name."""
    return User.objects.create(workspace=shelf.workspace, email=f"{name}@us.com", name=name, **fields)


def mailbox_in(shelf: Shelf, state: str) -> Mailbox:
    """A mailbox in this state, of a user of that name."""
    fields: dict[str, dict[str, Any]] = {
        "trouble": {"trouble": "sign_in_again", "trouble_code": "password_refused"},
        "late": {"looked_at": NOW - 500},
        "waiting": {"trouble": "try_later", "trouble_code": "throttled"},
        "new": {"labels_at": None, "looked_at": None, "connected_at": datetime.now(UTC)},
        "disconnected": {"connected_at": None},
    }
    disabled = {"disabled_at": datetime.now(UTC)} if state == "paused" else {}
    made = a_mailbox(user(shelf, state, **disabled), "imap", now=NOW, **fields.get(state, {}))
    if state not in ("new", "nothing_selected"):
        walked = {"walked_to": None} if state == "catching_up" else {}
        a_label(made, "INBOX", role="inbox", **selected_at(NOW - DAY, **walked))
    return made


def test_each_state_is_counted_and_the_list_narrowed_to_it_M14(shelf: Shelf, browser: Client) -> None:
    for state in STATES:
        mailbox_in(shelf, state)
    page = browser.get(LIST)
    assert [(name, count) for name, _, count in page.context["states"]] == [(state, 1) for state in STATES]
    for state in STATES:
        rows = browser.get(f"{LIST}?state={state}").context["rows"]
        assert [row["user"].name for row in rows] == [state]
    assert browser.get(f"{LIST}?state=none-such").status_code == 404


def test_a_row_says_who_has_to_act_M14(shelf: Shelf, browser: Client) -> None:
    mailbox_in(shelf, "trouble")
    page = text_of(browser.get(LIST))
    assert (
        "trouble trouble@us.com Imap In trouble The mail server did not accept user name and password."
        in page
    )
    assert "Its owner 1 " in page


def test_mailboxes_are_found_by_name_and_address(shelf: Shelf, browser: Client) -> None:
    for name in ("ann", "ben"):
        a_mailbox(user(shelf, name), "imap", now=NOW)
    assert [row["user"].name for row in browser.get(f"{LIST}?q=BEN@").context["rows"]] == ["ben"]
    assert "No mailbox has “zed” in its address or its user’s name." in text_of(browser.get(f"{LIST}?q=zed"))


def test_without_a_mailbox_it_says_how_one_comes(browser: Client) -> None:
    page = browser.get(LIST)
    assert "No mailbox yet Mailboxes are connected by each user under Email" in text_of(page)
    assert 'href="/settings/email-sync"' in page.content.decode()


def test_a_long_list_goes_on_without_loss_or_repeat(shelf: Shelf, browser: Client) -> None:
    made = [a_mailbox(user(shelf, f"u{number:02}"), "imap", now=NOW).pk for number in range(65)]
    seen: list[int] = []
    address = LIST
    while address:
        page = browser.get(address)
        assert len(page.content) < 100_000
        seen += [row["mailbox"].pk for row in page.context["rows"]]
        more = page.context["more"]
        address = f"{LIST}?before={more}" if more else ""
    assert seen == made


def test_one_mailbox_shows_its_labels_with_what_was_not_met_M14(shelf: Shelf, browser: Client) -> None:
    made = mailbox_in(shelf, "up_to_date")
    inbox = made.labels.get()
    a_label(made, "Private matters")
    aside = shelf.set_aside()
    Listing.objects.create(label=inbox, ref="1", received_at=NOW, set_aside=aside)
    Vanished.objects.create(label=inbox, ref="2", at=NOW)
    page = text_of(browser.get(f"{LIST}/{made.pk}"))
    assert "Mailbox of up_to_date up_to_date@us.com at Imap" in page
    assert "How it is Up to date All that is selected was looked at to the end." in page
    assert "Selected by its owner on 21 November 2026 10 1 1 Set aside: could not be read" in page
    assert "1 more label does not sync." in page
    assert "Private matters" not in page


def test_looking_now_makes_it_due(shelf: Shelf, browser: Client) -> None:
    made = mailbox_in(shelf, "late")
    page = browser.post(f"{LIST}/{made.pk}/look", follow=True)
    assert "It is looked at within seconds, where the worker runs." in text_of(page)
    made.refresh_from_db()
    assert made.look_at <= time.time()


def listed(shelf: Shelf, label: Label, at: int, outcome: str | None, **fields: Any) -> Listing:
    """A mail of the label, decided so in the customer lens; ``None``: not decided."""
    message = shelf.message("kim@acme.com", "s1@us.com", reason="internal", outcome=outcome or "skip")
    copy = message.copies.get()
    Copy.objects.filter(pk=copy.pk).update(user=label.mailbox.user)
    if outcome is None:
        Decision.objects.filter(message=message).delete()
    return Listing.objects.create(label=label, ref=secrets.token_hex(4), received_at=at, copy=copy, **fields)


def test_a_label_adds_up_day_by_day_and_a_difference_is_named_L5(shelf: Shelf, browser: Client) -> None:
    made = mailbox_in(shelf, "up_to_date")
    label = made.labels.get()
    Source.objects.update(feeds_people=False)
    start = (NOW // DAY - 3) * DAY
    Label.objects.update(starts_at=start, walked_to=start, verified_at=NOW)
    for outcome in ("import", "skip", "skip", "hold"):
        listed(shelf, label, start + 60, outcome)
    Listing.objects.create(label=label, ref="aside", received_at=start + 70, set_aside=shelf.set_aside())
    listed(shelf, label, start + 80, "skip", gone_at=NOW)
    path = f"{LIST}/{made.pk}/labels/{label.pk}"
    page = browser.get(path)
    [(day, one)] = page.context["days"]
    customer = one.lenses["customer"]
    assert (one.listed, one.set_aside, one.gone, one.is_equal) == (5, 1, 1, True)
    assert (customer.imported, customer.skipped, customer.held) == (1, 2, 1)
    assert f"{day:%-d %b %Y} 1 gone since 5 1 imported 2 1 1 Yes" in text_of(page)
    lacking = listed(shelf, label, start + DAY, None)
    page = browser.get(path)
    assert "Not accounted for Look here" in text_of(page)
    assert [one.ref for one in page.context["differences"]] == [lacking.ref]
    assert [one.is_equal for _, one in page.context["days"]] == [False, True]
    assert browser.get(f"{path}?before={day:%Y-%m-%d}").context["older"] is None
    assert "Nothing was listed yet" in text_of(browser.get(f"{path}?before=2000-01-01"))
    assert browser.get(f"{path}?before=yesterday").status_code == 404


def test_of_a_label_that_was_emptied_it_is_said_who_is_to_be_asked_M14(shelf: Shelf, browser: Client) -> None:
    made = mailbox_in(shelf, "up_to_date")
    Label.objects.update(problem="emptied", problem_at=NOW)
    page = browser.get(f"{LIST}/{made.pk}/labels/{Label.objects.get().pk}")
    assert (
        "What to do: ask up_to_date to look into the mailbox; if the mails were deleted, they say so"
        in text_of(page)
    )
    assert 'class="alert alert-warning"' in page.content.decode()


def test_how_old_the_numbers_are_and_who_connected_it_is_said_M14(shelf: Shelf, browser: Client) -> None:
    made = mailbox_in(shelf, "up_to_date")
    Mailbox.objects.update(is_central=True)
    page = text_of(browser.get(f"{LIST}/{made.pk}"))
    assert "Mails there: as of " in page
    assert "by Centralized Connect." in page
    assert "by up_to_date@us.com" not in page


def test_a_label_that_does_not_sync_has_no_page(shelf: Shelf, browser: Client) -> None:
    made = mailbox_in(shelf, "up_to_date")
    other = a_label(made, "Other")
    assert browser.get(f"{LIST}/{made.pk}/labels/{other.pk}").status_code == 404


def test_mailboxes_of_another_workspace_are_not_there_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    made = mailbox_in(theirs, "up_to_date")
    label = made.labels.get()
    ours = mailbox_in(shelf, "up_to_date")
    assert [row["mailbox"].pk for row in browser.get(LIST).context["rows"]] == [ours.pk]
    assert browser.get(LIST).context["total"] == 1
    for path in (f"{made.pk}", f"{made.pk}/labels/{label.pk}", f"{ours.pk}/labels/{label.pk}"):
        assert browser.get(f"{LIST}/{path}").status_code == 404
    assert browser.post(f"{LIST}/{made.pk}/look").status_code == 404


@pytest.mark.parametrize("role", ["Manager", "Viewer"])
def test_who_has_no_admin_access_sees_none_of_it_R1(shelf: Shelf, as_user: Any, role: str) -> None:
    made = mailbox_in(shelf, "up_to_date")
    client = as_user(shelf.user(role))
    assert LIST not in client.get("/").content.decode()
    assert "/settings/email-sync" not in client.get("/").content.decode()
    assert client.get(f"{LIST}/{made.pk}").status_code == 403
    assert client.post(f"{LIST}/{made.pk}/look").status_code == 403


def test_set_aside_is_counted_of_its_own_label_alone(shelf: Shelf, browser: Client) -> None:
    made, other = mailbox_in(shelf, "up_to_date"), mailbox_in(shelf, "late")
    aside: SetAside = shelf.set_aside()
    Listing.objects.create(label=other.labels.get(), ref="1", received_at=NOW, set_aside=aside)
    [label] = browser.get(f"{LIST}/{made.pk}").context["labels"]
    assert (label["not_met"].set_aside, label["not_met"].vanished) == (0, 0)
