"""Other ways through the pages: by keyboard, without JavaScript, in the dark, by an invitation, with nothing there."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import PHONE, overflow, sign_in, violations
from playwright.sync_api import Page, expect

from postroom.actions.invite import invite
from postroom.core.message import Content
from postroom.store.models import User, Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from shelf import PASSWORD, Shelf, a_shelf

pytestmark = pytest.mark.browser


@pytest.fixture
def shelf(transactional_db: None, workspace: Workspace) -> Shelf:
    return a_shelf(workspace)


@pytest.fixture
def boss(shelf: Shelf) -> User:
    return shelf.user("Administrator")


def test_a_timeline_unfolds_in_place(shelf: Shelf, boss: User, open_browser: Callable[..., Page]) -> None:
    for _ in range(65):
        shelf.engagement()
    page = open_browser()
    sign_in(page, boss.email, PASSWORD)
    page.goto(f"/accounts/{shelf.account}")
    rows, months = page.locator(".t-row"), page.locator(".month")
    expect(rows).to_have_count(30)
    expect(months).to_have_text(["March 2026", "February 2026"], use_inner_text=True)
    page.get_by_role("link", name="Show older").click()
    expect(rows).to_have_count(60)
    page.get_by_role("link", name="Show older").click()
    expect(rows).to_have_count(65)
    expect(page.get_by_role("link", name="Show older")).to_have_count(0)
    expect(months).to_have_text(["March 2026", "February 2026", "January 2026"], use_inner_text=True)
    assert len(set(rows.evaluate_all("rows => rows.map(row => row.href)"))) == 65
    expect(page).to_have_url(f"/accounts/{shelf.account}")


def test_everything_works_without_javascript(
    shelf: Shelf, boss: User, open_browser: Callable[..., Page]
) -> None:
    for _ in range(31):
        shelf.engagement()
    page = open_browser(javascript=False)
    sign_in(page, boss.email, PASSWORD)
    page.goto(f"/accounts/{shelf.account}")
    page.get_by_role("link", name="Show older").click()
    page.wait_for_url(re.compile("[?]before="))
    expect(page.locator(".t-row")).to_have_count(1)
    page.get_by_role("link", name="Back to the newest").click()
    expect(page.locator(".t-row")).to_have_count(30)
    page.get_by_role("link", name="Explain", exact=True).click()
    page.get_by_label("Address, name or Message-ID").fill("kim@acme.com")
    page.get_by_role("button", name="Explain").click()
    page.get_by_role("heading", name="New mail with kim@acme.com comes in").wait_for()
    page.locator("details.me summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("button", name="Light or dark")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(244, 246, 248)"), ("dark", "rgb(18, 23, 30)")])
def test_pages_are_as_light_or_dark_as_the_system(
    transactional_db: None, open_browser: Callable[..., Page], scheme: str, ground: str
) -> None:
    page = open_browser(scheme=scheme)
    page.goto("/sign-in")
    shown = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(shown) == ground
    # As without the script that sets the theme: the style sheet follows the system by itself.
    page.evaluate("document.documentElement.removeAttribute('data-bs-theme')")
    assert page.evaluate(shown) == ground


def test_the_switch_is_remembered(shelf: Shelf, boss: User, open_browser: Callable[..., Page]) -> None:
    page = open_browser()
    sign_in(page, boss.email, PASSWORD)
    page.locator("details.me summary").click()
    page.get_by_role("button", name="Light or dark").click()
    page.goto("/accounts")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 30)"


def test_the_keyboard_is_enough(shelf: Shelf, boss: User, open_browser: Callable[..., Page]) -> None:
    for _ in range(2):
        shelf.engagement()
    page = open_browser()
    sign_in(page, boss.email, PASSWORD)
    page.goto(f"/accounts/{shelf.account}")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Skip to the content", use_inner_text=True)
    page.keyboard.press("Enter")
    expect(focused).to_have_id("main")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(focused).to_have_text(re.compile("^Received\nSubject 1"), use_inner_text=True)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Subject 1").wait_for()


def test_an_invited_user_comes_in(shelf: Shelf, open_browser: Callable[..., Page]) -> None:
    page = open_browser(PHONE)
    page.goto(invite(shelf.workspace, "s1@us.com", actor="boss@us.com").path)
    assert violations(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()


def test_pages_with_nothing_on_them_are_in_order_too(
    workspace: Workspace, transactional_db: None, complaints: list[str], open_browser: Callable[..., Page]
) -> None:
    boss = Shelf(workspace, 0, 0).user("Administrator")
    page = open_browser(PHONE, "dark")
    sign_in(page, boss.email, PASSWORD)
    wrong = []
    for address in (
        "/",
        "/accounts",
        "/accounts?q=x",
        "/persons",
        "/engagements",
        "/engagements?q=x",
        "/profile/mail",
        "/jobs",
        "/settings/blocklist",
        "/settings/organization",
        "/decisions",
        "/decisions/blocked",
        "/set-aside",
        "/nothing",
    ):
        page.goto(address)
        wrong += [(address, found) for found in violations(page)]
        wrong += [(address, overflow(page))] if overflow(page) > 0 else []
    assert wrong == []
    # The browser itself remarks on the 404.
    assert complaints == ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
    complaints.clear()


def test_a_mail_leaves_its_links_to_a_new_tab_that_knows_nothing_of_us(
    shelf: Shelf, boss: User, open_browser: Callable[..., Page]
) -> None:
    engagement = shelf.engagement(
        Content("S", "", '<a href="about:blank">no</a><a href="http://127.0.0.1:9/x">out</a>')
    )
    page = open_browser()
    sign_in(page, boss.email, PASSWORD)
    page.goto(f"/engagements/{engagement.pk}")
    link = page.frame_locator("iframe").get_by_role("link", name="out")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(page.frame_locator("iframe").locator("a[href]")).to_have_count(1)
