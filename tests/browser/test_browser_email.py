"""One's own mailbox in a browser: connect, choose, and mail appears; the pages of mailboxes on desk and phone."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from driving import DESKTOP, PHONE, overflow, sign_in, violations
from playwright.sync_api import Page, expect

from postroom.actions.mailbox_source import set_up_source
from postroom.actions.sync_mailbox import look
from postroom.core.trouble import SignInAgain
from postroom.providers import registry
from postroom.providers.memory import MemoryServer, memory_server
from postroom.reader import ReaderPool
from postroom.store.models import Mailbox, Source, User, Workspace
from postroom.store.secrets import hash_key_of

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from shelf import ACTOR, PASSWORD, Shelf, a_shelf

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import DAY, a_label, a_mailbox, selected_at

pytestmark = pytest.mark.browser


@pytest.fixture
def shelf(transactional_db: None, workspace: Workspace) -> Shelf:
    return a_shelf(workspace)


@pytest.fixture
def server(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryServer]:
    """A mail system in memory, which the source of kind ``imap`` is read from."""
    set_up_source(shelf.workspace, "imap", {"host": "imap.us.com"}, actor=ACTOR)
    monkeypatch.setitem(registry._WHERE, "imap", registry._WHERE["memory"])  # type: ignore[index]
    with memory_server("browser") as made:
        source = Source.objects.get(kind="imap")
        source.settings = {**source.settings, "server": "browser"}
        source.save()
        yield made


def mail(subject: str) -> bytes:
    """A mail of the customer Acme to the Member."""
    return (
        f"From: Kim <kim@acme.com>\r\nTo: member@us.com\r\nSubject: {subject}\r\nDate: {formatdate()}\r\n"
        f"Message-ID: <{subject.replace(' ', '-')}@acme.com>\r\n\r\nHello.\r\n"
    ).encode()


@pytest.mark.parametrize("javascript", [True, False])
def test_connect_choose_and_mail_appears_M1_M3_M4_M15(
    shelf: Shelf, server: MemoryServer, open_browser: Callable[..., Page], javascript: bool
) -> None:
    member = shelf.user("Member")
    kept = server.add_user(member.email)
    inbox = kept.by_role("inbox")
    kept.deliver(inbox, mail("From before"), received_at=int(time.time()) - DAY)
    page = open_browser(javascript=javascript)
    sign_in(page, member.email, PASSWORD)
    page.goto("/profile/email")
    page.get_by_role("link", name="Connect by IMAP").click()
    page.get_by_label("User name").fill(member.email)
    page.get_by_label("Password or app password").fill("password")
    page.get_by_role("button", name="Connect").click()
    page.wait_for_url("**/profile/email")
    expect(page.get_by_text("Not looked at yet")).to_be_visible()
    mailbox = Mailbox.objects.get(user=member)
    with ReaderPool(hash_key_of(shelf.workspace), 1) as pool:
        look(mailbox.pk, pool=pool)
        page.reload()
        expect(page.get_by_text("Nothing selected", exact=True)).to_be_visible()
        page.get_by_label("INBOX").check()
        page.get_by_role("button", name="Save").first.click()
        page.get_by_text("INBOX syncs from now on.").wait_for()
        kept.deliver(inbox, mail("From now"), received_at=int(time.time()) + 1)
        look(mailbox.pk, pool=pool)
    page.reload()
    expect(page.get_by_text("Up to date", exact=True)).to_be_visible()
    page.goto("/engagements")
    expect(page.get_by_text("From now").first).to_be_visible()
    expect(page.get_by_text("From before")).to_have_count(0)


def test_a_password_that_is_wrong_says_so_M14(
    shelf: Shelf, server: MemoryServer, open_browser: Callable[..., Page], complaints: list[str]
) -> None:
    member = shelf.user("Member")
    server.add_user(member.email)
    server.faults.fail_next("open", SignInAgain("password_refused"))
    page = open_browser()
    sign_in(page, member.email, PASSWORD)
    page.goto("/profile/email/connect/imap")
    page.get_by_label("User name").fill(member.email)
    page.get_by_label("Password or app password").fill("wrong")
    page.get_by_role("button", name="Connect").click()
    page.get_by_text("The mail server did not accept user name and password.").wait_for()
    assert not Mailbox.objects.exists()
    # The browser notes every answer that is no success.
    complaints.clear()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_pages_of_mailboxes_are_in_order(
    shelf: Shelf, open_browser: Callable[..., Page], size: tuple[int, int], scheme: str
) -> None:
    boss = shelf.user("Administrator")
    now = int(time.time())
    mailbox = a_mailbox(boss, "imap", now=now)
    inbox = a_label(
        mailbox, "INBOX", role="inbox", **selected_at(now - DAY, problem="emptied", problem_at=now)
    )
    a_label(mailbox, "Work")
    a_label(
        mailbox, "Work", "An uncommonly long name of a label that nobody would choose", "And one below it"
    )
    a_mailbox(
        User.objects.get(email="s1@us.com"),
        "imap",
        now=now,
        trouble="not_allowed",
        trouble_code="scope_missing",
    )
    master = {"master_user": "m", "master_password": "p"}
    set_up_source(shelf.workspace, "imap", {"host": "imap.us.com", **master}, actor=ACTOR)
    page = open_browser(size, scheme)
    sign_in(page, boss.email, PASSWORD)
    wrong: list[tuple[str, object]] = []
    for address in (
        "/profile/email",
        "/profile/email?q=none",
        f"/profile/email/labels/{inbox.pk}/deleted",
        "/settings/email-sync",
        "/settings/email-sync/google",
        "/settings/email-sync/imap",
        "/settings/email-sync/imap/central",
        "/settings/mailboxes",
        f"/settings/mailboxes/{mailbox.pk}",
        f"/settings/mailboxes/{mailbox.pk}/labels/{inbox.pk}",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        wrong += [(address, found) for found in violations(page)]
        wrong += [(address, overflow(page))] if overflow(page) > 0 else []
        expect(page.locator("h1")).to_have_count(1)
    assert wrong == []
