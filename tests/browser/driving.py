"""How the tests drive a browser: sizes, signing in, and what is looked for on every page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "tests" / "screenshots"
DESKTOP, PHONE = (1280, 800), (390, 844)


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds wrong with the page: the rule and the first element."""
    if not AXE.exists():
        pytest.fail("axe-core is not installed: run npm ci in frontend/")
    page.wait_for_load_state()
    # By the debugger, not as a script of the page: the page's policy stays as it is.
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """async () => {
            const { violations } = await axe.run(document, { iframes: false, resultTypes: ["violations"] });
            return violations.map((rule) => [rule.id, rule.nodes[0].html.slice(0, 200)]);
        }"""
    )
    return [(rule, html) for rule, html in found]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    page.wait_for_load_state()
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def shifts(page: Page) -> float:
    """How much of the page jumped while it was loading, as the browser reckons it, to two digits.

    What is less is the browser painting a page that it has not read to its end, on a machine with much to do.
    """
    page.wait_for_load_state()
    moved: float = page.evaluate(
        """() => new Promise((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => {
                for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => resolve(sum), 60);
        })"""
    )
    return round(moved, 2)


def text_of(locator: Locator) -> str:
    """What it says, once it has come and its page has been read to the end."""
    locator.wait_for()
    locator.page.wait_for_load_state()
    return locator.inner_text()


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
