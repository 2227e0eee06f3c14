"""The pages of the manual on labels, gone through as they tell: what they name is there, and pictures are of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from demo_server import ADMIN, STRICT, DemoServer
from driving import DESKTOP, sign_in
from pictures import DESK, Seen, take_picture
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGE = "/settings/email-sync/default-labels"


def test_what_the_manual_says_of_labels_is_so(own_demo: DemoServer, open_window: Callable[..., Page]) -> None:
    page = open_window(own_demo.url, DESKTOP)
    sign_in(page, ADMIN, own_demo.password)
    page.get_by_role("button", name="Put away").click()
    expect(page.get_by_role("heading", name="Where to look first")).to_have_count(0)
    page.get_by_role("heading", name="Needs somebody").wait_for()
    take_picture(page, "overview", 700, left=0)
    page.goto("/profile/email")
    take_picture(page, "email", 800, left=0)
    admin = open_window(own_demo.url, DESK, signed_in=page.context.storage_state())
    admins = Seen()
    admin.goto("/settings/email-sync")
    admins.on(admin)
    admin.goto(PAGE)
    admins.on(admin)
    choose_inbox_alone(admin)
    take_picture(admin, "default-labels", 860, "#boxes")
    admins.on(admin)
    admin.get_by_role("button", name="Apply to all users").click()
    admin.get_by_role("heading", name="Applied by Maya Lindqvist, today").wait_for(timeout=60_000)
    admin.get_by_text("Nobody changes.").wait_for()
    take_picture(admin, "default-labels-applied", 370)
    admins.on(admin)
    admin.get_by_role("link", name="Result per user").click()
    admin.get_by_role("heading", name="User by user").wait_for()
    take_picture(admin, "default-labels-users", 760)
    admins.on(admin)
    admin.get_by_role("link", name="Undo…").click()
    admin.get_by_role("heading", name="Undo “Inbox on, Sent off”?").wait_for()
    take_picture(admin, "default-labels-undo", 500)
    admins.on(admin)
    # It stands where something failed, and nothing did.
    assert admins.lacks("how-to/apply-default-synced-labels.md") == ["Try the failed again"]
    user = open_window(own_demo.url, DESK)
    sign_in(user, STRICT, own_demo.password)
    user.goto("/profile/email")
    user.get_by_text("Your administrator Maya Lindqvist selected Inbox").wait_for()
    take_picture(user, "email-chosen-for-all", 620, "#labels")
    users = Seen()
    users.on(user)
    assert users.lacks("how-to/choose-what-syncs.md") == []


def choose_inbox_alone(page: Page) -> None:
    """Tick Inbox and untick Sent, each if it is not so, and wait for what follows."""
    for name, is_ticked in (("Inbox", True), ("Sent", False)):
        page.get_by_role("checkbox", name=name).set_checked(is_ticked)
        page.get_by_role("heading", name=f"{name} {'on' if is_ticked else 'off'}").wait_for()
