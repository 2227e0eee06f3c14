"""The pages of the manual on reports, gone through as they tell: what they name is there, and pictures are of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from demo_server import VIEWER, last_weeks
from driving import DESKTOP
from pictures import DESK, Seen, take_picture
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_what_the_manual_says_of_ones_own_report_is_so(open_demo: Callable[..., Page]) -> None:
    page, seen = open_demo(DESKTOP), Seen()
    for path in ("/reports", "/profile/data", "/profile/data/audit", "/profile/data/forget"):
        page.goto(path)
        seen.on(page)
    report = by_menu(page, "My report")
    page.goto(report + last_weeks(4))
    page.get_by_role("heading", name="Week by week").wait_for()
    seen.on(page)
    take_picture(page, "report", 660)
    page.goto(by_menu(page, "My circle") + last_weeks(4))
    page.get_by_role("heading", name="Who is how near").wait_for()
    seen.on(page)
    take_picture(page, "circle", 742)
    page.goto(report + last_weeks(12))
    page.locator("#all").get_by_role("link", name="Percent of responses to emails").click()
    page.get_by_role("heading", name="The interactions behind it").wait_for()
    seen.on(page)
    take_picture(page, "report-metric", 700)
    refusing = open_demo(DESK, who=VIEWER)
    refusing.goto(by_menu(refusing, "My report") + last_weeks(4))
    refusing.get_by_role("heading", name="Not collected").wait_for()
    seen.on(refusing)
    assert seen.lacks("how-to/your-report-and-your-circle.md") == []
    assert seen.lacks("how-to/read-a-report.md") == []


def test_what_the_manual_says_of_who_sees_what_is_so(open_demo: Callable[..., Page]) -> None:
    page, seen = open_demo(DESK), Seen()
    page.goto("/reports")
    seen.on(page)
    page.get_by_role("main").get_by_role("link", name="Teams").click()
    expect(page.get_by_text("too near another").first).to_be_visible()
    seen.on(page)
    take_picture(page, "teams", 720)
    for path in ("/profile/data", "/profile/data/audit", "/settings/audit"):
        page.goto(path)
        seen.on(page)
    assert seen.lacks("how-to/who-sees-what-of-reports.md") == []


def by_menu(page: Page, name: str) -> str:
    """Where the menu below one's name leads by this entry."""
    page.goto("/")
    page.locator(".me > summary").click()
    return page.get_by_role("link", name=name, exact=True).get_attribute("href") or ""
