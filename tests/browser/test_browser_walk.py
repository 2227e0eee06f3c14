"""A walk through all pages of the demo: on a desk and a phone, light and dark, and nothing is wrong on any of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from typing import Final

import pytest
from demo_server import ADMIN, STRICT, VIEWER, last_weeks
from driving import DESKTOP, PHONE, SCREENSHOTS, overflow, shifts, violations
from pictures import IMAGES, WRITES
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FORMS: Final = {
    "desk-light": (DESKTOP, "light"),
    "desk-dark": (DESKTOP, "dark"),
    "phone-light": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
}
FOR_DOCUMENTS: Final = {
    "thread-unfolded": "account.png",
    "explain-blocked": "explain.png",
}
LARGEST_PAGE: Final = 100_000
"""Bytes of HTML."""
PIXEL: Final = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
MAIL: Final = """From: Peter Ames <peter@amesroofing.example>
To: tom.okafor@demo-company.example
Subject: A question
Date: Tue, 3 Nov 2026 10:00:00 +0000
Message-ID: <question-1@amesroofing.example>

Do you also plan tours for roofers?
"""


class Walk:
    """One walk in one form; ``wrong`` is what was found on the way: the page's name and what is the matter."""

    def __init__(self, page: Page, form: str) -> None:
        self.page = page
        self.form = form
        self.wrong: list[tuple[str, object]] = []

    def goto(self, name: str, path: str) -> None:
        """Go to a page and look at it."""
        self.page.goto(path)
        self.look(name)

    def click(self, name: str, link: str) -> None:
        """Follow a link by its text and look at where it leads."""
        found = self.page.get_by_role("link", name=link, exact=True).first
        address = found.get_attribute("href")
        found.click()
        self.page.wait_for_url(f"**{address}")
        self.look(name)

    def look(self, name: str, has_unfolded: bool = False) -> None:
        """Take a picture of the page, and note what is wrong with it; what unfolds moves the rest, and may."""
        page = self.page
        page.wait_for_load_state()
        moved = 0 if has_unfolded else jumps(page)
        picture = SCREENSHOTS / f"{name}-{self.form}.png"
        page.screenshot(path=picture, animations="disabled")
        if WRITES and self.form == "desk-light" and name in FOR_DOCUMENTS:
            shutil.copy(picture, IMAGES / FOR_DOCUMENTS[name])
        # Between them these two have both layouts and both sets of colours.
        if self.form in ("desk-light", "phone-dark"):
            self.wrong += [(name, found) for found in violations(page)]
        if page.locator("h1").count() != 1:
            self.wrong.append((name, f"{page.locator('h1').count()} h1"))
        if overflow(page) > 0:
            self.wrong.append((name, f"{overflow(page)} px too wide"))
        if moved:
            self.wrong.append((name, f"moved by {moved} while loading"))
        if (size := len(page.content().encode())) >= LARGEST_PAGE:
            self.wrong.append((name, f"{size} bytes of HTML"))


def jumps(page: Page) -> float:
    """How far the page jumps whenever it is loaded.

    What a machine with much to do paints in two halves it paints at once the next time.
    """
    moved = shifts(page)
    for _ in range(2):
        if moved:
            page.reload()
            moved = min(moved, shifts(page))
    return moved


@pytest.fixture(params=list(FORMS))
def start(request: pytest.FixtureRequest, open_demo: Callable[..., Page]) -> Callable[[str], Walk]:
    """Begins a walk as somebody, in each form."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def as_who(who: str) -> Walk:
        size, scheme = FORMS[request.param]
        return Walk(open_demo(size, scheme, who=who), request.param)

    return as_who


def mail_with_pictures(page: Page) -> str:
    """Where the newest mail of the account shown is of which pictures were left out."""
    links = page.locator(".timeline a.t-row").evaluate_all(
        "rows => rows.map(row => row.getAttribute('href'))"
    )
    return next(link for link in links if "remote images" in page.request.get(link).text())


def test_what_everybody_opens_is_in_order(start: Callable[[str], Walk]) -> None:
    walk = start(ADMIN)
    page = walk.page
    walk.goto("overview", "/")
    tour = [stop.get_attribute("href") or "" for stop in page.locator(".stop-title").all()]
    [mail, chat] = [address for address in tour if re.fullmatch(r"/engagements/\d+", address)]
    [person] = [address for address in tour if address.startswith("/persons/")]
    [narrowed] = [address for address in tour if address.startswith("/engagements?")]
    [_, hidden] = [address for address in tour if address.startswith("/accounts/")]
    walk.goto("accounts", "/accounts")
    walk.click("account", "Alder Bakeries")
    page.locator(".t-fold").first.click()
    page.locator(".t-mails").wait_for()
    walk.look("thread-unfolded", has_unfolded=True)
    pictures = mail_with_pictures(page)
    walk.goto("engagement", mail)
    walk.goto("chat", chat)
    walk.goto("engagement-html", pictures)
    walk.goto("engagement-text", f"{pictures}?as=text")
    asked: list[str] = []
    page.route(
        lambda url: ".example" in url,
        lambda route: (asked.append(route.request.url), route.fulfill(body=PIXEL, content_type="image/gif")),
    )
    walk.goto("engagement-html", pictures)
    page.get_by_role("button", name="Load remote images this once").click()
    page.get_by_text("Remote images are loaded this once").wait_for()
    walk.look("engagement-pictures")
    assert asked != []
    walk.goto("delete", f"{pictures}/delete")
    walk.goto("persons", "/persons")
    walk.goto("person", person)
    walk.goto("engagements", "/engagements")
    walk.goto("search", "/engagements?q=invoice")
    walk.goto("search-narrowed", narrowed)
    walk.goto("search-empty", "/engagements?q=zzzzz&direction=in")
    walk.goto("hidden", hidden)
    page.locator(".t-row", has_text="Only its subject").first.click()
    page.get_by_text("Only the subject and who took part are shown to you, as Kate Ashby chose.").wait_for()
    walk.look("engagement-hidden")
    walk.goto("my-mail", "/profile/mail")
    walk.goto("security", "/security")
    assert walk.wrong == []


def test_what_reports_show_is_in_order(start: Callable[[str], Walk]) -> None:
    walk = start(ADMIN)
    page = walk.page
    weeks = last_weeks(7)
    walk.goto("reports", "/reports")
    walk.goto("report", f"/reports/1{weeks}")
    page.get_by_text("All numbers of the weeks as a table").click()
    walk.look("report-table", has_unfolded=True)
    page.get_by_role("link", name="INT: Average response time to emails").first.click()
    page.get_by_role("heading", name="The interactions behind it").wait_for()
    walk.look("report-metric")
    walk.goto("report-of-another", f"/reports/2{weeks}")
    walk.goto("report-metric-of-another", f"/reports/2/metrics/day_start{weeks}&block=ext")
    walk.goto("circle", f"/reports/1/circle{weeks}")
    page.locator(".circle-more > summary").click()
    page.get_by_text("How strength is computed").click()
    walk.look("circle-list", has_unfolded=True)
    walk.goto("circle-of-another", f"/reports/2/circle{weeks}")
    walk.goto("teams", "/reports/teams")
    below = page.get_by_role("link", name="Below Edith Rowe").get_attribute("href")
    near = page.get_by_role("link", name="Customers").get_attribute("href")
    walk.goto("team", f"{below}&{weeks[1:]}")
    page.get_by_text("All medians of ALL in the weeks as a table").click()
    walk.look("team-table", has_unfolded=True)
    walk.goto("team-too-near", f"{near}&{weeks[1:]}")
    walk.goto("communities", "/reports/communities")
    page.get_by_text("How communities are found").click()
    walk.look("communities-how", has_unfolded=True)
    assert walk.wrong == []


def test_what_of_reports_who_refuses_sees_is_in_order(start: Callable[[str], Walk]) -> None:
    walk = start(VIEWER)
    walk.goto("reports-refused", "/reports")
    walk.click("report-not-collected", "My report")
    walk.goto("foreseen-before", f"/reports/foreseen{last_weeks(7)}")
    walk.page.get_by_role("button", name="Work it out").click()
    walk.page.get_by_role("heading", name="My circle would name").wait_for()
    walk.look("foreseen")
    walk.goto("reports-refused", "/reports")
    walk.click("circle-not-collected", "My circle")
    assert walk.wrong == []


def test_what_keeps_the_rules_is_in_order(start: Callable[[str], Walk]) -> None:
    walk = start(ADMIN)
    page = walk.page
    walk.goto("decisions", "/decisions")
    walk.click("ambiguous", "Ambiguous 1")
    walk.goto("blocked", "/decisions/blocked")
    walk.click("reconsider", page.get_by_role("link", name="Reconsider").inner_text())
    walk.goto("jobs", "/jobs")
    walk.goto("set-aside", "/set-aside")
    walk.goto("explain", "/explain")
    page.get_by_label("Address, name or Message-ID").fill("chad@coldpitch.example")
    page.get_by_role("button", name="Explain").click()
    page.get_by_role(
        "heading", name="New mail stays out: the blocklist keeps chad@coldpitch.example out"
    ).wait_for()
    walk.look("explain-blocked")
    page.goto("/explain")
    page.get_by_text("Ask with the message itself").click()
    page.get_by_label("Its source, pasted with all headers").fill(MAIL)
    page.get_by_role("button", name="Explain").click()
    page.get_by_role("heading", name="It would stay out: nobody knows peter@amesroofing.example").wait_for()
    walk.look("explain-pasted")
    walk.goto("blocklist", "/settings/blocklist")
    walk.goto("organization", "/settings/organization")
    walk.goto("email-sync", "/settings/email-sync")
    walk.goto("default-labels", "/settings/email-sync/default-labels")
    walk.click("push", "Result per user")
    walk.click("push-undo", "Undo…")
    walk.goto("audit", "/settings/audit")
    walk.goto("account-add", "/accounts/add")
    walk.goto("person-add", "/persons/add")
    assert walk.wrong == []


def test_what_others_see_and_what_they_do_not_is_in_order(
    start: Callable[[str], Walk], complaints: list[str]
) -> None:
    walk = start(VIEWER)
    walk.goto("overview-viewer", "/")
    walk.goto("refused", "/decisions")
    walk.page.get_by_role("heading", name="Your role does not open this page").wait_for()
    walk.goto("nothing", "/accounts/999999")
    walk.page.get_by_role("heading", name="There is nothing here").wait_for()
    assert walk.wrong == []
    # The browser itself remarks on both.
    assert sorted(said.split("status of ")[1] for said in complaints) == [
        "403 (Forbidden)",
        "404 (Not Found)",
    ]
    complaints.clear()
    strict = start(STRICT)
    strict.goto("overview-strict", "/")
    strict.goto("my-mail-strict", "/profile/mail")
    assert strict.wrong == []
