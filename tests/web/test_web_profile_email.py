"""Profile, Email: one's own mailbox, which labels sync, what is kept, and how it is (M4, M9, M10, M14-M16, S8)."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shelf import Shelf, a_shelf, another_workspace, text_of

from postroom.actions.mailbox_secrets import sealed
from postroom.core.mailbox import Mode
from postroom.core.trouble import TryLater
from postroom.providers.memory import memory_server
from postroom.store.models import Label, Mailbox, User

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import DAY, a_label, a_mailbox, selected_at

PAGE = "/profile/email"
NOW = int(time.time())


@pytest.fixture(autouse=True)
def _now() -> None:
    """Mailboxes are late after some minutes, and all tests together take longer."""
    global NOW
    NOW = int(time.time())


@pytest.fixture
def mailbox(sam: User) -> Mailbox:
    """Sam's mailbox, in which nothing is selected."""
    return a_mailbox(sam, now=int(time.time()))


@pytest.fixture
def mine(sam: User, as_user: Any) -> Client:
    """Sam's browser."""
    client: Client = as_user(sam)
    return client


def choose(browser: Client, shown: list[Label], ticked: list[Label], **more: Any) -> Any:
    """Send the form with these labels on it, of which these are ticked."""
    sent = {"shown": [label.pk for label in shown], "selected": [label.pk for label in ticked], **more}
    return browser.post(f"{PAGE}/labels", sent, follow=True)


def selected() -> list[str]:
    return sorted(label.ref for label in Label.objects.filter(selected_at__isnull=False))


def names(answer: Any) -> list[tuple[str, int]]:
    return [(row.name, row.depth) for row in answer.context["labels"].rows]


def test_without_a_mailbox_it_says_what_connecting_means_and_how_it_is_done_M1(mine: Client) -> None:
    page = mine.get(PAGE)
    assert (
        "Connect your mailbox With your mailbox connected, mail with customers comes in by itself and stands on "
        "their accounts and persons. Connecting alone reads no mail: you choose labels after that, and only those "
        "are read. Connect by IMAP Any mail server, with a password or an app password."
    ) in text_of(page)
    assert 'href="/profile/email/connect/imap"' in page.content.decode()
    assert "Postroom reads and changes nothing: no mail is moved, deleted or marked as read." in text_of(page)


def test_the_tab_is_there_for_who_has_email_sync_alone_R2(shelf: Shelf, as_user: Any) -> None:
    """Story 9: without the permission it is absent, and answers 403."""
    there = f'href="{PAGE}"'
    member, viewer = as_user(shelf.user("Member")), as_user(shelf.user("Viewer"))
    assert (there in member.get("/").content.decode(), there in viewer.get("/").content.decode()) == (
        True,
        False,
    )
    assert viewer.get(PAGE).status_code == 403
    assert viewer.post(f"{PAGE}/labels", {}).status_code == 403


def test_connected_with_nothing_selected_says_so_and_ticks_nothing_M3(mine: Client, mailbox: Mailbox) -> None:
    a_label(mailbox, "INBOX", role="inbox")
    page = mine.get(PAGE)
    assert "s1@us.com Nothing selected It is connected and nothing is read of its mail" in text_of(page)
    assert "checked" not in re.findall(r'name="selected"[^>]*', page.content.decode())[0]
    assert "Labels that sync 0 of 1" in text_of(page)


def test_labels_stand_as_a_tree_those_with_a_role_first(mine: Client, mailbox: Mailbox) -> None:
    for path, role in (
        (("Zebra",), ""),
        (("Work", "Offers", "2026"), ""),
        (("Work",), ""),
        (("Work", "Offers"), ""),
        (("Lost", "Child"), ""),
        (("Gesendet",), "sent"),
        (("INBOX",), "inbox"),
        (("Müll",), "trash"),
    ):
        a_label(mailbox, *path, role=role)
    page = mine.get(PAGE)
    assert names(page) == [
        ("INBOX", 0),
        ("Gesendet", 0),
        ("Müll", 0),
        ("Child", 0),
        ("Work", 0),
        ("Offers", 1),
        ("2026", 2),
        ("Zebra", 0),
    ]
    assert "Lost / Child" in text_of(page)
    assert "Gesendet sent 10" in text_of(page)


def test_labels_are_found_by_a_text_without_a_script(mine: Client, mailbox: Mailbox) -> None:
    for path in (("Work",), ("Work", "Project X"), ("Projects",)):
        a_label(mailbox, *path)
    page = mine.get(f"{PAGE}?q=PROJECT")
    assert names(page) == [("Projects", 0), ("Project X", 0)]
    assert "Work / Project X" in text_of(page)
    assert "No label has “none such” in its name." in text_of(mine.get(f"{PAGE}?q=none+such"))
    assert "No label syncs yet." in text_of(mine.get(f"{PAGE}?show=selected"))


def test_a_long_list_goes_on_without_loss_or_repeat_and_pages_stay_small(
    mine: Client, mailbox: Mailbox
) -> None:
    made = [a_label(mailbox, f"Label {number:03}", **selected_at(NOW)).ref for number in range(150)]
    seen, address = [], PAGE
    while address:
        page = mine.get(address)
        assert len(page.content) < 100_000
        seen += [name for name, _ in names(page)]
        following = re.search(r'href="(\?show=&amp;from=\d+)#labels"', page.content.decode())
        address = PAGE + following[1].replace("&amp;", "&") if following else ""
    assert seen == made


def test_selecting_starts_at_once_and_says_from_when_M15(mine: Client, mailbox: Mailbox) -> None:
    inbox, sent = a_label(mailbox, "INBOX", role="inbox"), a_label(mailbox, "Sent", role="sent")
    page = choose(mine, [inbox, sent], [inbox, sent])
    assert "INBOX and Sent sync from now on." in text_of(page)
    assert selected() == ["INBOX", "Sent"]
    inbox.refresh_from_db()
    assert (inbox.origin, inbox.chosen_by, inbox.starts_at == inbox.selected_at) == (
        "user",
        "s1@us.com",
        True,
    )
    assert "INBOX Begins with the next look. Selected by you on" in text_of(page)


def test_going_back_is_counted_before_it_starts_M15(mine: Client, mailbox: Mailbox) -> None:
    with memory_server("pages") as server:
        kept = server.add_user("s1@us.com")
        for days in (1, 5, 40):
            kept.deliver(kept.by_role("inbox"), b"Subject: x\r\n\r\n", received_at=NOW - days * DAY)
        Mailbox.objects.update(settings={"server": "pages"}, sealed_secret=sealed({"password": "password"}))
        inbox = a_label(mailbox, "INBOX", role="inbox", ref=kept.by_role("inbox"))
        asked = choose(mine, [inbox], [inbox], days="30")
        assert (
            "2 mails of the last 30 days are gone through, which takes about 1 min and goes on in the background."
        ) in text_of(asked)
        assert selected() == []
        done = choose(mine, [inbox], [inbox], days="30", confirmed="yes")
        assert "INBOX syncs from 30 days back on." in text_of(done)
        inbox.refresh_from_db()
        assert inbox.selected_at is not None
        assert inbox.starts_at == inbox.selected_at - 30 * DAY


def test_of_many_labels_the_first_five_are_counted_and_the_page_says_so_M15(
    mine: Client, mailbox: Mailbox
) -> None:
    with memory_server("pages") as server:
        kept = server.add_user("s1@us.com")
        kept.deliver(kept.by_role("inbox"), b"Subject: x\r\n\r\n", received_at=NOW - DAY)
        Mailbox.objects.update(settings={"server": "pages"}, sealed_secret=sealed({"password": "password"}))
        refs = [found.ref for found in kept.labels()]
        while len(refs) < 7:
            refs.append(kept.add_label(f"More {len(refs)}"))
        labels = [a_label(mailbox, f"L{n}", ref=ref) for n, ref in enumerate(refs[:7])]
        said = text_of(choose(mine, labels, labels, days="30"))
    assert (
        "That is of the first 5 labels. The other 2 were not counted, so it is more and takes longer." in said
    )


def test_where_it_cannot_be_counted_it_can_start_all_the_same(mine: Client, mailbox: Mailbox) -> None:
    with memory_server("pages") as server:
        server.add_user("s1@us.com")
        server.faults.fail_next("open", TryLater("unreachable"))
        Mailbox.objects.update(settings={"server": "pages"}, sealed_secret=sealed({"password": "password"}))
        inbox = a_label(mailbox, "INBOX")
        asked = choose(mine, [inbox], [inbox], days="4000")
        assert (asked.status_code, asked.context["problem"]) == (
            422,
            "A number of days to go back, from 0 to 3,650.",
        )
        asked = choose(mine, [inbox], [inbox], days="3000")
    assert "The mail server cannot be reached. You can start all the same." in text_of(asked)
    assert re.search(r"What is older than \d+ \w+ \d{4}, the crawling depth, stays out\.", text_of(asked))


@pytest.mark.parametrize("days", ["x", "-1", "3651", "9" * 30])
def test_impossible_days_are_refused_and_the_ticks_kept(mine: Client, mailbox: Mailbox, days: str) -> None:
    inbox, other = a_label(mailbox, "INBOX"), a_label(mailbox, "Other")
    page = choose(mine, [inbox, other], [other], days=days)
    assert (page.status_code, page.context["days"]) == (422, days)
    assert [(row.name, row.is_on) for row in page.context["labels"].rows] == [
        ("INBOX", False),
        ("Other", True),
    ]
    assert selected() == []


def test_deselecting_says_what_stays_before_it_does_it_M10(mine: Client, mailbox: Mailbox) -> None:
    inbox = a_label(mailbox, "INBOX", **selected_at(NOW - DAY))
    asked = choose(mine, [inbox], [])
    assert (
        "This label stops INBOX No further mail is read there. What came in stays, with its decisions"
        in text_of(asked)
    )
    assert selected() == ["INBOX"]
    done = choose(mine, [inbox], [], confirmed="yes")
    assert "INBOX syncs no more. What came in stays." in text_of(done)
    assert selected() == []


def test_only_labels_that_stood_on_the_form_change(mine: Client, mailbox: Mailbox) -> None:
    inbox = a_label(mailbox, "INBOX", **selected_at(NOW - DAY))
    project = a_label(mailbox, "Project X")
    page = choose(mine, [project], [project], q="project")
    assert selected() == ["INBOX", "Project X"]
    assert page.redirect_chain == [("/profile/email?q=project", 302)]
    inbox.refresh_from_db()
    assert inbox.selected_at == NOW - DAY


def test_saving_what_is_so_changes_nothing(mine: Client, mailbox: Mailbox) -> None:
    inbox = a_label(mailbox, "INBOX", **selected_at(NOW - DAY))
    assert "Nothing has changed." in text_of(choose(mine, [inbox], [inbox]))


def test_drafts_spam_and_trash_say_that_they_are_never_imported_M16(mine: Client, mailbox: Mailbox) -> None:
    a_label(mailbox, "Spam", role="spam", **selected_at(NOW - DAY))
    a_label(mailbox, "Trash", role="trash")
    page = text_of(mine.get(PAGE))
    assert "Spam Selected, and never imported all the same." in page
    assert "Trash May be selected; its mail is never imported. 10" in page


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        ("emptied", "Suddenly nearly all of its mail is lacking at the provider."),
        ("starts_over", "The provider lost where sync was again and again."),
        ("protocol", "The mail server answers for this label in a way that cannot be relied on."),
        ("not_allowed", "The provider does not allow reading this label."),
    ],
)
def test_a_problem_of_a_label_is_said_with_its_way_out_M14(
    mine: Client, mailbox: Mailbox, problem: str, says: str
) -> None:
    label = a_label(mailbox, "INBOX", **selected_at(NOW - DAY, problem=problem, problem_at=NOW - 60))
    page = mine.get(PAGE)
    assert "In trouble The label INBOX has a problem, which stands beside it. The others go on." in text_of(
        page
    )
    assert says in text_of(page)
    way_out = f"{PAGE}/labels/{label.pk}/deleted"
    assert (way_out in page.content.decode()) == (problem == "emptied")
    assert mine.get(way_out).status_code == (200 if problem == "emptied" else 404)


def test_its_owner_says_that_mails_were_deleted(mine: Client, mailbox: Mailbox) -> None:
    label = a_label(mailbox, "INBOX", **selected_at(NOW - DAY, problem="emptied", problem_at=NOW - 60))
    page = mine.post(f"{PAGE}/labels/{label.pk}/deleted", follow=True)
    assert "INBOX goes on. What came in from it stays." in text_of(page)
    label.refresh_from_db()
    assert label.problem == "believed"
    assert mine.post(f"{PAGE}/labels/{label.pk}/deleted").status_code == 404


@pytest.mark.parametrize(
    ("fields", "title", "who"),
    [
        ({"trouble": "sign_in_again", "trouble_code": "grant_refused"}, "In trouble", "You"),
        ({"trouble": "sign_in_again", "is_central": True}, "In trouble", "An administrator"),
        ({"trouble": "not_allowed"}, "In trouble", "You"),
        ({"trouble": "cannot_ever"}, "In trouble", "You"),
        ({"trouble": "try_later", "trouble_code": "throttled"}, "Waiting", "Nobody: it goes on by itself"),
        ({"trouble": "start_over"}, "Waiting", "Nobody: it goes on by itself"),
        ({"looked_at": NOW - 1_000}, "Late", "Whoever runs Postroom"),
        ({}, "Up to date", ""),
    ],
)
def test_health_is_said_in_words_with_who_has_to_act_M14(
    mine: Client, mailbox: Mailbox, fields: dict[str, Any], title: str, who: str
) -> None:
    a_label(mailbox, "INBOX", **selected_at(NOW - DAY))
    Mailbox.objects.update(**fields)
    page = mine.get(PAGE)
    assert (page.context["health"].title, page.context["health"].who) == (title, who)
    assert ("Who has to act:" in text_of(page)) == bool(who)


def test_walking_back_says_how_far_it_is_M13(mine: Client, mailbox: Mailbox) -> None:
    a_label(mailbox, "INBOX", **selected_at(1_794_000_000, starts_at=1_780_000_000, walked_to=1_790_000_000))
    page = text_of(mine.get(PAGE))
    assert (
        "Catching up New mail comes in at once; older mail is still being gone through, the newest first."
        in page
    )
    assert "Gone back to 21 September 2026 so far; goes to 28 May 2026." in page
    assert "INBOX Going back to 28 May 2026: so far to 21 September 2026." in page


def test_for_who_consents_it_goes_back_to_the_crawling_depth_P9(
    mine: Client, mailbox: Mailbox, sam: User
) -> None:
    start = 1_794_000_000
    a_label(mailbox, "INBOX", **selected_at(start))
    assert mine.get(PAGE).context["health"].title == "Up to date"
    User.objects.filter(pk=sam.pk).update(collects_since="2026-01-01T00:00:00Z")
    mailbox.source.feeds_people = True
    mailbox.source.save()
    assert "goes to 21 November 2025." in text_of(mine.get(PAGE))


def test_who_consents_is_told_how_far_back_is_counted_before_and_after_saving_P9(
    mine: Client, mailbox: Mailbox, sam: User
) -> None:
    inbox = a_label(mailbox, "INBOX", role="inbox")
    old = a_label(mailbox, "Old", **selected_at(NOW))
    assert "Collect passive data" not in text_of(mine.get(PAGE))
    User.objects.filter(pk=sam.pk).update(collects_since="2026-01-01T00:00:00Z")
    mailbox.source.feeds_people = False
    mailbox.source.save()
    assert "Collect passive data" not in text_of(mine.get(PAGE))

    mailbox.source.feeds_people = True
    mailbox.source.save()

    page = text_of(mine.get(PAGE))
    assert (
        "You said yes to Collect passive data: for that, who wrote to whom and when is read of all their mail back to "
        "21 November 2025 , and never subject or text."
    ) in page
    assert (
        "Because you said yes to Collect passive data, who wrote to whom and when is counted from 21 November 2025 on, "
        "whatever you enter here."
    ) in page
    asked = choose(mine, [inbox, old], [inbox])
    assert (
        "who wrote to whom and when is read of all mail in it back to 21 November 2025, and counted"
        in text_of(asked)
    )
    assert selected() == ["Old"]
    assert (
        "INBOX syncs from now on. Who wrote to whom and when is counted from 21 November 2025 on."
    ) in text_of(choose(mine, [inbox], [inbox]))


def test_the_mode_is_chosen_and_never_more_than_the_workspace_allows_S8(
    mine: Client, mailbox: Mailbox
) -> None:
    page = mine.post(f"{PAGE}/mode", {"mode": "subject"}, follow=True)
    assert "Saved. It counts for mail that comes in from now on." in text_of(page)
    mailbox.refresh_from_db()
    assert mailbox.mode == Mode.SUBJECT
    mailbox.workspace.mailbox_mode = Mode.METADATA
    mailbox.workspace.save()
    shown = mine.get(PAGE)
    assert [(name, is_allowed) for name, _, _, is_allowed in shown.context["modes"]] == [
        ("full", False),
        ("subject", False),
        ("metadata", True),
    ]
    assert shown.context["mode"] == "metadata"
    assert mine.post(f"{PAGE}/mode", {"mode": "nothing"}).status_code == 404


def test_looking_now_makes_it_due(mine: Client, mailbox: Mailbox) -> None:
    page = mine.post(f"{PAGE}/look", follow=True)
    assert "It is looked at within seconds, where the worker runs." in text_of(page)
    mailbox.refresh_from_db()
    assert mailbox.look_at <= time.time()


def test_disconnected_it_keeps_what_is_selected_and_selects_nothing_more(
    mine: Client, mailbox: Mailbox
) -> None:
    inbox, other = a_label(mailbox, "INBOX", **selected_at(NOW - DAY)), a_label(mailbox, "Other")
    Mailbox.objects.update(connected_at=None)
    page = mine.get(PAGE)
    assert "s1@us.com is not connected any more. What came in stays" in text_of(page)
    assert "Connect it again" in text_of(page)
    refused = choose(mine, [inbox, other], [inbox, other])
    assert (refused.status_code, refused.context["problem"]) == (
        422,
        "The mailbox is not connected; connect it first.",
    )
    assert "The mailbox is not connected; connect it first." in text_of(
        mine.post(f"{PAGE}/look", follow=True)
    )


def test_labels_of_somebody_else_are_not_there_W3(
    shelf: Shelf, mine: Client, mailbox: Mailbox, as_user: Any
) -> None:
    ours = a_label(mailbox, "INBOX")
    colleague = a_label(a_mailbox(shelf.user("Member")), "INBOX", problem="emptied", selected_at=NOW)
    stranger = a_label(a_mailbox(a_shelf(another_workspace()).user("Member", "them@us.com")), "INBOX")
    for theirs in (colleague, stranger):
        assert choose(mine, [ours, theirs], [ours, theirs]).status_code == 404
        assert mine.post(f"{PAGE}/labels/{theirs.pk}/deleted").status_code == 404
    assert mine.post(f"{PAGE}/labels", {"shown": "x"}).status_code == 404
    assert selected() == ["INBOX"]
    colleague.refresh_from_db()
    assert colleague.problem == "emptied"


def test_a_full_page_asks_as_much_as_one_with_a_label(mine: Client, mailbox: Mailbox) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert mine.get(PAGE).status_code == 200
        return len(captured)

    a_label(mailbox, "INBOX", **selected_at(NOW - DAY))
    with_one = asked()
    for number in range(60):
        a_label(mailbox, f"Label {number}", **selected_at(NOW - DAY, walked_to=NOW))
    assert asked() == with_one
