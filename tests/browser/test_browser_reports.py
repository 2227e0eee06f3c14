"""Reports in a browser: read without a script, and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from demo_server import last_weeks
from driving import PHONE, overflow, text_of, violations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MONDAY, SUNDAY, SATURDAY = "2026-09-28", "2026-09-27", "2026-11-14"
NOT_A_SUNDAY = "Weeks begin on a Sunday; this is a Monday. The Sunday before is 27 Sep 2026."


def weeks_from(page: Page, start: str) -> None:
    """Fill in the form for weeks of one's own, which is open, and send it by the Enter key."""
    page.get_by_label("From a Sunday").fill(start)
    page.get_by_label("to a Saturday").fill(SATURDAY)
    page.get_by_role("button", name="Show", exact=True).press("Enter")


def refused(complaints: list[str]) -> None:
    """The browser itself remarked on an answer of 422, and on nothing else."""
    assert [said.split("status of ")[1] for said in complaints] == ["422 (Unprocessable Entity)"]
    complaints.clear()


def test_a_report_is_read_without_a_script_E7_E10(
    open_demo: Callable[..., Page], complaints: list[str]
) -> None:
    page = open_demo(javascript=False)
    page.goto("/reports")
    page.get_by_role("main").get_by_role("link", name="My report").click()
    page.get_by_role("heading", name="My report").wait_for()
    page.get_by_text("Other weeks").click()
    weeks_from(page, MONDAY)
    expect(page.locator("#start-problem")).to_have_text(NOT_A_SUNDAY)
    expect(page.get_by_label("From a Sunday")).to_have_value(MONDAY)
    expect(page.get_by_label("to a Saturday")).to_have_value(SATURDAY)
    expect(page.get_by_role("heading", name="Nothing was looked for")).to_be_visible()
    refused(complaints)
    weeks_from(page, SUNDAY)
    expect(page.get_by_text("7 weeks, Sunday to Saturday")).to_be_visible()
    received = page.locator("#ext .metric", has_text="EXT: Number of received emails")
    number = int(text_of(received.locator(".metric-value")))
    received.click()
    expect(page.get_by_role("heading", name="EXT: Number of received emails")).to_be_visible()
    expect(page.locator(".opened .figure-number")).to_have_text(str(number))
    rows, shown = page.locator(".behind-table tbody th"), 0
    for _ in range(number // 25):
        expect(rows).to_have_count(25)
        shown += 25
        page.get_by_role("link", name="Show older").click()
        expect(page.get_by_role("link", name="Back to the newest")).to_be_visible()
    expect(rows).to_have_count(number - shown)
    assert number > 25
    expect(page.get_by_role("link", name="Show older")).to_have_count(0)


def test_teams_and_the_circle_are_read_without_a_script_E8_E11(open_demo: Callable[..., Page]) -> None:
    page = open_demo(javascript=False)
    page.goto("/reports")
    page.get_by_role("main").get_by_role("link", name="Teams").click()
    page.get_by_role("link", name="Departments").click()
    expect(page.get_by_role("row", name="Customers").get_by_text("too near another")).to_be_visible()
    page.get_by_role("link", name="Customers").click()
    expect(page.get_by_role("heading", name="Too near another team")).to_be_visible()
    page.get_by_role("navigation", name="Where you are").get_by_role("link", name="Teams").click()
    page.get_by_role("link", name="Below Viktor Hallas").click()
    expect(page.get_by_text("Medians of 6 people who consented")).to_be_visible()
    page.goto("/reports/1/circle" + last_weeks(12))
    more = page.locator(".circle-more")
    hidden = more.locator("tbody tr")
    expect(hidden.first).to_be_hidden()
    more.locator("summary").click()
    expect(hidden.first).to_be_visible()
    count = int(text_of(more.locator("summary")).split()[0])
    expect(hidden).to_have_count(count)
    expect(page.get_by_role("heading", name=f"The {20 + count} strongest connections")).to_be_visible()


def test_a_report_is_read_by_keyboard_E7_E10(open_demo: Callable[..., Page], complaints: list[str]) -> None:
    page = open_demo()
    page.goto("/reports/1" + last_weeks(4))
    page.locator(".period-own > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("From a Sunday")).to_be_focused()
    weeks_from(page, MONDAY)
    problem = page.get_by_label("From a Sunday")
    expect(problem).to_have_accessible_description(NOT_A_SUNDAY)
    assert violations(page) == []
    refused(complaints)
    weeks_from(page, SUNDAY)
    expect(page.get_by_text("7 weeks, Sunday to Saturday")).to_be_visible()
    received = page.locator("#ext .metric", has_text="EXT: Number of received emails")
    number = int(text_of(received.locator(".metric-value")))
    received.press("Enter")
    page.get_by_role("heading", name="The interactions behind it").wait_for()
    address = page.url
    rows = page.locator(".behind-table tbody th")
    shown = 25
    while shown < number:
        expect(rows).to_have_count(shown)
        page.get_by_role("link", name="Show older").press("Enter")
        shown = min(shown + 25, number)
    expect(rows).to_have_count(number)
    expect(page).to_have_url(address)


def test_a_circle_is_unfolded_by_keyboard_E12(open_demo: Callable[..., Page]) -> None:
    page = open_demo(PHONE, "dark")
    page.goto("/reports/1/circle" + last_weeks(12))
    page.get_by_role("link", name="The same as a list").press("Enter")
    expect(page.get_by_role("heading", name="strongest connections")).to_be_in_viewport()
    more = page.locator(".circle-more")
    more.locator("summary").press("Enter")
    named = more.locator("tbody th").first
    expect(named).to_be_visible()
    assert (violations(page), overflow(page)) == ([], 0)
    name = text_of(named.get_by_role("link"))
    named.get_by_role("link").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Collaboration circle of {name}")
    expect(page.get_by_text(f"That you looked at it is written down, and {name} sees so.")).to_be_visible()
