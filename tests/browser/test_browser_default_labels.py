"""The default synced labels in a browser, by keyboard, on a phone, without a script: tick, apply, watch, undo."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import DESKTOP, PHONE, overflow, sign_in, violations
from playwright.sync_api import Locator, Page, expect

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


def expect_said(page: Page, text: str) -> None:
    """Wait until the page says this in sight."""
    expect(page.locator("main")).to_contain_text(text, use_inner_text=True)


def test_ticked_by_keyboard_applied_watched_and_undone_M5_M6_M7_M11(
    shelf: Shelf, open_browser: Callable[..., Page]
) -> None:
    before = syncing()
    page = open_browser()
    sign_in(page, "administrator@us.com", PASSWORD)
    page.goto(PAGE)
    boxes = page.get_by_role("checkbox", name="Inbox"), page.get_by_role("checkbox", name="Sent")
    for box in boxes:
        expect(box).not_to_be_checked()
    page.get_by_role("heading", name="What applying Inbox off, Sent off would do").wait_for()
    tab_to(page, boxes[0])
    page.keyboard.press("Space")
    page.get_by_role("heading", name="What applying Inbox on, Sent off would do").wait_for()
    short = page.locator("#in-short")
    expect(short).to_have_text(
        "Changes 2 users: Inbox on for 2, Sent off for 1. Overrides what 1 user chose.", use_inner_text=True
    )
    own = page.locator("summary", has_text="1 user chose otherwise, and is overridden.")
    tab_to(page, own)
    page.keyboard.press("Enter")
    told = page.locator("#follows .alert details li")
    expect(told).to_have_text(re.compile("^Member Smith\n.*chose Sent on", re.DOTALL), use_inner_text=True)
    assert (Job.objects.exists(), syncing()) == (False, before)
    tab_to(page, page.get_by_role("button", name="Apply to all users"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Waits for its turn").wait_for()
    assert syncing() == before
    page.evaluate("window.stayed = true")
    assert run_due() is True
    page.get_by_role("heading", name="Applied by Administrator Smith").wait_for()
    page.get_by_text("Nobody changes.").wait_for()
    expect(short).to_have_text("Changes nobody.", use_inner_text=True)
    assert page.evaluate("window.stayed") is True
    assert syncing() == {
        ("s1@us.com", "Inbox"),
        ("s1@us.com", "Project X"),
        ("member@us.com", "Inbox"),
        ("viewer@us.com", "Inbox"),
    }
    page.get_by_role("link", name="Result per user").click()
    page.get_by_role("heading", name="Apply default synced labels").wait_for()
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.locator("th a")).to_have_text(
        ["Administrator Smith", "Member Smith", "Sam One", "Viewer Smith"], use_inner_text=True
    )
    expect(rows.locator(".badge")).to_have_text(
        ["Skipped", "Changed", "Was so already", "Changed"], use_inner_text=True
    )
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("heading", name="Undo “Inbox on, Sent off”?").wait_for()
    page.get_by_role("button", name="Undo it for 2 users").click()
    page.get_by_role("heading", name="Undo default synced labels").wait_for()
    assert run_due() is True
    page.get_by_role("heading", name="Done").wait_for()
    assert syncing() == before


def test_all_of_it_without_a_script_M5_M6_M11(
    shelf: Shelf, open_browser: Callable[..., Page], complaints: list[str]
) -> None:
    page = open_browser(javascript=False)
    sign_in(page, "administrator@us.com", PASSWORD)
    page.goto(PAGE)
    page.get_by_role("checkbox", name="Sent").check()
    page.get_by_role("button", name="Apply to all users").click()
    expect_said(page, "Nothing was done: other boxes are ticked than this page had described.")
    assert not Job.objects.exists()
    # The browser notes every answer that is no success.
    assert [said.split("status of ")[1] for said in complaints] == ["422 (Unprocessable Entity)"]
    complaints.clear()
    page.get_by_role("checkbox", name="Inbox").check()
    page.get_by_role("button", name="Show what follows").click()
    page.get_by_role("heading", name="What applying Inbox on, Sent on would do").wait_for()
    expect_said(page, "Changes 2 users: Inbox on for 1, Sent on for 1.")
    page.locator("summary", has_text="Lack a label that is ticked").click()
    expect_said(page, "Viewer Smith")
    page.get_by_role("button", name="Apply to all users").click()
    page.get_by_role("heading", name="Waits for its turn").wait_for()
    assert run_due() is True
    page.get_by_role("link", name="Refresh").click()
    expect_said(page, "Inbox on, Sent on — 2 changed")
    assert ("viewer@us.com", "Inbox") not in syncing()
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo it for 2 users").click()
    page.get_by_role("heading", name="Undo default synced labels").wait_for()
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
    note = (
        "Sync was switched off for you: your administrator Administrator Smith deselected Inbox on .*, "
        "for all users[.]"
    )
    expect(page.locator("#labels .note p").first).to_have_text(re.compile(f"^{note}$"), use_inner_text=True)
    boxes = {name: page.get_by_role("checkbox", name=name) for name in ("Inbox", "Project X", "Sent")}
    for name, box in boxes.items():
        expect(box).to_be_checked(checked=name == "Project X")
    for name, said in (
        ("Project X", "Selected by you on"),
        ("Inbox", "Deselected by your administrator Administrator Smith on"),
    ):
        row = page.locator("li", has=boxes[name])
        expect(row).to_contain_text(said, use_inner_text=True)
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
    expect(button).to_have_attribute("class", "btn btn-primary")
    page.get_by_role("checkbox", name="Inbox").uncheck()
    page.get_by_role("heading", name="What applying Inbox off, Sent on would do").wait_for()
    expect(button).to_have_attribute("class", "btn btn-primary")
    page.get_by_role("checkbox", name="Sent").uncheck()
    page.locator("#apply.btn-danger").wait_for()
    button.focus()
    page.evaluate("document.getElementById('apply').dataset.was = ''")
    page.evaluate("document.body.dispatchEvent(new Event('pushed'))")
    page.locator("#apply:not([data-was])").wait_for()
    expect(page.locator("#apply")).to_be_focused()


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
    page.get_by_role("heading", name="Apply default synced labels").wait_for()
    look("result")
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("heading", name="Undo “Inbox on, Sent on”?").wait_for()
    look("undo")
    page.get_by_role("button", name="Undo it for 2 users").click()
    page.get_by_role("heading", name="Undo default synced labels").wait_for()
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
    expect(page.get_by_role("link", name="Overview", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Email sync")).to_have_count(0)
    expect(page.locator(".me-menu a", has_text="Email")).to_have_count(0)
    for address in (PAGE, "/profile/email"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403
    # The browser notes every answer that is no success.
    complaints.clear()
