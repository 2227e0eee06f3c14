"""Settings, Email sync: mail systems, all mailboxes connected at once, who has one, what is kept (M1, M2, S8)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from shelf import ACTOR, Shelf, a_shelf, another_workspace, text_of

from postroom.actions.mailbox_secrets import opened
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.rejection import REJECTIONS
from postroom.core.mailbox import Mode
from postroom.core.trouble import TryLater
from postroom.providers import registry
from postroom.providers.memory import MemoryServer, memory_server
from postroom.providers.port import Missing
from postroom.store.models import Job, Mailbox, Source, User

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import a_mailbox

PAGE = "/settings/email-sync"
IMAP = {"host": "imap.us.com", "security": "tls", "port": ""}
MASTER = {"master_user": "master", "master_password": "master"}


def test_nothing_is_set_up_at_first_and_users_without_a_mailbox_are_named_M2(
    shelf: Shelf, browser: Client
) -> None:
    page = text_of(browser.get(PAGE))
    assert (
        "Gmail and Google Workspace Users cannot connect their own mailbox yet. Connecting all at once is not set up. "
        "Set up Gmail and Google Workspace"
    ) in page
    assert "Any IMAP server Users can connect their own mailbox." in page
    without = browser.get(f"{PAGE}?show=without").context["rows"]
    assert [row.user.email for row in without] == ["boss@us.com", "s1@us.com"]
    assert "No user has a mailbox yet." in text_of(browser.get(f"{PAGE}?show=with"))
    assert browser.get(f"{PAGE}?show=some").status_code == 404


def test_users_are_listed_with_and_without_a_mailbox_M2(shelf: Shelf, browser: Client) -> None:
    sam = User.objects.get(email="s1@us.com")
    a_mailbox(sam, "imap", is_central=True)
    page = browser.get(PAGE)
    assert [(name, count) for name, _, count in page.context["shows"]] == [
        ("", 2),
        ("without", 1),
        ("with", 1),
    ]
    assert "Sam One s1@us.com s1@us.com With all others Imap, 21 Nov 2026" in text_of(page)
    assert [row.user.email for row in browser.get(f"{PAGE}?show=with").context["rows"]] == ["s1@us.com"]
    assert browser.get(f"{PAGE}?q=boss").context["rows"][0].mailbox is None
    Mailbox.objects.update(connected_at=None)
    assert browser.get(f"{PAGE}?show=with").context["rows"] == []


def test_a_mail_system_is_set_up_and_its_secrets_are_never_shown_S1(shelf: Shelf, browser: Client) -> None:
    sent = {**IMAP, "master_user": "master-of-mail", "master_password": "hidden words", "separator": ""}
    saved = browser.post(f"{PAGE}/imap", sent, follow=True)
    assert "Any IMAP server: saved." in text_of(saved)
    assert "All can be connected at once." in text_of(saved)
    source = Source.objects.get(kind="imap")
    assert source.settings == {"host": "imap.us.com", "port": 993, "security": "tls", "allow_plain": False}
    assert opened(source.sealed_secret) == {
        "master_user": "master-of-mail",
        "master_password": "hidden words",
    }
    page = browser.get(f"{PAGE}/imap")
    assert 'value="imap.us.com"' in page.content.decode()
    assert text_of(page).count("One is set. Left empty it stays.") == 2
    for secret in ("hidden words", "master-of-mail"):
        assert secret not in page.content.decode()


def test_what_is_left_empty_stays_and_what_is_taken_out_goes_S1(shelf: Shelf, browser: Client) -> None:
    set_up_source(shelf.workspace, "imap", {"host": "imap.us.com", **MASTER}, actor=ACTOR)
    page = browser.post(f"{PAGE}/imap", {**IMAP, "host": "mail.us.com"})
    assert page.context["form"].problems == {"master_password": REJECTIONS["secret_again"]}
    browser.post(f"{PAGE}/imap", IMAP)
    source = Source.objects.get()
    assert (source.settings["host"], opened(source.sealed_secret)["master_password"]) == (
        "imap.us.com",
        "master",
    )
    browser.post(
        f"{PAGE}/imap",
        {**IMAP, "remove-master_user": "on", "remove-master_password": "on", "remove-separator": "on"},
    )
    source.refresh_from_db()
    assert opened(source.sealed_secret) == {}


@pytest.mark.parametrize(
    ("kind", "sent", "field", "reason"),
    [
        ("imap", {**IMAP, "host": "not a host"}, "host", "host_invalid"),
        ("imap", {**IMAP, "port": "99999"}, "port", "port_invalid"),
        ("imap", {**IMAP, "security": "none"}, "security", "plain_not_allowed"),
        ("imap", {**IMAP, "master_user": "m"}, "master_password", "master_incomplete"),
        ("google", {"client_id": "x"}, "client_secret", "client_incomplete"),
        ("google", {"service_account": "{}"}, "service_account", "service_account_invalid"),
        ("microsoft", {"tenant": "common"}, "tenant", "tenant_invalid"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(
    shelf: Shelf, browser: Client, kind: str, sent: dict[str, str], field: str, reason: str
) -> None:
    page = browser.post(f"{PAGE}/{kind}", sent)
    assert (page.status_code, page.context["form"].problems) == (422, {field: REJECTIONS[reason]})
    assert f'aria-describedby="{field}' in page.content.decode()
    assert not Source.objects.filter(kind=kind).exclude(settings={}).exists()
    if "host" in sent:
        assert f'value="{sent["host"]}"' in page.content.decode()


def test_the_redirect_address_stands_there_to_copy(browser: Client) -> None:
    for kind in ("google", "microsoft"):
        assert "http://testserver/profile/email/back" in browser.get(f"{PAGE}/{kind}").content.decode()
    assert "profile/email/back" not in browser.get(f"{PAGE}/imap").content.decode()
    assert browser.get(f"{PAGE}/exchange").status_code == 404


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> Iterator[MemoryServer]:
    """A mail system in memory, which the source of kind ``imap`` is read from."""
    set_up_source(shelf.workspace, "imap", {"host": "imap.us.com", **MASTER}, actor=ACTOR)
    monkeypatch.setitem(registry._WHERE, "imap", registry._WHERE["memory"])  # type: ignore[index]
    with memory_server("central") as made:
        Source.objects.update(settings={"host": "imap.us.com", "server": "central"})
        made.add_user("s1@us.com")
        yield made


CENTRAL = f"{PAGE}/imap/central"


def test_connecting_all_is_checked_and_then_asked_for_M2_M3(
    shelf: Shelf, browser: Client, server: MemoryServer
) -> None:
    a_mailbox(User.objects.get(email="boss@us.com"), "imap")
    page = browser.get(CENTRAL)
    assert "First check whether it can Try it with the mailbox of" in text_of(page)
    assert "Connect all mailboxes?" not in text_of(page)
    checked = browser.post(CENTRAL, {"act": "check", "email": "s1@us.com"})
    assert "Nothing is missing. The mailbox of s1@us.com can be read." in text_of(checked)
    assert (
        "2 users are gone through in the background, and each mailbox that is found at an address of theirs is "
        "connected. 1 user connected their own mailbox: that stays and counts for them."
    ) in text_of(checked)
    assert not Job.objects.exists()
    connected = browser.post(CENTRAL, {"act": "connect", "email": "s1@us.com"})
    job = Job.objects.get(kind="connect_all")
    assert connected.headers["Location"] == f"/jobs/{job.pk}"
    assert Source.objects.get(kind="imap").is_central is True


def test_what_is_missing_is_said_in_the_providers_words_M2(browser: Client, server: MemoryServer) -> None:
    server.missing = [Missing("delegation", "Open the admin console and add the client.")]
    page = browser.post(CENTRAL, {"act": "check", "email": "s1@us.com"})
    assert "What is missing Open the admin console and add the client. delegation" in text_of(page)
    assert "Connect all mailboxes?" not in text_of(page)
    server.faults.fail_next("open", TryLater("unreachable"))
    later = browser.post(CENTRAL, {"act": "check", "email": "s1@us.com"})
    assert (
        "It cannot be tried just now. The mail server cannot be reached. Check again in a while."
        in text_of(later)
    )


def test_a_field_that_is_wrong_is_called_by_its_name_and_led_to_M2(
    browser: Client, server: MemoryServer
) -> None:
    server.missing = [Missing("master_user", "Look through the master user's name and password.")]
    page = browser.post(CENTRAL, {"act": "check", "email": "s1@us.com"})
    assert '<a href="/settings/email-sync/imap">Change “Master user”</a>' in page.content.decode()
    assert "master_user" not in text_of(page)


def test_a_server_that_hangs_up_may_have_no_such_mailbox_M2(browser: Client, server: MemoryServer) -> None:
    server.faults.fail_next("open", TryLater("turned_away"))
    page = browser.post(CENTRAL, {"act": "check", "email": "s1@us.com"})
    assert (
        "The mail server ended the connection. Or there is no mailbox at this address. Check again in a while."
    ) in text_of(page)


def test_centralized_connect_is_called_so_where_it_is_M2(browser: Client, server: MemoryServer) -> None:
    assert "or you all at once, which is Centralized Connect." in text_of(browser.get(PAGE))
    assert "<h1>Centralized Connect</h1>" in browser.get(CENTRAL).content.decode()


@pytest.mark.parametrize(("email", "reason"), [("x@us.com", "user_unknown"), ("nobody", "not_an_address")])
def test_it_is_tried_with_a_user_of_the_workspace(
    browser: Client, server: MemoryServer, email: str, reason: str
) -> None:
    for act in ("check", "connect"):
        page = browser.post(CENTRAL, {"act": act, "email": email})
        assert page.status_code == 422
        assert page.context["problem"] in (REJECTIONS[reason], REJECTIONS["email_invalid"])
    assert not Job.objects.exists()


def test_switching_it_off_says_what_stays_first_M2(
    shelf: Shelf, browser: Client, server: MemoryServer
) -> None:
    Source.objects.update(is_central=True)
    a_mailbox(User.objects.get(email="s1@us.com"), "imap", is_central=True)
    page = text_of(browser.get(CENTRAL))
    assert "Centralized Connect On 1 mailbox is read with it." in page
    asked = text_of(browser.get(f"{CENTRAL}/off"))
    assert "1 mailbox is disconnected: nothing more is read of it." in asked
    assert "What came in stays, and so do the labels that are selected" in asked
    done = browser.post(f"{CENTRAL}/off", follow=True)
    assert "Centralized Connect is off: 1 mailbox disconnected." in text_of(done)
    assert Source.objects.get(kind="imap").is_central is False
    assert Mailbox.objects.get().connected_at is None
    assert browser.get(f"{CENTRAL}/off").headers["Location"] == PAGE


def test_what_is_not_set_up_is_not_connected(browser: Client) -> None:
    page = browser.get(f"{PAGE}/google/central", follow=True)
    assert page.redirect_chain == [(f"{PAGE}/google", 302)]
    assert "enter first what connecting all mailboxes needs" in text_of(page)
    assert browser.get(f"{PAGE}/exchange/central").status_code == 404
    assert browser.get(f"{PAGE}/exchange/central/off").status_code == 404


def test_the_most_that_is_kept_is_chosen_for_all_S8(shelf: Shelf, browser: Client) -> None:
    page = browser.post(f"{PAGE}/mode", {"mode": "metadata"}, follow=True)
    assert "Saved. It counts for mail that comes in from now on." in text_of(page)
    shelf.workspace.refresh_from_db()
    assert shelf.workspace.mailbox_mode == Mode.METADATA
    assert page.context["mode"] == "metadata"
    assert "Nothing has changed." in text_of(browser.post(f"{PAGE}/mode", {"mode": "metadata"}, follow=True))
    assert browser.post(f"{PAGE}/mode", {"mode": "all"}).status_code == 404


def test_mail_systems_and_users_of_another_workspace_are_not_there_W3(shelf: Shelf, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    set_up_source(theirs.workspace, "imap", {"host": "imap.them.com", **MASTER}, actor=ACTOR)
    a_mailbox(theirs.user("Member", "them@them.com"), "imap")
    page = browser.get(PAGE)
    assert "them.com" not in page.content.decode()
    assert [count for _, _, count in page.context["shows"]] == [2, 2, 0]
    assert "imap.them.com" not in browser.get(f"{PAGE}/imap").content.decode()
    assert browser.get(CENTRAL).headers["Location"] == f"{PAGE}/imap"
    browser.post(f"{CENTRAL}/off")
    assert Mailbox.objects.get().connected_at is not None


def test_the_list_of_users_goes_on_without_loss_or_repeat(shelf: Shelf, browser: Client) -> None:
    made = [
        User.objects.create(workspace=shelf.workspace, email=f"u{number:02}@us.com").email
        for number in range(65)
    ]
    seen: list[str] = []
    address = f"{PAGE}?show=without"
    while address:
        page = browser.get(address)
        seen += [row.user.email for row in page.context["rows"]]
        more: Any = page.context["more"]
        address = f"{PAGE}?show=without&before={more}" if more else ""
    assert seen == ["boss@us.com", "s1@us.com", *made]
