"""Accounts, persons, the blocklist and the organization in a browser: without a script, on a phone, for everybody."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import DESKTOP, PHONE, overflow, sign_in, violations
from playwright.sync_api import Page, expect

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
        expect(page.locator("h1")).to_have_count(1)
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
    key, after = ("ArrowDown", 1) if before == 0 else ("ArrowUp", before - 1)
    chosen.nth(before).focus()
    page.keyboard.press(key)
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Saved. Earlier engagements stay where they are.").wait_for()
    expect(chosen.nth(after)).to_be_checked()
    assert Person.objects.get(pk=kept.person).default_account_id is not None


def test_the_menu_shows_where_one_is_on_a_phone(kept: Shelf, open_browser: Callable[..., Page]) -> None:
    page = open_browser(PHONE)
    sign_in(page, BOSS, PASSWORD)
    page.goto("/settings/organization")
    bar = page.locator(".menu > summary")
    expect(bar).to_have_text("Menu, Organization", use_inner_text=True)
    entries = page.get_by_role("navigation", name="Main")
    expect(entries).to_be_hidden()
    below = page.locator("h1").bounding_box()
    bar.focus()
    page.keyboard.press("Enter")
    expect(entries.get_by_role("link", name="Organization")).to_have_attribute("aria-current", "page")
    assert (page.locator("h1").bounding_box(), overflow(page)) == (below, 0)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(entries).to_be_hidden()
    expect(bar).to_be_focused()
    bar.click()
    entries.get_by_role("link", name="Accounts").click()
    page.wait_for_url("**/accounts")
    expect(bar).to_have_text("Menu, Accounts", use_inner_text=True)
    expect(entries).to_be_hidden()
    page.go_back()
    expect(bar).to_have_text("Menu, Organization", use_inner_text=True)
    expect(entries).to_be_hidden()


def test_the_menu_of_a_phone_needs_no_script(kept: Shelf, open_browser: Callable[..., Page]) -> None:
    page = open_browser(PHONE, javascript=False)
    sign_in(page, BOSS, PASSWORD)
    page.locator(".menu > summary").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Persons").click()
    page.wait_for_url("**/persons")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    page.locator(".me > summary").click()
    page.get_by_role("link", name="My data").click()
    page.wait_for_url("**/profile/data")
    expect(page.locator(".menu > summary")).to_have_text("Menu", use_inner_text=True)
