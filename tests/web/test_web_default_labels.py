"""Default Synced Labels: what a click would do is said before it, and only that is done (M5-M8, M10-M12)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from default_labels_world import FOLLOWS, PAGE, POSTED, Company, a_company, applied, shown_in
from django.test import Client
from mailbox_rows import DAY, NOW, a_label, a_mailbox, selected_at
from shelf import Shelf, a_shelf, another_workspace, text_of

from postroom.actions.choose_labels import choose_labels
from postroom.core.labels import Boxes
from postroom.store.models import Job, Label, Mailbox, User


@pytest.fixture
def company(shelf: Shelf, admin: User) -> Company:
    """Users in every state that a push can meet."""
    return a_company(shelf.workspace)


def follows(browser: Client, **boxes: str) -> str:
    """What the fragment says that asks for itself when a box is ticked."""
    return shown_in(browser.get(PAGE, boxes, headers={"HX-Request": "true"}))


# Before a click


def test_both_boxes_are_unticked_at_first_and_only_two_are_offered_M5(
    company: Company, browser: Client
) -> None:
    page = browser.get(PAGE)
    html = page.content.decode()
    assert re.findall(r'type="checkbox" name="(\w+)" value="on"( checked)?', html) == [
        ("inbox", ""),
        ("sent", ""),
    ]
    text = text_of(page)
    assert "Ticking alone changes nobody" in text
    assert "Custom labels are not offered here and never touched: who selected “Project X” keeps it." in text
    assert "Apply to all users" in text
    assert not Job.objects.exists()


def test_ticking_says_what_follows_and_changes_nobody_M5_M11(company: Company, browser: Client) -> None:
    before = list(Label.objects.order_by("pk").values())
    said = follows(browser, inbox="on")
    assert said == (
        "What applying Inbox on, Sent off would do "
        "2 of 8 users change. "
        "Inbox syncs for 3 of 5 mailboxes now → 4 after "
        "Sent syncs for 1 of 5 mailboxes now → 0 after "
        "Sent stops for 1 user. Not ticked means off: nothing more is fetched from there. What came in stays. "
        "1 user chose otherwise, and is overridden. "
        "Ben Own ben@us.com chose Sent on, 20 November 2026 "
        "Who changes "
        "1 Inbox on Ann New ann@us.com "
        "1 Sent off Ben Own ben@us.com own choice "
        "For whom nothing changes "
        "2 As the boxes say already Applying touches nothing of theirs. Cat Same cat@us.com Dan Sentless dan@us.com "
        "1 Labels not read yet Their mailbox was connected a moment ago. The job waits for the first look into it, "
        "then does the same for them; whoever still lacks labels is named, and can be tried again. "
        "Fay Fresh fay@us.com "
        "2 No mailbox There is nothing to select. Connect their mailbox, then apply again. "
        "Sam One s1@us.com Bo Boss boss@us.com "
        "1 Disabled Their sync is paused, and what they have selected stays as it is. Eve Left eve@us.com "
        "What that means "
        "Inbox starts for 1 user when the job reaches them. Earlier mail does not come in. For users who said yes to "
        "Collect passive data, who wrote to whom and when is counted for earlier mail too. "
        "Sent stops for 1 user : nothing more is fetched, and what came in stays. A message that also lies in another "
        "selected label still comes in. "
        "Users see it on their page Email, and may choose differently afterwards. That holds until somebody applies "
        "again. "
        "It goes through all users in the background, and can be undone for 30 days, for everybody who has not chosen "
        "anew. "
        "Apply to all users Changes 2 users: Inbox on for 1, Sent off for 1. Overrides what 1 user chose."
    )
    assert list(Label.objects.order_by("pk").values()) == before
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ({}, "Changes 3 users: Inbox off for 3, Sent off for 1. Overrides what 1 user chose."),
        ({"inbox": "on"}, "Changes 2 users: Inbox on for 1, Sent off for 1. Overrides what 1 user chose."),
        ({"sent": "on"}, "Changes 3 users: Inbox off for 2, Sent on for 2. Overrides what 1 user chose."),
        ({"inbox": "on", "sent": "on"}, "Changes 2 users: Inbox on for 1, Sent on for 2."),
    ],
)
def test_each_of_the_four_combinations_is_counted_beside_the_button_M7(
    company: Company, browser: Client, boxes: dict[str, str], said: str
) -> None:
    assert follows(browser, **boxes).endswith(said)


@pytest.mark.parametrize(
    ("boxes", "style"),
    [({}, "danger"), ({"inbox": "on"}, "primary"), ({"inbox": "on", "sent": "on"}, "primary")],
)
def test_where_applying_only_stops_things_the_button_warns(
    company: Company, browser: Client, boxes: dict[str, str], style: str
) -> None:
    button = f'<button class="btn btn-{style}" id="apply"%s>Apply to all users</button>'
    fragment = browser.get(PAGE, boxes, headers={"HX-Request": "true"}).content.decode()
    assert fragment.count(button % ' hx-swap-oob="true"') == 1
    page = browser.get(PAGE, {"inbox": "off", **boxes}).content.decode()
    assert page.count(button % "") == 1
    assert page.count('id="apply"') == 1


def test_where_nobody_changes_the_button_is_as_always(company: Company, browser: Client) -> None:
    applied(company.workspace, Boxes())
    assert '<button class="btn btn-primary" id="apply">' in browser.get(PAGE).content.decode()


def test_where_users_are_many_their_counts_have_a_wider_column(company: Company, browser: Client) -> None:
    def lists() -> list[str]:
        fragment = browser.get(PAGE, {"inbox": "on"}, headers={"HX-Request": "true"})
        return re.findall(r'<ul class="(fates[^"]*)">', fragment.content.decode())

    assert lists() == ["fates", "fates"]
    User.objects.bulk_create(
        User(workspace=company.workspace, email=f"many{number}@us.com") for number in range(992)
    )
    assert lists() == ["fates fates-many", "fates fates-many"]


def test_mailboxes_that_are_not_connected_now_are_counted(company: Company, browser: Client) -> None:
    assert "not connected now" not in follows(browser, inbox="on")
    there = Mailbox.objects.filter(workspace=company.workspace)
    there.filter(user__email__in=["ben@us.com", "eve@us.com", "fay@us.com"]).update(connected_at=None)
    said = (
        "Sent syncs for 1 of 4 mailboxes now → 0 after 1 of these mailboxes is not connected now: what is chosen "
        "holds as soon as it is connected again. Sent stops"
    )
    assert said in follows(browser, inbox="on")
    assert said in text_of(browser.get(PAGE, {"inbox": "on"}))
    there.filter(user__email="cat@us.com").update(connected_at=None, labels_at=None)
    assert (
        "2 of these mailboxes are not connected now: what is chosen holds as soon as they are connected again."
        in follows(browser, inbox="on")
    )


def test_who_lacks_a_ticked_label_is_named_with_the_label_M12(company: Company, browser: Client) -> None:
    said = follows(browser, inbox="on", sent="on")
    assert (
        "1 Lack a label that is ticked All of their mailbox stays as it is. Dan Sentless dan@us.com no Sent"
        in said
    )


def test_without_a_script_a_button_shows_what_follows(company: Company, browser: Client) -> None:
    answer = browser.post(PAGE, {"sent": "on", "act": "look"})
    assert answer.headers["Location"] == f"{PAGE}?inbox=off&sent=on#follows"
    page = browser.get(PAGE, {"inbox": "off", "sent": "on"})
    assert "What applying Inbox off, Sent on would do" in text_of(page)
    assert re.findall(r'name="(\w+)" value="on" checked', page.content.decode()) == ["sent"]
    assert "<noscript>" in page.content.decode()
    assert not Job.objects.exists()


def test_where_nobody_changes_it_says_what_the_button_would_do(company: Company, browser: Client) -> None:
    applied(company.workspace, Boxes(inbox=True))
    Label.objects.filter(mailbox__user__email="fay@us.com").delete()
    said = follows(browser, inbox="on")
    assert (
        "Nobody changes. Everybody who can have it so has it so already. Applying would touch no label."
        in said
    )
    assert said.endswith("Changes nobody yet; the job waits for the labels of 1 mailbox.")


def test_where_nobody_has_a_mailbox_it_says_what_to_do_first(shelf: Shelf, browser: Client) -> None:
    page = text_of(browser.get(PAGE))
    assert "Nobody has a mailbox yet Labels can be selected in mailboxes that are connected." in page
    assert "Nobody changes. Applying would touch no label." in page
    assert "2 No mailbox" in page
    assert page.count("Connect mailboxes") == 1


# The click


def test_a_click_goes_through_all_users_and_overrides_their_choices_M6_M7(
    company: Company, browser: Client
) -> None:
    answer = browser.post(PAGE, POSTED)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    job = Job.objects.get()
    assert (job.kind, job.actor, job.state) == ("apply_default_labels", "boss@us.com", "waiting")
    assert {role: job.asked[role] for role in ("inbox", "sent")} == {"inbox": True, "sent": False}
    assert "Waits for its turn" in text_of(browser.get(PAGE))


@pytest.mark.parametrize("shown", ["Inbox off, Sent off", "Inbox on, Sent on", ""])
def test_what_was_not_shown_is_not_done(company: Company, browser: Client, shown: str) -> None:
    page = browser.post(PAGE, POSTED | {"shown_for": shown})
    assert page.status_code == 422
    assert (
        "Nothing was done: other boxes are ticked than this page had described. Below is what follows from Inbox on, "
        "Sent off; "
        "apply it if that is what you want."
    ) in text_of(page)
    assert "What applying Inbox on, Sent off would do 2 of 8 users change." in text_of(page)
    assert re.findall(r'name="(\w+)" value="on" checked', page.content.decode()) == ["inbox"]
    assert 'name="shown_for" value="Inbox on, Sent off"' in page.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("shown", ["0", "", "x", "-1"])
def test_no_more_own_choices_are_overridden_than_were_shown_M7(
    company: Company, browser: Client, shown: str
) -> None:
    page = browser.post(PAGE, POSTED | {"shown_overridden": shown})
    assert page.status_code == 422
    assert (
        "Nothing was done: users chose labels after this page was shown, and what 1 user chose would be overridden "
        "now. Below is what follows as of this moment."
    ) in text_of(page)
    assert not Job.objects.exists()


def test_fewer_own_choices_than_were_shown_are_no_reason_to_ask_again(
    company: Company, browser: Client
) -> None:
    assert browser.post(PAGE, POSTED | {"shown_overridden": "7"}).status_code == 302
    assert Job.objects.count() == 1


def test_the_boxes_stand_as_in_the_click_in_force_M5(company: Company, browser: Client) -> None:
    applied(company.workspace, Boxes(sent=True))
    page = browser.get(PAGE)
    assert re.findall(r'name="(\w+)" value="on" checked', page.content.decode()) == ["sent"]
    assert "What applying Inbox off, Sent on would do" in text_of(page)


def test_a_label_of_their_own_is_in_none_of_it_M7(company: Company, browser: Client) -> None:
    mailbox = User.objects.get(email="ann@us.com").mailbox
    project = a_label(mailbox, "Project X", **selected_at(NOW))
    Mailbox.objects.filter(labels_at=None).delete()
    for boxes in (Boxes(), Boxes(inbox=True), Boxes(sent=True), Boxes(inbox=True, sent=True)):
        applied(company.workspace, boxes)
        project.refresh_from_db()
        assert (project.selected_at, project.origin) == (NOW, "user")
    assert "Project X" not in follows(browser)


# Names


def test_a_long_group_is_named_a_page_at_a_time_without_loss_or_repeat(
    company: Company, browser: Client
) -> None:
    made = []
    for number in range(130):
        user = User.objects.create(workspace=company.workspace, email=f"u{number:03}@us.com")
        a_label(a_mailbox(user), "INBOX", role="inbox")
        made.append(user.email)
    page = browser.get(PAGE, {"inbox": "on", "sent": "off"})
    assert "131 Inbox on Ann New ann@us.com u000@us.com" in text_of(page)
    assert "u018@us.com" in text_of(page) and "u019@us.com" not in text_of(page)
    more = r'href="([^"]*users\?[^"]*part=inbox-on[^"]*)"'
    address, seen, first = re.findall(more, page.content.decode())[0], [], True
    while address:
        address = address.replace("&amp;", "&")
        answer = browser.get(address)
        rows = browser.get(address, headers={"HX-Request": "true"})
        seen += re.findall(r"u\d\d\d@us.com", shown_in(rows))
        assert re.findall(r"u\d\d\d@us.com", text_of(answer)) == re.findall(r"u\d\d\d@us.com", shown_in(rows))
        assert "<main" not in rows.content.decode()
        if first:
            assert (
                "Inbox on: 131 What would follow from Inbox on, Sent off, as of this moment. Back to the first"
            ) in text_of(answer)
            first = False
        following = re.findall(more, rows.content.decode())
        address = following[0] if following else ""
    assert seen == made[19:]


@pytest.mark.parametrize("query", ["", "?part=nobody", "?part=no_mailbox&before=x", "?part=inbox-on-sent-on"])
def test_a_group_that_is_not_there_is_not_found(company: Company, browser: Client, query: str) -> None:
    assert browser.get(f"{FOLLOWS}{query}").status_code == 404


def test_what_names_hold_is_text(company: Company, browser: Client) -> None:
    User.objects.filter(email="ann@us.com").update(name="<script>alert(1)</script>")
    assert "<script>alert" not in browser.get(PAGE, {"inbox": "on"}).content.decode()


# Who may, and whose


@pytest.mark.parametrize("role", ["Manager", "Member", "Viewer"])
def test_without_admin_access_it_is_absent_and_403_R1(shelf: Shelf, as_user: Any, role: str) -> None:
    client = as_user(shelf.user(role))
    assert PAGE not in client.get("/").content.decode()
    assert "Email sync" not in [entry["title"] for entry in client.get("/").context["menu"]]
    assert client.get(PAGE).status_code == 403
    assert client.get(PAGE, headers={"HX-Request": "true"}).status_code == 403
    assert client.post(PAGE, POSTED).status_code == 403
    assert client.get(f"{FOLLOWS}?part=no_mailbox").status_code == 403
    assert client.get(f"{PAGE}/push", headers={"HX-Request": "true"}).status_code == 403
    assert client.post(f"{PAGE}/future", {"future": "on"}).status_code == 403
    assert not Job.objects.exists()


def test_another_workspace_is_neither_counted_nor_changed_W3(company: Company, browser: Client) -> None:
    theirs = a_shelf(another_workspace())
    stranger = theirs.user("Member", "stranger@them.com")
    label = a_label(a_mailbox(stranger), "INBOX", role="inbox", **selected_at(NOW))
    done = applied(theirs.workspace, Boxes(sent=True))
    page = browser.get(PAGE)
    assert "stranger" not in page.content.decode()
    assert re.findall(r'name="(\w+)" value="on" checked', page.content.decode()) == []
    assert f"/jobs/{done.pk}" not in page.content.decode()
    state = Label.objects.filter(pk=label.pk).values().get()
    browser.post(PAGE, POSTED)
    job = Job.objects.latest("pk")
    assert (job.workspace_id, job.asked["total"]) == (company.workspace.pk, 8)
    assert Label.objects.filter(pk=label.pk).values().get() == state


def test_who_chose_in_the_same_moment_as_the_page_was_shown_is_told_of(
    company: Company, browser: Client
) -> None:
    """Ann selects Sent while the administrator looks: her choice is not overridden unseen."""
    shown = browser.get(PAGE, {"inbox": "on"})
    assert 'name="shown_overridden" value="1"' in shown.content.decode()
    mailbox = User.objects.get(email="ann@us.com").mailbox
    sent = mailbox.labels.get(role="sent")
    choose_labels(mailbox, {sent.pk: True}, origin="user", actor="ann@us.com", now=NOW)
    page = browser.post(PAGE, POSTED)
    assert page.status_code == 422
    at = f"{datetime.fromtimestamp(NOW, UTC):%-d %B %Y}"
    assert (
        f"2 users chose otherwise, and are overridden. Ann New ann@us.com chose Sent on, {at} "
        f"Ben Own ben@us.com chose Sent on, {datetime.fromtimestamp(NOW - DAY, UTC):%-d %B %Y}"
    ) in text_of(page)
