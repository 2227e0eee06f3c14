"""The acceptance stories of the upload product, walked by people in a browser: 1, 2 and 9 (section 14)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from driving import PHONE, overflow, sign_in, text_of, violations
from playwright.sync_api import Page, expect

from postroom.actions.process_uploads import process_some
from postroom.actions.roll_up import roll_up
from postroom.store.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADMINS_PASSWORD = "a quiet morning in may"
PASSWORD = "a quiet noon in june"
ANN = "ann@us.com"
WEEK = "start=2026-11-15&end=2026-11-21"
"""The week of the mails."""


def call(url: str, token: str, route: str, body: Any = None) -> tuple[int, Any]:
    """What a program is answered."""
    request = urllib.request.Request(
        f"{url}/api/v1/{route}",
        None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def mails(*ids: str) -> dict[str, Any]:
    """Mail messages that Ann got."""
    mail = {"user": ANN, "date": "2026-11-16T09:30:00Z", "folder": "inbox"}
    mail |= {"from": {"email": "kim@customer.example"}, "to": [{"email": ANN}]}
    return {"messages": [mail | {"id": id_, "message_id": f"<{id_}@customer.example>"} for id_ in ids]}


def a_source(page: Page, name: str) -> str:
    """Make a source; its access token, which is shown once."""
    page.goto("/settings/sources")
    page.get_by_role("link", name="Add a source").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add the source").click()
    return text_of(page.locator("#secret")).strip()


def looks_right(page: Page) -> None:
    assert (violations(page), overflow(page) > 0) == ([], False)


def test_stories_1_2_and_9(admin: User, open_browser: Callable[..., Page], live_server) -> None:
    page = open_browser()
    sign_in(page, admin.email, ADMINS_PASSWORD)

    # Domains and users.
    page.goto("/settings/organization")
    page.get_by_text("Add domains", exact=True).click()
    page.locator("#lines-domains").fill("us-too.com")
    page.get_by_role("button", name="Add", exact=True).first.click()
    expect(page.get_by_text("us-too.com").first).to_be_visible()
    page.goto("/settings/users/add-many")
    page.locator("#lines").fill("email,name\nann@us.com,Ann One\nben@us.com,Ben Two\n")
    page.get_by_role("button", name="Look at what would become of them").click()
    expect(page.get_by_role("button", name="Store 2 users")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Store 2 users").click()
    expect(page.get_by_role("link", name="Ann One")).to_be_visible()

    # Two sources: what comes for Ann is held; one token is revoked, the other goes on.
    one, two = a_source(page, "One"), a_source(page, "Two")
    status, answer = call(live_server.url, one, "mail-messages", mails("1", "2"))
    assert (status, [r["status"] for r in answer["results"]]) == (200, ["held", "held"])
    page.goto("/settings/sources")
    page.get_by_role("link", name="One", exact=True).click()
    expect(page.get_by_role("link", name="Revoke").first).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name="Revoke").first.click()
    page.get_by_role("button", name="Revoke the token").click()
    expect(page.get_by_text("The access token is revoked.")).to_be_visible()
    assert call(live_server.url, one, "mail-messages", mails("3"))[0] == 401
    status, answer = call(live_server.url, two, "mail-messages", mails("3"))
    assert (status, [r["status"] for r in answer["results"]]) == (200, ["held"])

    # Ann is invited, comes in on her phone, and sees no settings.
    page.goto("/settings/users")
    page.get_by_role("link", name="Ann One").click()
    page.get_by_role("link", name="Invit").first.click()
    page.get_by_role("button", name="Make the link").click()
    link = text_of(page.locator("#link")).strip()
    phone = open_browser(PHONE, "dark")
    phone.goto(link)
    phone.get_by_label("Password", exact=False).first.fill(PASSWORD)
    phone.locator("#again").fill(PASSWORD)
    phone.get_by_role("button", name="Set the password and sign in").click()
    expect(phone.get_by_role("heading", name="Overview")).to_be_visible()
    phone.goto("/profile/data")
    expect(phone.get_by_text("Settings", exact=True)).to_have_count(0)
    assert phone.request.get(f"{live_server.url}/settings/users").status == 403
    looks_right(phone)

    # She agrees; what was held is counted, and she is connected.
    expect(phone.get_by_role("main")).to_contain_text("3", use_inner_text=True)
    phone.get_by_role("button", name="I agree: switch it on").click()
    expect(phone.get_by_text("Collect passive data is on.")).to_be_visible()
    process_some(admin.workspace_id)
    phone.goto("/profile/data")
    expect(phone.get_by_text("On since")).to_be_visible()
    kept = phone.evaluate("fetch('/api/v1/my-data').then(answer => answer.json())")
    assert [(k["kind"], k["total"], k["inside"], k["outside"]) for k in kept["kept"]] == [("mail", 3, 0, 3)]
    looks_right(phone)
    roll_up(admin.workspace)
    phone.goto(f"/reports/{User.objects.get(email=ANN).pk}?{WEEK}")
    expect(phone.locator("#ext .metric", has_text="EXT: Number of received emails")).to_contain_text("3")
    looks_right(phone)
    page.goto("/settings/users")
    connected = page.evaluate("fetch('/api/v1/users/connected').then(answer => answer.json())")
    assert [user["email"] for user in connected["users"]] == [ANN]
