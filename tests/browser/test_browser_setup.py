"""Setup in a browser: in order on each screen, and what arrives shows by itself (W1)."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable

import pytest
from driving import DESKTOP, PHONE, overflow, sign_in, text_of, violations
from playwright.sync_api import Page, expect

from postroom.store.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a quiet morning in may"


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_the_first_upload_shows_by_itself_W1(
    admin: User, open_browser: Callable[..., Page], size: tuple[int, int], scheme: str
) -> None:
    page = open_browser(size, scheme)
    sign_in(page, admin.email, PASSWORD)
    page.goto("/setup")
    assert (violations(page), overflow(page) > 0) == ([], False)
    page.get_by_role("button", name="Make a source").click()
    line = text_of(page.locator("#command"))
    assert (violations(page), overflow(page) > 0) == ([], False)
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    run = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, check=True, timeout=60)
    assert json.loads(run.stdout)["results"][0]["status"] == "held"
    expect(page.locator("#arrived")).to_contain_text("The first item arrived")
    expect(page.locator("#steps-done")).to_have_text("3 of 5 steps are done.")
    assert text_of(page.locator("#command")) == line
    assert (violations(page), overflow(page) > 0) == ([], False)


def test_without_a_script_loading_again_shows_it_W1(admin: User, open_browser: Callable[..., Page]) -> None:
    page = open_browser(javascript=False)
    sign_in(page, admin.email, PASSWORD)
    page.goto("/setup")
    page.get_by_role("button", name="Make a source").click()
    line = text_of(page.locator("#command"))
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    subprocess.run(["sh", "-c", line], env=environment, capture_output=True, check=True, timeout=60)
    page.reload()
    expect(page.locator("#arrived")).to_contain_text("The first item arrived")
    expect(page.locator("#command")).to_contain_text("$POSTROOM_TOKEN")
