"""Accounts, persons, the blocklist and the organization in a browser: without a script, on a phone, for everybody."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import DESKTOP, PHONE, overflow, sign_in, violations
from playwright.sync_api import Page

from postroom.actions.add_accounts import add_accounts
from postroom.actions.add_persons import add_persons
from postroom.actions.change_person import change_person
from postroom.store.models import Person, Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from shelf import ACTOR, PASSWORD, Shelf, a_shelf

pytestmark = pytest.mark.browser

BOSS = "administrator@us.com"


@pytest.fixture
def kept(transactional_db: None, workspace: Workspace) -> Shelf:
    """A shelf with a person in two accounts who shares an address, on domains that two accounts have."""
    shelf = a_shelf(workspace)
    shelf.user("Administrator")
    shelf.engagement()
    add_accounts(workspace, [{"name": "Beta", "domains": ["acme.com", "beta.io"]}], actor=ACTOR)
    add_persons(workspace, [{"name": "Kay", "emails": ["kim@acme.com"]}], actor=ACTOR)
    change_person(workspace, shelf.person, {"accounts": [shelf.account, "Beta"]}, actor=ACTOR)
    return shelf


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_the_pages_of_the_directory_are_pleasant_everywhere(
    kept: Shelf, open_browser: Callable[..., Page], size: tuple[int, int], scheme: str
) -> None:
    account, person, listed = kept.account, kept.person, kept.listed
    page = open_browser(size, scheme)
    sign_in(page, BOSS, PASSWORD)
    wrong: list[tuple[str, object]] = []
    for path in (
        "/accounts",
        "/accounts/add",
        "/accounts/add-many",
        f"/accounts/{account}",
        f"/accounts/{account}/edit",
        f"/accounts/{account}/ignore",
        f"/accounts/{account}/delete",
        "/persons",
        "/persons/add",
        f"/persons/{person}",
        f"/persons/{person}/edit",
        f"/persons/{person}/delete",
        "/settings/blocklist",
        f"/settings/blocklist/{listed['blocked']}",
        f"/settings/blocklist/{listed['blocked']}/remove",
        "/settings/organization",
        f"/settings/organization/domains/{listed['domain']}",
        f"/settings/organization/domains/{listed['domain']}/remove",
        f"/settings/organization/addresses/{listed['address']}/remove",
    ):
        page.goto(path)
        assert page.locator("h1").count() == 1
        wrong += [(path, found) for found in violations(page)]
        wrong += [(path, f"{overflow(page)} px too wide")] if overflow(page) > 0 else []
    assert wrong == []


def test_the_directory_is_kept_without_a_script(kept: Shelf, open_browser: Callable[..., Page]) -> None:
    page = open_browser(javascript=False)
    sign_in(page, BOSS, PASSWORD)
    page.get_by_role("link", name="Accounts", exact=True).click()
    page.get_by_role("link", name="Add account").click()
    page.get_by_label("Name").fill("Zephyr")
    page.get_by_label("Domains, one per line").fill("zephyr.example")
    page.get_by_role("button", name="Add the account").click()
    page.get_by_text("The account was added.").wait_for()
    page.get_by_role("link", name="Add", exact=True).click()
    page.get_by_label("E-mail addresses, one per line").fill("zoe.fern@zephyr.example")
    page.get_by_role("button", name="Add the person").click()
    page.get_by_role("heading", name="Zoe Fern").wait_for()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete the person").click()
    page.get_by_text("Zoe Fern was deleted. The engagements stay.").wait_for()
    page.get_by_role("link", name="Blocklist").click()
    # Open by itself where nothing is blocked yet.
    page.get_by_label("Addresses and domains, one per line").fill("rival.example")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("1 added.").wait_for()


def test_the_default_account_is_chosen_with_the_keyboard_C14(
    kept: Shelf, open_browser: Callable[..., Page]
) -> None:
    page = open_browser()
    sign_in(page, BOSS, PASSWORD)
    page.goto(f"/persons/{kept.person}")
    chosen = page.get_by_role("group", name="New engagements show on").get_by_role("radio")
    before = chosen.evaluate_all("all => all.findIndex(one => one.checked)")
    chosen.nth(before).focus()
    page.keyboard.press("ArrowDown" if before == 0 else "ArrowUp")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Saved. Earlier engagements stay where they are.").wait_for()
    assert chosen.evaluate_all("all => all.findIndex(one => one.checked)") != before
    assert Person.objects.get(pk=kept.person).default_account_id is not None


def test_the_menu_shows_where_one_is_on_a_phone(kept: Shelf, open_browser: Callable[..., Page]) -> None:
    page = open_browser(PHONE)
    sign_in(page, BOSS, PASSWORD)
    page.goto("/settings/organization")
    bar = page.locator(".menu > summary")
    assert bar.inner_text().split() == ["Menu,", "Organization"]
    entries = page.get_by_role("navigation", name="Main")
    assert not entries.is_visible()
    below = page.locator("h1").bounding_box()
    bar.focus()
    page.keyboard.press("Enter")
    assert entries.get_by_role("link", name="Organization").get_attribute("aria-current") == "page"
    assert (page.locator("h1").bounding_box(), overflow(page)) == (below, 0)
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert (entries.is_visible(), page.evaluate("document.activeElement.parentElement.className")) == (
        False,
        "menu",
    )
    bar.click()
    entries.get_by_role("link", name="Accounts").click()
    page.wait_for_url("**/accounts")
    assert (bar.inner_text().split(), entries.is_visible()) == (["Menu,", "Accounts"], False)
    page.go_back()
    assert (bar.inner_text().split(), entries.is_visible()) == (["Menu,", "Organization"], False)


def test_the_menu_of_a_phone_needs_no_script(kept: Shelf, open_browser: Callable[..., Page]) -> None:
    page = open_browser(PHONE, javascript=False)
    sign_in(page, BOSS, PASSWORD)
    page.locator(".menu > summary").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Persons").click()
    page.wait_for_url("**/persons")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    page.locator(".me > summary").click()
    page.get_by_role("link", name="My data").click()
    page.wait_for_url("**/profile/data")
    assert page.locator(".menu > summary").inner_text() == "Menu"
