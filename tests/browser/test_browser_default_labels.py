"""The default synced labels in a browser, by keyboard, on a phone, without a script: tick, apply, watch, undo."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import DESKTOP, PHONE, overflow, sign_in, violations
from playwright.sync_api import Locator, Page

from postroom.actions.default_labels import apply_default_labels
from postroom.core.labels import Boxes
from postroom.store.models import Job, Label, User, Workspace
from postroom.worker.runner import run_due

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from shelf import PASSWORD, Shelf, a_shelf

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import DAY, a_label, a_mailbox, selected_at

pytestmark = pytest.mark.browser

PAGE = "/settings/email-sync/default-labels"


@pytest.fixture
def shelf(transactional_db: None, workspace: Workspace) -> Shelf:
    """Sam chose Inbox and Project X, the Member Sent; the Viewer has no Sent, and the Administrator no mailbox."""
    made = a_shelf(workspace)
    now = int(time.time())
    sam = User.objects.get(email="s1@us.com")
    chosen = selected_at(now - DAY)
    users = [
        (sam, {"inbox": chosen, "sent": {}}),
        (made.user("Member"), {"inbox": {}, "sent": chosen}),
        (made.user("Viewer"), {"inbox": {}}),
    ]
    for user, labels in users:
        mailbox = a_mailbox(user, "imap", now=now)
        for role, fields in labels.items():
            a_label(mailbox, role.title(), role=role, **fields)
        if user == sam:
            a_label(mailbox, "Project X", **chosen)
    made.user("Administrator")
    return made


def syncing() -> set[tuple[str, str]]:
    """Which labels sync, of whom."""
    found = Label.objects.exclude(selected_at=None).values_list("mailbox__user__email", "path")
    return {(email, path[-1]) for email, path in found}


def tab_to(page: Page, locator: Locator) -> None:
    """Press Tab until this has the focus."""
    for _ in range(80):
        if locator.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("Tab does not come to it")


def wrong_with(page: Page) -> list[object]:
    """What is wrong with the page as it stands."""
    too_wide = [f"{overflow(page)} px too wide"] if overflow(page) > 0 else []
    return [*violations(page), *too_wide, *([] if page.locator("h1").count() == 1 else ["not one h1"])]


def main_text(page: Page) -> str:
    """What the page says, on one line."""
    return " ".join(page.locator("main").inner_text().split())


def test_ticked_by_keyboard_applied_watched_and_undone_M5_M6_M7_M11(
    shelf: Shelf, open_browser: Callable[..., Page]
) -> None:
    before = syncing()
    page = open_browser()
    sign_in(page, "administrator@us.com", PASSWORD)
    page.goto(PAGE)
    boxes = page.get_by_role("checkbox", name="Inbox"), page.get_by_role("checkbox", name="Sent")
    assert [box.is_checked() for box in boxes] == [False, False]
    page.get_by_role("heading", name="What applying Inbox off, Sent off would do").wait_for()
    tab_to(page, boxes[0])
    page.keyboard.press("Space")
    page.get_by_role("heading", name="What applying Inbox on, Sent off would do").wait_for()
    short = page.locator("#in-short")
    assert (
        short.inner_text() == "Changes 2 users: Inbox on for 2, Sent off for 1. Overrides what 1 user chose."
    )
    own = page.locator("summary", has_text="1 user chose otherwise, and is overridden.")
    tab_to(page, own)
    page.keyboard.press("Enter")
    told = page.locator("#follows .alert details li").inner_text()
    assert told.splitlines()[0] == "Member Smith" and "chose Sent on" in told
    assert (Job.objects.count(), syncing()) == (0, before)
    tab_to(page, page.get_by_role("button", name="Apply to all users"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Waits for its turn").wait_for()
    assert syncing() == before
    page.evaluate("window.stayed = true")
    assert run_due() is True
    page.get_by_role("heading", name="Applied by Administrator Smith").wait_for()
    page.get_by_text("Nobody changes.").wait_for()
    assert (page.evaluate("window.stayed"), short.inner_text()) == (True, "Changes nobody.")
    assert syncing() == {
        ("s1@us.com", "Inbox"),
        ("s1@us.com", "Project X"),
        ("member@us.com", "Inbox"),
        ("viewer@us.com", "Inbox"),
    }
    page.get_by_role("link", name="Result per user").click()
    page.get_by_role("heading", name="Apply default synced labels").wait_for()
    rows = page.locator("#results tbody tr")
    assert [(row.splitlines()[0].split("\t")[0], state) for row, state in states(rows)] == [
        ("Administrator Smith", "Skipped"),
        ("Member Smith", "Changed"),
        ("Sam One", "Was so already"),
        ("Viewer Smith", "Changed"),
    ]
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("heading", name="Undo “Inbox on, Sent off”?").wait_for()
    page.get_by_role("button", name="Undo it for 2 users").click()
    page.get_by_role("heading", name="Undo default synced labels").wait_for()
    assert run_due() is True
    page.get_by_role("heading", name="Done").wait_for()
    assert syncing() == before


def states(rows: Locator) -> list[tuple[str, str]]:
    """Of each row of results what it says, and the status in it."""
    return [(row.inner_text(), row.locator(".badge").inner_text()) for row in rows.all()]


def test_all_of_it_without_a_script_M5_M6_M11(
    shelf: Shelf, open_browser: Callable[..., Page], complaints: list[str]
) -> None:
    page = open_browser(javascript=False)
    sign_in(page, "administrator@us.com", PASSWORD)
    page.goto(PAGE)
    page.get_by_role("checkbox", name="Sent").check()
    page.get_by_role("button", name="Apply to all users").click()
    assert "Nothing was done: other boxes are ticked than this page had described." in main_text(page)
    assert not Job.objects.exists()
    # The browser notes every answer that is no success.
    assert [said.split("status of ")[1] for said in complaints] == ["422 (Unprocessable Entity)"]
    complaints.clear()
    page.get_by_role("checkbox", name="Inbox").check()
    page.get_by_role("button", name="Show what follows").click()
    page.get_by_role("heading", name="What applying Inbox on, Sent on would do").wait_for()
    assert "Changes 2 users: Inbox on for 1, Sent on for 1." in main_text(page)
    page.locator("summary", has_text="Lack a label that is ticked").click()
    assert "Viewer Smith" in main_text(page)
    page.get_by_role("button", name="Apply to all users").click()
    assert run_due() is True
    page.get_by_role("link", name="Refresh").click()
    assert "Inbox on, Sent on — 2 changed" in main_text(page)
    assert ("viewer@us.com", "Inbox") not in syncing()
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo it for 2 users").click()
    assert run_due() is True
    page.get_by_role("link", name="Refresh").click()
    page.get_by_role("heading", name="Done").wait_for()
    assert syncing() == {("s1@us.com", "Inbox"), ("s1@us.com", "Project X"), ("member@us.com", "Sent")}


def test_a_user_sees_what_was_chosen_for_them_and_chooses_differently_M7_M9(
    shelf: Shelf, open_browser: Callable[..., Page]
) -> None:
    """Story 4: boxes that are empty switch Inbox off, and "Project X" goes on."""
    shelf.user("Member", "s1@us.com")
    apply_default_labels(shelf.workspace, Boxes(), actor="administrator@us.com")
    assert run_due() is True
    page = open_browser()
    sign_in(page, "s1@us.com", PASSWORD)
    page.goto("/profile/email")
    note = page.locator("#labels .note p").first.inner_text()
    assert note.startswith(
        "Sync was switched off for you: your administrator Administrator Smith deselected Inbox on "
    )
    assert note.endswith(", for all users.")
    boxes = {name: page.get_by_role("checkbox", name=name) for name in ("Inbox", "Project X", "Sent")}
    assert {name: box.is_checked() for name, box in boxes.items()} == {
        "Inbox": False,
        "Project X": True,
        "Sent": False,
    }
    assert "Selected by you on" in page.locator("li", has=boxes["Project X"]).inner_text()
    assert "Deselected by your administrator Administrator Smith on" in (
        page.locator("li", has=boxes["Inbox"]).inner_text()
    )
    boxes["Inbox"].check()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("Inbox syncs from now on.").wait_for()
    assert syncing() == {("s1@us.com", "Inbox"), ("s1@us.com", "Project X")}


def test_on_a_phone_the_button_comes_after_the_boxes(shelf: Shelf, open_browser: Callable[..., Page]) -> None:
    apply_default_labels(shelf.workspace, Boxes(), actor="administrator@us.com")
    assert run_due() is True
    page = open_browser(PHONE)
    sign_in(page, "administrator@us.com", PASSWORD)
    page.goto(PAGE)
    title, bar = page.locator("#boxes-title"), page.locator("#boxes .label-save")
    # Only the heading of the boxes is within the window.
    title.evaluate("one => scrollTo(0, one.getBoundingClientRect().bottom + scrollY + 60 - innerHeight)")
    assert place(bar)[0] >= PHONE[1]
    boxes = page.locator("#boxes .card-body").first
    boxes.evaluate("one => scrollTo(0, one.getBoundingClientRect().bottom + scrollY + 200 - innerHeight)")
    assert (place(bar)[0] >= place(boxes)[1], place(bar)[1]) == (True, PHONE[1])


def place(locator: Locator) -> tuple[float, float]:
    """Where in the window it begins and ends, in pixels from above."""
    found = locator.evaluate("one => [one.getBoundingClientRect().top, one.getBoundingClientRect().bottom]")
    return round(found[0]), round(found[1])


def test_where_a_tick_makes_it_only_stop_things_the_button_turns_red_and_keeps_the_focus(
    shelf: Shelf, open_browser: Callable[..., Page]
) -> None:
    page = open_browser()
    sign_in(page, "administrator@us.com", PASSWORD)
    page.goto(f"{PAGE}?inbox=on&sent=on")
    button = page.get_by_role("button", name="Apply to all users")
    assert button.get_attribute("class") == "btn btn-primary"
    page.get_by_role("checkbox", name="Inbox").uncheck()
    page.get_by_role("heading", name="What applying Inbox off, Sent on would do").wait_for()
    assert button.get_attribute("class") == "btn btn-primary"
    page.get_by_role("checkbox", name="Sent").uncheck()
    page.locator("#apply.btn-danger").wait_for()
    button.focus()
    page.evaluate("document.getElementById('apply').dataset.was = ''")
    page.evaluate("document.body.dispatchEvent(new Event('pushed'))")
    page.locator("#apply:not([data-was])").wait_for()
    assert page.evaluate("document.activeElement.id") == "apply"


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_every_state_is_in_order_on_desk_and_phone(
    shelf: Shelf, open_browser: Callable[..., Page], size: tuple[int, int], scheme: str
) -> None:
    page = open_browser(size, scheme)
    sign_in(page, "administrator@us.com", PASSWORD)
    wrong: list[tuple[str, object]] = []

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        wrong.extend((name, found) for found in wrong_with(page))

    page.goto("/settings/email-sync")
    look("email sync")
    page.goto(PAGE)
    look("nothing ticked")
    page.get_by_role("checkbox", name="Inbox").check()
    page.get_by_role("heading", name="What applying Inbox on, Sent off would do").wait_for()
    page.get_by_role("checkbox", name="Sent").check()
    page.get_by_role("heading", name="What applying Inbox on, Sent on would do").wait_for()
    for summary in page.locator("#follows summary").all():
        summary.click()
    look("unfolded")
    page.get_by_role("button", name="Apply to all users").click()
    page.get_by_role("heading", name="Waits for its turn").wait_for()
    look("waiting")
    assert run_due() is True
    page.get_by_role("heading", name="Applied by Administrator Smith").wait_for()
    page.get_by_text("Nobody changes.").wait_for()
    look("applied")
    page.get_by_role("button", name="Switch on").click()
    page.get_by_text("Also for future users is on.").wait_for()
    look("future")
    page.get_by_role("link", name="Result per user").click()
    look("result")
    page.get_by_role("link", name="Undo…").click()
    look("undo")
    page.get_by_role("button", name="Undo it for 2 users").click()
    assert run_due() is True
    page.get_by_role("heading", name="Done").wait_for()
    look("undone")
    page.goto(PAGE)
    look("after")
    assert wrong == []


def test_who_may_not_has_neither_entry_nor_page_R1_R2(
    shelf: Shelf, open_browser: Callable[..., Page], complaints: list[str]
) -> None:
    """Story 9."""
    page = open_browser()
    sign_in(page, "viewer@us.com", PASSWORD)
    assert page.get_by_role("link", name="Email sync").count() == 0
    assert page.locator(".me-menu a", has_text="Email").count() == 0
    for address in (PAGE, "/profile/email"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403
    # The browser notes every answer that is no success.
    complaints.clear()
