"""Profile, Email, and the admin's page of a mailbox, after labels were chosen for all users (M6-M9, M11)."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pushing import click, syncing, work
from shelf import Shelf, text_of

from postroom.actions.default_labels import undo_default_labels
from postroom.core.permissions import ROLES
from postroom.store.models import Job, Label, Login, User
from postroom.web.mailbox_states import day

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import a_label, a_mailbox, selected_at

PAGE = "/profile/email"
MAYA = "maya@us.com"
MARCH = int(datetime(2026, 3, 3, 12, tzinfo=UTC).timestamp())
DIFFERENTLY = (
    "You can choose differently below. It stays so until an administrator applies the default synced labels to all "
    "users again."
)
NO_CONSENT = (
    "Syncing is no consent: whether you are counted for reports is decided apart, under My data . "
    "Now you are not."
)


def today() -> str:
    return day(int(time.time()))


@pytest.fixture
def maya(shelf: Shelf) -> User:
    """The administrator who clicks."""
    maya = shelf.user("Administrator", MAYA)
    User.objects.filter(pk=maya.pk).update(name="Maya Lindqvist")
    return maya


@pytest.fixture
def ann(shelf: Shelf, maya: User) -> User:
    """She had chosen Sent and Project X, in March."""
    ann = syncing(shelf.workspace, "Ann")
    ann.login = Login.objects.create(email=ann.email)
    ann.role = shelf.user("Member").role
    ann.save()
    row = ann.mailbox
    a_label(row, "Project X", **selected_at(MARCH, chosen_by=ann.email))
    Label.objects.filter(mailbox=row, role="sent").update(**selected_at(MARCH, chosen_by=ann.email))
    return ann


@pytest.fixture
def hers(ann: User, as_user: Any) -> Client:
    """Ann's browser."""
    client: Client = as_user(ann)
    return client


def test_after_a_click_it_says_that_sync_is_enabled_and_who_chose_what_M9(shelf: Shelf, hers: Client) -> None:
    """Story 4: Project X goes on."""
    assert "is enabled for you" not in text_of(hers.get(PAGE))
    click(shelf.workspace, inbox=True, sent=False, actor=MAYA)

    page = hers.get(PAGE)

    said = text_of(page)
    assert (
        "Labels or mail folders Sync is enabled for you: your administrator Maya Lindqvist selected Inbox and "
        f"deselected Sent on {today()}, for all users. {DIFFERENTLY} {NO_CONSENT}"
    ) in said
    by_maya = f"by your administrator Maya Lindqvist on {today()}, for all users"
    assert f"INBOX Begins with the next look. Selected {by_maya} 10" in said
    assert f"Sent Items sent Deselected {by_maya} 10" in said
    assert "Project X Up to date, from 3 March 2026 on. Selected by you on 3 March 2026 10" in said
    ticked = [row.name for row in page.context["labels"].rows if row.is_on]
    assert ticked == ["INBOX", "Project X"]


def test_a_click_that_switches_off_is_said_too_M9(shelf: Shelf, hers: Client, ann: User) -> None:
    click(shelf.workspace, inbox=False, sent=False, actor=MAYA)
    assert (
        f"Sync was switched off for you: your administrator Maya Lindqvist deselected Sent on {today()}, "
        f"for all users. {DIFFERENTLY}"
    ) in text_of(hers.get(PAGE))


def test_who_had_it_so_already_is_told_too_M9(shelf: Shelf, hers: Client, ann: User) -> None:
    click(shelf.workspace, inbox=False, sent=True, actor=MAYA)
    said = text_of(hers.get(PAGE))
    assert (
        "Sync is enabled for you: your administrator Maya Lindqvist selected Sent and deselected Inbox on "
        f"{today()}, for all users. With you it was so already. {DIFFERENTLY}"
    ) in said
    assert "Selected by you on 3 March 2026" in said
    Label.objects.filter(mailbox__user=ann, role="sent").update(selected_at=None)
    assert "was so already" not in text_of(hers.get(PAGE))


def test_what_she_chooses_after_the_click_is_her_own_again_M9(shelf: Shelf, hers: Client, ann: User) -> None:
    click(shelf.workspace, inbox=True, sent=True, actor=MAYA)
    inbox = Label.objects.get(mailbox__user=ann, role="inbox")
    hers.post(f"{PAGE}/labels", {"shown": [inbox.pk], "selected": [], "confirmed": "yes"})
    said = text_of(hers.get(PAGE))
    assert f"INBOX Deselected by you on {today()} 10" in said
    assert "enabled for you" not in said


def test_after_an_undo_nothing_is_said_of_the_click_M11(shelf: Shelf, hers: Client) -> None:
    job = click(shelf.workspace, inbox=True, sent=False, actor=MAYA)
    undo_default_labels(shelf.workspace, job.pk, actor=MAYA)
    work()
    said = text_of(hers.get(PAGE))
    assert "for you" not in said.split("Labels or mail folders")[1].split("What is kept")[0]
    assert "Maya" not in said
    assert "Selected by you on 3 March 2026" in said


def test_a_later_click_says_when_each_was_chosen_M9(shelf: Shelf, hers: Client, ann: User) -> None:
    first = click(shelf.workspace, inbox=True, sent=True, actor=MAYA)
    Label.objects.filter(chosen_in=first).update(chosen_at=MARCH)
    click(shelf.workspace, inbox=True, sent=False, actor="token:nightly")
    said = text_of(hers.get(PAGE))
    assert (
        "Sync was switched off for you: your administrator, with the program nightly deselected Sent on "
        f"{today()}, for all users. Sync is enabled for you: your administrator Maya Lindqvist selected Inbox on "
        "3 March 2026, for all users."
    ) in said


def test_what_was_done_for_who_came_later_is_said_so_M8(shelf: Shelf, hers: Client, ann: User) -> None:
    first = click(shelf.workspace, inbox=True, sent=True, actor=MAYA)
    Label.objects.filter(mailbox__user=ann).update(
        chosen_in=None, selected_at=None, chosen_at=None, origin=""
    )
    asked = {"inbox": True, "sent": True, "users": [ann.pk], "total": 1}
    Job.objects.create(
        workspace=shelf.workspace, kind="apply_default_labels", of=first, actor=MAYA, asked=asked
    )
    work()
    assert (
        f"your administrator Maya Lindqvist selected Inbox and Sent on {today()}, as before for all users."
    ) in text_of(hers.get(PAGE))


def test_consent_stands_beside_it_and_apart_P1(shelf: Shelf, hers: Client, ann: User) -> None:
    click(shelf.workspace, inbox=True, actor=MAYA)
    User.objects.filter(pk=ann.pk).update(collects_since=datetime.now(UTC))
    assert "is decided apart, under My data . Now you are." in text_of(hers.get(PAGE))


def test_an_admin_without_a_name_is_named_by_address_and_oneself_by_you(
    shelf: Shelf, maya: User, as_user: Any
) -> None:
    User.objects.filter(pk=maya.pk).update(name="")
    a_label(a_mailbox(maya), "INBOX", role="inbox")
    syncing(shelf.workspace, "Ben")
    click(shelf.workspace, inbox=True, actor=MAYA)
    said = text_of(as_user(maya).get(PAGE))
    assert f"Sync is enabled for you: you selected Inbox on {today()}, for all users." in said
    assert f"Selected by you on {today()}, for all users" in said
    ben = text_of(as_user(maya).get(f"/settings/mailboxes/{User.objects.get(email='ben@us.com').mailbox.pk}"))
    assert f"Selected by maya@us.com on {today()}, for all users" in ben


def test_the_admins_page_of_the_mailbox_says_the_same_M9(
    shelf: Shelf, ann: User, maya: User, as_user: Any
) -> None:
    click(shelf.workspace, inbox=True, sent=False, actor=MAYA)
    said = text_of(as_user(maya).get(f"/settings/mailboxes/{ann.mailbox.pk}"))
    assert (
        "Labels that sync Default synced labels: Maya Lindqvist selected Inbox and deselected Sent on "
        f"{today()}, for all users. The owner may choose differently, until the next Apply."
    ) in said
    assert (
        f"INBOX Begins with the next look. Selected by Maya Lindqvist on {today()}, for all users 10" in said
    )
    assert "Project X Up to date, from 3 March 2026 on. Selected by its owner on 3 March 2026 10" in said


def test_the_note_is_for_who_has_the_tab_alone_R2(shelf: Shelf, ann: User, as_user: Any) -> None:
    """Story 9: a click reaches whoever has no ``email_sync`` as well, and shows them no page."""
    assert "email_sync" not in ROLES["Viewer"]
    ann.role = shelf.user("Viewer").role
    ann.save()
    job = click(shelf.workspace, inbox=True, actor=MAYA)
    assert job.counts["changed"] == 1
    client = as_user(ann)
    assert client.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in client.get("/").content.decode()


@pytest.mark.parametrize("labels", [1, 30])
def test_as_many_questions_for_one_label_as_for_thirty(
    shelf: Shelf, hers: Client, ann: User, django_assert_num_queries: Any, labels: int
) -> None:
    for number in range(labels):
        actor = shelf.user("Viewer", f"viewer{number}@us.com").email
        a_label(ann.mailbox, f"Label {number}", **selected_at(MARCH, chosen_by=actor, origin="admin"))
    click(shelf.workspace, inbox=True, actor=MAYA)
    with django_assert_num_queries(12):
        assert hers.get(PAGE).status_code == 200
