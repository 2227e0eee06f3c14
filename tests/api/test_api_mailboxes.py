"""Mailboxes by the API: how they are, which labels sync, what is kept; one's own, for admins all (M4, M14, R1, R2)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postroom.actions.add_users import add_users
from postroom.store.models import Label, Mailbox, User, Workspace

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import DAY, a_label, a_mailbox, selected_at


@pytest.fixture
def sam(workspace: Workspace) -> User:
    """A Member."""
    add_users(workspace, [{"email": "sam@us.com"}], actor="command line")
    return User.objects.get(email="sam@us.com")


@pytest.fixture
def mailbox(sam: User) -> Mailbox:
    """Sam's mailbox."""
    return a_mailbox(sam, "imap", now=int(time.time()))


def test_a_mailbox_tells_how_it_is_M14(api: Any, mailbox: Mailbox) -> None:
    a_label(mailbox, "INBOX", role="inbox", **selected_at(int(time.time()) - DAY))
    [shown] = api.get("mailboxes")["items"]
    assert shown == api.get(f"mailboxes/{mailbox.pk}")
    assert {name: shown[name] for name in ("user", "address", "kind", "state", "trouble", "mode")} == {
        "user": "sam@us.com",
        "address": "sam@us.com",
        "kind": "imap",
        "state": "up_to_date",
        "trouble": None,
        "mode": "full",
    }
    assert (shown["is_connected"], shown["is_central"], shown["labels_selected"]) == (True, False, 1)
    assert (shown["lag_seconds"], shown["mode_in_force"]) == (0, "full")
    Mailbox.objects.update(
        trouble="sign_in_again",
        trouble_code="grant_refused",
        trouble_since=1_795_262_400,
        looked_at=int(time.time()) - 1_000,
    )
    shown = api.get(f"mailboxes/{mailbox.pk}")
    assert (shown["state"], shown["trouble"]) == (
        "trouble",
        {"kind": "sign_in_again", "code": "grant_refused", "since": "2026-11-21T12:00:00Z"},
    )
    assert 870 <= shown["lag_seconds"] <= 900
    Mailbox.objects.update(connected_at=None, trouble="")
    shown = api.get(f"mailboxes/{mailbox.pk}")
    assert (shown["state"], shown["is_connected"], shown["look_at"], shown["lag_seconds"]) == (
        "disconnected",
        False,
        None,
        0,
    )


def test_a_label_is_selected_and_deselected_and_again_changes_nothing_M4_M10(
    api: Any, mailbox: Mailbox
) -> None:
    label = a_label(mailbox, "Work", "Project X")
    path = f"mailboxes/{mailbox.pk}/labels"
    [shown] = api.get(path)["items"]
    assert (shown["name"], shown["path"], shown["role"], shown["selected"]) == (
        "Project X",
        ["Work", "Project X"],
        None,
        False,
    )
    chosen = api.answer(200, "PUT", f"{path}/{label.pk}", {"selected": True})
    assert (chosen["selected"], chosen["origin"], chosen["chosen_by"]) == (True, "admin", "token:test")
    assert chosen["starts_at"] == chosen["selected_at"]
    assert api.answer(200, "PUT", f"{path}/{label.pk}", {"selected": True}) == chosen
    ended = api.answer(200, "PUT", f"{path}/{label.pk}", {"selected": False})
    assert (ended["selected"], ended["selected_at"], ended["starts_at"]) == (False, None, None)


def test_backfill_goes_back_from_now_M15(api: Any, mailbox: Mailbox) -> None:
    label = a_label(mailbox, "INBOX")
    path = f"mailboxes/{mailbox.pk}/labels/{label.pk}"
    api.answer(200, "PUT", path, {"selected": True, "backfill_days": 30})
    label.refresh_from_db()
    assert label.selected_at is not None
    assert label.starts_at == label.selected_at - 30 * DAY
    problem = api.answer(422, "PUT", path, {"selected": True, "backfill_days": 4_000})
    assert (problem["code"], problem["field"]) == ("backfill_invalid", "backfill_days")


def test_what_cannot_be_selected_is_refused(api: Any, mailbox: Mailbox) -> None:
    label = a_label(mailbox, "Work", is_selectable=False)
    path = f"mailboxes/{mailbox.pk}/labels/{label.pk}"
    assert api.answer(422, "PUT", path, {"selected": True})["code"] == "label_holds_labels"
    Mailbox.objects.update(connected_at=None)
    assert api.answer(422, "PUT", path, {"selected": True})["code"] == "mailbox_disconnected"
    assert api.answer(422, "PUT", path, {})["code"] == "invalid"


def test_one_sees_and_chooses_in_ones_own_mailbox_alone_R2(
    workspace: Workspace, admin: User, sam: User, mailbox: Mailbox, session_of: Callable[[User], Any]
) -> None:
    others = a_mailbox(admin, "imap")
    mine, theirs = a_label(mailbox, "INBOX"), a_label(others, "INBOX")
    me = session_of(sam)
    assert [shown["user"] for shown in me.get("mailboxes")["items"]] == ["sam@us.com"]
    chosen = me.answer(200, "PUT", f"mailboxes/{mailbox.pk}/labels/{mine.pk}", {"selected": True})
    assert (chosen["origin"], chosen["chosen_by"]) == ("user", "sam@us.com")
    for method, path, body in (
        ("GET", f"mailboxes/{others.pk}", None),
        ("PATCH", f"mailboxes/{others.pk}", {"mode": "subject"}),
        ("GET", f"mailboxes/{others.pk}/labels", None),
        ("PUT", f"mailboxes/{others.pk}/labels/{theirs.pk}", {"selected": True}),
        ("PUT", f"mailboxes/{mailbox.pk}/labels/{theirs.pk}", {"selected": True}),
    ):
        assert me.answer(404, method, path, body)["code"] == "not_found"
    assert not Label.objects.filter(pk=theirs.pk, selected_at__isnull=False).exists()


def test_without_a_mailbox_ones_list_is_empty(sam: User, session_of: Callable[[User], Any]) -> None:
    assert session_of(sam).get("mailboxes") == {"items": [], "next_cursor": None}


def test_who_has_neither_permission_is_refused_R1_R2(
    workspace: Workspace, mailbox: Mailbox, session_of: Callable[[User], Any], token_for: Callable[..., Any]
) -> None:
    add_users(workspace, [{"email": "viewer@us.com", "role": "Viewer"}], actor="command line")
    viewer = session_of(User.objects.get(email="viewer@us.com"))
    for caller in (viewer, token_for(workspace, "email_sync", "manage_users")):
        assert caller.answer(403, "GET", "mailboxes")["code"] == "forbidden"
        assert caller.answer(403, "GET", f"mailboxes/{mailbox.pk}")["code"] == "forbidden"


def test_the_owner_alone_lets_more_be_kept_S8(
    api: Any, sam: User, mailbox: Mailbox, session_of: Callable[[User], Any]
) -> None:
    path = f"mailboxes/{mailbox.pk}"
    assert api.answer(200, "PATCH", path, {"mode": "metadata"})["mode"] == "metadata"
    assert api.answer(422, "PATCH", path, {"mode": "full"})["code"] == "mode_of_owner"
    assert api.answer(422, "PATCH", path, {"mode": "everything"})["code"] == "mode_unknown"
    mailbox.workspace.mailbox_mode = 2
    mailbox.workspace.save()
    shown = session_of(sam).answer(200, "PATCH", path, {"mode": "full"})
    assert (shown["mode"], shown["mode_in_force"]) == ("full", "subject")


def test_lists_of_mailboxes_and_labels_go_on_without_loss(api: Any, workspace: Workspace) -> None:
    add_users(workspace, [{"email": f"u{number}@us.com"} for number in range(5)], actor="command line")
    for user in User.objects.filter(workspace=workspace):
        last = a_mailbox(user, "imap")
    labels = [a_label(last, f"Label {number}").pk for number in range(5)]

    def ids(path: str) -> list[int]:
        found: list[int] = []
        cursor = ""
        while True:
            answer = api.get(f"{path}?limit=2{cursor}")
            found += [item["id"] for item in answer["items"]]
            if answer["next_cursor"] is None:
                return found
            cursor = f"&cursor={answer['next_cursor']}"

    assert ids("mailboxes") == list(Mailbox.objects.order_by("pk").values_list("pk", flat=True))
    assert ids(f"mailboxes/{last.pk}/labels") == labels


def test_a_full_list_asks_as_much_as_one_mailbox(
    api: Any, workspace: Workspace, django_assert_num_queries: Any
) -> None:
    def fill(start: int, end: int) -> None:
        for number in range(start, end):
            user = User.objects.create(workspace=workspace, email=f"u{number}@us.com")
            a_label(a_mailbox(user, "imap"), "INBOX", **selected_at(1_795_000_000))

    fill(0, 1)
    api.get("mailboxes")
    with CaptureQueriesContext(connection) as captured:
        api.get("mailboxes")
    fill(1, 30)
    with django_assert_num_queries(len(captured)):
        assert len(api.get("mailboxes")["items"]) == 30
