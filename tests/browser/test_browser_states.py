"""Pages on which something unusual stands: released, deleted, defective, with pictures left out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import DESKTOP, PHONE, SCREENSHOTS, overflow, sign_in, violations
from playwright.sync_api import Page

from postroom.actions.add_accounts import add_accounts
from postroom.actions.change_account import delete_account
from postroom.actions.release import release
from postroom.store.models import EngagementAccount, Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from shelf import ACTOR, PASSWORD, RICH, a_shelf

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("form", "size", "scheme"), [("desk-light", DESKTOP, "light"), ("phone-dark", PHONE, "dark")]
)
def test_what_is_unusual_is_in_order_too(
    transactional_db: None,
    workspace: Workspace,
    open_browser: Callable[..., Page],
    form: str,
    size: tuple[int, int],
    scheme: str,
) -> None:
    shelf = a_shelf(workspace)
    boss = shelf.user("Administrator")
    held = [shelf.message("kim@acme.com", "s1@us.com", reason="ambiguous", outcome="hold") for _ in range(2)]
    release(workspace, [held[0].decisions.get().pk], actor=boss.email)
    engagement = shelf.engagement(RICH)
    engagement.message.copies.update(defects="missing_date bare_cr")
    engagement.variants.update(defects="bad_base64")
    [gone] = add_accounts(workspace, [{"name": "Acme Tooling, sold long ago"}], actor=ACTOR)
    EngagementAccount.objects.create(
        account_id=gone["id"], engagement=engagement, at=engagement.at, direction="in"
    )
    delete_account(workspace, gone["id"], actor=ACTOR)
    page = open_browser(size, scheme)
    sign_in(page, boss.email, PASSWORD)
    wrong: list[tuple[str, object]] = []
    SCREENSHOTS.mkdir(exist_ok=True)
    for name, address in (
        ("overview", "/"),
        ("decisions", "/decisions"),
        ("engagement", f"/engagements/{engagement.pk}"),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SCREENSHOTS / f"unusual-{name}-{form}.png", full_page=True)
        wrong += [(name, found) for found in violations(page)]
        wrong += [(name, overflow(page))] if overflow(page) > 0 else []
    assert wrong == []
