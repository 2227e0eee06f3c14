"""Signing in as people do in a browser: with a provider, with a second factor, with a recovery code (S2)."""

from __future__ import annotations

import base64
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driving import PHONE, overflow, sign_in, text_of, violations
from playwright.sync_api import Page, expect

from postroom.config import config
from postroom.core.one_time_code import code_at
from postroom.store.models import User, Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from oidc_provider import CLIENT, SECRET, Provider, running_provider
from shelf import PASSWORD, a_shelf

pytestmark = pytest.mark.browser


@pytest.fixture
def boss(transactional_db: None, workspace: Workspace) -> User:
    return a_shelf(workspace).user("Administrator")


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with running_provider() as made:
        made.claims = {"email": "administrator@us.com"}
        monkeypatch.setattr(config(), "oidc_name", "Keys")
        monkeypatch.setattr(config(), "oidc_issuer", made.issuer)
        monkeypatch.setattr(config(), "oidc_client_id", CLIENT)
        monkeypatch.setattr(config(), "oidc_client_secret", SECRET)
        yield made


def test_a_provider_signs_in_and_leads_back_S2(
    boss: User, provider: Provider, open_browser: Callable[..., Page]
) -> None:
    page = open_browser()
    page.goto("/security")
    assert violations(page) == []
    page.get_by_role("link", name="Sign in with Keys").click()
    page.get_by_role("heading", name="Where you are signed in").wait_for()
    expect(page).to_have_url(re.compile("/security$"))
    expect(page.get_by_text("With Keys")).to_have_count(1)
    assert violations(page) == []


def test_a_second_factor_is_set_up_and_asked_for_S2(boss: User, open_browser: Callable[..., Page]) -> None:
    page = open_browser(PHONE)
    sign_in(page, boss.email, PASSWORD)
    page.goto("/security")
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("link", name="Set it up").click()
    page.get_by_role("button", name="Show the QR code").click()
    picture = page.get_by_role("img", name="QR code")
    picture.wait_for()
    page.wait_for_load_state()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0") is True
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_text("It cannot be scanned").click()
    secret = base64.b32decode(text_of(page.locator("details code")).replace(" ", ""))
    page.get_by_label("Enter the six digits").fill(code_at(secret, int(time.time()) // 30))
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    assert (violations(page), overflow(page)) == ([], 0)
    listed = page.locator(".recovery-codes code")
    expect(listed).to_have_count(10)
    codes = listed.all_inner_texts()

    other = open_browser()
    other.goto("/sign-in?next=/explain")
    other.get_by_label("E-mail address").fill(boss.email)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_label("Six digits").fill(code_at(secret, int(time.time()) // 30 + 1))
    assert violations(other) == []
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/explain")

    lost = open_browser(javascript=False)
    lost.goto("/sign-in")
    lost.get_by_label("E-mail address").fill(boss.email)
    lost.get_by_label("Password").fill(PASSWORD)
    lost.get_by_role("button", name="Sign in").click()
    lost.get_by_text("The device is not at hand").click()
    lost.get_by_label("One of your recovery codes").fill(codes[0])
    lost.get_by_role("button", name="Sign in with a recovery code").click()
    lost.get_by_text("That recovery code is used up; 9 are left.").wait_for()
