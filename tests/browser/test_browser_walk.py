"""A walk through the pages of the demo workspace, as a person does it: on a desk and a phone, light and dark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest
from driving import DESKTOP, PHONE, ROOT, SCREENSHOTS, overflow, sign_in, violations
from playwright.sync_api import Page

from postroom.actions.make_demo import Demo, ensure_demo
from postroom.store.bodies import unpack
from postroom.store.models import Variant

pytestmark = pytest.mark.browser

NOW = 1_795_262_400
"""21 November 2026, 12:00 UTC: the demo's present."""
FOR_README = {"overview": "overview.png", "account": "account.png", "explain-address": "explain.png"}


@pytest.fixture
def demo(transactional_db: None) -> Demo:
    """The demo workspace."""
    return ensure_demo(NOW)


def look(page: Page, name: str, form: str, whole: bool = False) -> list[tuple[str, object]]:
    """Take a picture of the page, and say what is wrong with it."""
    SCREENSHOTS.mkdir(exist_ok=True)
    picture = SCREENSHOTS / f"{name}-{form}.png"
    page.screenshot(path=picture, full_page=whole, animations="disabled")
    if os.environ.get("POSTROOM_WRITE_SCREENSHOTS") == "1" and form == "desk-light" and name in FOR_README:
        images = ROOT / "docs" / "images"
        images.mkdir(exist_ok=True)
        shutil.copy(picture, images / FOR_README[name])
    # Between them these two have both layouts and both sets of colours.
    checked = form in ("desk-light", "phone-dark")
    wrong: list[tuple[str, object]] = [(name, found) for found in (violations(page) if checked else [])]
    return wrong + ([(name, f"{overflow(page)} px too wide")] if overflow(page) > 0 else [])


def html_engagement() -> int:
    """The number of an engagement of the demo that has HTML and an attachment."""
    return next(
        variant.engagement_id
        for variant in Variant.objects.order_by("pk")
        if (body := unpack(variant.body)).html and body.attachments
    )


def test_the_walk_is_possible_and_pleasant_everywhere(demo: Demo, open_browser: Callable[..., Page]) -> None:
    wrong: list[tuple[str, object]] = []
    rich = html_engagement()
    for form, size, scheme in (
        ("desk-light", DESKTOP, "light"),
        ("desk-dark", DESKTOP, "dark"),
        ("phone-light", PHONE, "light"),
        ("phone-dark", PHONE, "dark"),
    ):
        page = open_browser(size, scheme)
        page.goto("/sign-in")
        wrong += look(page, "sign-in", form)
        sign_in(page, demo.email, demo.password or "")
        wrong += look(page, "overview", form)
        page.get_by_role("link", name="Accounts", exact=True).click()
        wrong += look(page, "accounts", form)
        page.get_by_role("link", name="Alder Bakeries").click()
        page.get_by_role("heading", name="Alder Bakeries").wait_for()
        wrong += look(page, "account", form)
        page.locator(".timeline .row-link").first.click()
        page.get_by_role("heading", name="Why it is here").wait_for()
        wrong += look(page, "engagement", form)
        page.goto(f"/engagements/{rich}")
        page.frame_locator("iframe").locator("main").wait_for()
        wrong += look(page, "engagement-html", form, whole=True)
        page.get_by_role("link", name="Delete…").click()
        wrong += look(page, "delete", form)
        page.get_by_role("link", name="Decisions", exact=True).click()
        wrong += look(page, "decisions", form)
        page.get_by_role("link", name="Blocked").click()
        wrong += look(page, "blocked", form)
        page.get_by_role("link", name="Explain the decision").first.click()
        page.get_by_text("What would change it").first.wait_for()
        wrong += look(page, "explain-decision", form)
        page.get_by_role("link", name="Set aside", exact=True).click()
        wrong += look(page, "set-aside", form)
        page.get_by_role("link", name="Explain", exact=True).click()
        wrong += look(page, "explain", form)
        page.get_by_label("Address, name or Message-ID").fill("john@unheard-of.example")
        page.get_by_role("button", name="Explain").click()
        page.get_by_role("heading", name="nobody knows john@unheard-of.example").wait_for()
        wrong += look(page, "explain-address", form)
        page.locator("details.me summary").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in").wait_for()
    assert wrong == []
