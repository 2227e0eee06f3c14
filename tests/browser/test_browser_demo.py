"""The demo used as people use it: along its tour, by keyboard, without a script, and as others see it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from demo_server import ADMIN, MANAGER, STRICT, VIEWER, DemoServer
from driving import PHONE, overflow, shifts, sign_in, text_of, violations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MENUS = {
    ADMIN: [
        "Overview",
        "Accounts",
        "Persons",
        "Engagements",
        "Reports",
        "Explain",
        "Decisions",
        "Set aside",
        "Jobs",
        "Setup",
        "Organization",
        "Users",
        "Roles",
        "Collecting data",
        "Email sync",
        "Mailboxes",
        "Manage sources",
        "Blocklist",
        "API tokens",
        "Audit",
    ],
    MANAGER: ["Overview", "Accounts", "Persons", "Engagements", "Reports", "Explain"],
    STRICT: ["Overview", "Accounts", "Persons", "Engagements", "Reports", "Explain"],
    VIEWER: ["Overview", "Accounts", "Persons", "Engagements", "Reports", "Explain"],
}


def test_every_stop_of_the_tour_leads_somewhere(open_demo: Callable[..., Page]) -> None:
    page = open_demo()
    page.goto("/")
    stops = page.locator(".stops > li")
    seen = []
    for number in range(stops.count()):
        stop = stops.nth(number).locator(".stop-title")
        address = stop.get_attribute("href") or ""
        stop.click()
        expect(page).to_have_url(address)
        seen.append(text_of(page.locator("h1")))
        page.get_by_role("link", name="Overview", exact=True).click()
    assert len(seen) == 17
    assert [seen[0], seen[2:6], seen[6:13], seen[13:16]] == [
        "Alder Bakeries",
        ["Chat", "Mailboxes", "Default Synced Labels", "Email"],
        ["Dana Osei", "Explain", "Decisions", "Ambiguous", "Set aside", "Engagements", "My data"],
        ["My report", "My collaboration circle", "Teams"],
    ]
    answers = []
    for number in range(3):
        page.locator(".stops form button").nth(number).click()
        answers.append(text_of(page.locator(".verdict").first))
        page.get_by_role("link", name="Overview", exact=True).click()
    assert answers[:2] == [
        "New mail stays out: nobody knows peter@amesroofing.example",
        "New mail stays out: the blocklist keeps chad@coldpitch.example out",
    ]
    assert answers[2] == "New mail with hugh.denning@elmstead.example comes in"


@pytest.mark.parametrize("who", list(MENUS))
def test_everybody_has_the_menu_of_their_role_R1(who: str, open_demo: Callable[..., Page]) -> None:
    page = open_demo(who=who)
    page.goto("/")
    expect(page.locator(".side-nav a")).to_have_text(MENUS[who], use_inner_text=True)


def test_a_timeline_is_walked_and_unfolded_by_keyboard(open_demo: Callable[..., Page]) -> None:
    page = open_demo()
    page.goto("/accounts")
    page.get_by_role("link", name="Alder Bakeries").click()
    page.locator(".timeline").wait_for()
    page.wait_for_load_state()
    focused = page.locator(":focus")
    fold = page.locator(".t-fold").first
    thread = fold.evaluate("fold => fold.closest('li').id")
    rows = page.locator("[data-rows] a")
    place = rows.evaluate_all("(all) => all.findIndex((one) => one.matches('.t-fold'))")
    for _ in range(place + 1):
        page.keyboard.press("j")
    expect(focused).to_have_attribute("class", "t-fold")
    page.keyboard.press("Enter")
    page.locator(f"#{thread} .t-mails").wait_for()
    # The keyboard stays where it was, and goes on into the thread.
    expect(page.locator(f"#{thread} .t-fold:focus")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("j")
    expect(page.locator(".t-mails :focus")).to_have_count(1)
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.locator(f"#{thread} .t-mails").wait_for(state="detached")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Why it is here").wait_for()
    page.goto("/engagements")
    page.keyboard.press("/")
    page.keyboard.type("invoice")
    page.keyboard.press("Enter")
    page.locator(".t-snippet mark").first.wait_for()
    expect(page).to_have_url(re.compile(r"^[^?]*[?]q=invoice"))


def test_what_was_found_is_in_sight_on_a_phone(open_demo: Callable[..., Page]) -> None:
    page = open_demo(PHONE)
    page.goto("/engagements?q=invoice")
    expect(page.locator(".t-snippet:has(mark)").first).to_be_attached()
    beyond = page.locator(".t-snippet:has(mark)").evaluate_all(
        """(all) => all.filter((one) => {
            const [line, mark] = [one.getBoundingClientRect(), one.querySelector("mark").getBoundingClientRect()];
            return mark.right > line.right + 1 || mark.bottom > line.bottom + 1;
        }).length"""
    )
    assert beyond == 0


def test_the_demo_is_used_without_a_script(own_demo: DemoServer, open_window: Callable[..., Page]) -> None:
    page = open_window(own_demo.url, javascript=False)
    sign_in(page, ADMIN, own_demo.password)
    page.get_by_role("link", name="Accounts", exact=True).click()
    page.get_by_role("link", name="Alder Bakeries").click()
    count = int(text_of(page.locator(".t-fold").first).split()[-2])
    page.locator(".t-fold").first.click()
    expect(page.locator(".t-mails > li")).to_have_count(count)
    page.get_by_role("link", name="Search here").click()
    page.get_by_label("Words in subject, text or names").fill("order")
    page.get_by_label("Direction").select_option("in")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="Found, newest first").wait_for()
    expect(page.get_by_text("On the account Alder Bakeries")).to_have_count(1)
    page.wait_for_load_state()
    directions = page.locator(".timeline .dir").all_inner_texts()
    assert set(directions) == {"Received"}
    page.get_by_role("link", name="Persons", exact=True).click()
    page.get_by_label("Name or address").fill("Dana Osei")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Dana Osei").click()
    page.get_by_label("Fennel Foods").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. Earlier engagements stay where they are.").wait_for()
    expect(page.get_by_label("Fennel Foods")).to_be_checked()
    page.get_by_role("link", name="Decisions", exact=True).click()
    page.get_by_role("link", name="Blocked").click()
    page.get_by_role("link", name="Reconsider").click()
    page.get_by_role("button", name="Reconsider").click()
    page.wait_for_url("**/jobs/*")
    page.get_by_role("heading", name="Reconsider").wait_for()
    watched = open_window(own_demo.url, PHONE, "dark", signed_in=page.context.storage_state())
    watched.goto(page.url)
    watched.get_by_role("heading", name="Done").wait_for(timeout=30_000)
    assert (violations(watched), overflow(watched), shifts(watched)) == ([], 0, 0)


def test_who_shows_others_less_sees_all_of_their_own_R4(open_demo: Callable[..., Page]) -> None:
    kate, maya = open_demo(who=STRICT), open_demo()
    maya.goto("/accounts")
    maya.get_by_role("link", name="Dunmore Hotels").click()
    row = maya.locator("a.t-row", has_text="Only its subject is shown to you").first
    row.wait_for()
    address = row.get_attribute("href") or ""
    maya.goto(address)
    maya.get_by_text("Only the subject and who took part are shown to you, as Kate Ashby chose.").wait_for()
    kate.goto(address)
    kate.locator(".mail-text, .mail-frame").first.wait_for()
    kate.get_by_text("It lies in your mailbox, so you say what others see of it.").wait_for()
    expect(kate.get_by_text("are shown to you")).to_have_count(0)
