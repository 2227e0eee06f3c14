"""Settings, Audit, and under My data who did what that concerns oneself (S5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from mailbox_rows import NOW, a_label, a_mailbox
from shelf import Shelf, a_shelf, another_workspace, text_of

from postroom.actions.choose_labels import choose_labels
from postroom.actions.create_role import create_role
from postroom.actions.default_labels import apply_default_labels
from postroom.core.audit import (
    ACTS,
    APPLIED,
    APPLY_ASKED,
    CENTRAL_OFF,
    MAILBOX_CONNECTED,
    REPORT_SEEN,
    ROLE_GIVEN,
    UNDONE,
)
from postroom.core.labels import Boxes
from postroom.store.models import ApiToken, AuditEntry, Job, User
from postroom.web.audit_words import changes_in_words

BOSS = "boss@us.com"


@pytest.fixture
def noted(shelf: Shelf) -> Callable[..., AuditEntry]:
    """Puts an entry into the log, each an hour after the last."""

    def note(act: str, user: User | None = None, **fields: Any) -> AuditEntry:
        at = datetime.fromtimestamp(NOW, UTC) + timedelta(hours=AuditEntry.objects.count())
        given = {"workspace": shelf.workspace, "at": at, "actor": BOSS, **fields}
        return AuditEntry.objects.create(act=act, user=user, **given)

    return note


@pytest.fixture
def push(shelf: Shelf) -> Job:
    return Job.objects.create(workspace=shelf.workspace, kind="apply_default_labels", actor=BOSS)


def rows(browser: Client, query: str = "") -> list[int]:
    return [row["entry"].pk for row in browser.get(f"/settings/audit{query}").context["rows"]]


# What an entry says


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (None, None, []),
        (False, True, ["off → on"]),
        (None, {"inbox": True, "sent": False}, ["Inbox on", "Sent off"]),
        ({"inbox": False, "sent": False}, {"inbox": True, "sent": False}, ["Inbox: off → on"]),
        ({"inbox": True, "sent": None}, {"inbox": False, "sent": None}, ["Inbox: on → off"]),
        (None, {"source": "imap"}, ["Through IMAP"]),
        (None, {"end": "2026-11-14", "start": "2026-11-01"}, ["1 November 2026 to 14 November 2026"]),
        (
            None,
            {"end": "2026-01-03", "name": "Sales", "team": "department", "start": "2025-12-28"},
            ["Department Sales", "28 December 2025 to 3 January 2026"],
        ),
        (
            None,
            {"team": "manager", "name": "lead@us.com", "start": "2026-11-01", "end": "2026-11-07"},
            ["Manager lead@us.com", "1 November 2026 to 7 November 2026"],
        ),
        (None, {"communities": True}, ["The communities"]),
        ({"source": "google", "mailboxes": 12}, None, ["Through Google Workspace", "Mailboxes: 12"]),
        ({"mode": "full"}, {"mode": "metadata"}, ["Kept: Everything → Who, whom and when only"]),
        ({"role": "Member"}, {"role": "Viewer"}, ["Role: Member → Viewer"]),
        (
            {"role": "Care", "permissions": ["email_sync", "view_audit"]},
            {"role": "Care", "permissions": []},
            ["Role Care", "May: Email sync, View the audit log → nothing"],
        ),
        ({"role": "Care"}, {"role": "Viewer", "users": 2}, ["Role: Care → Viewer", "Users: 2"]),
        ({"weight": 1}, {"weight": 2}, ["Weight: 1 → 2"]),
    ],
)
def test_what_it_was_before_and_after_is_told_in_words_S5(before: Any, after: Any, says: list[str]) -> None:
    assert changes_in_words(before, after, {}) == says


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ((False, None), (True, "2026-11-21T12:00:00Z"), "off → on, mail from 21 November 2026"),
        ((True, "2026-11-21T12:00:00Z"), (False, None), "on → off"),
        (
            (True, "2026-11-21T12:00:00Z"),
            (True, "2026-10-22T12:00:00Z"),
            "mail from 22 October 2026 on, before from 21 November 2026",
        ),
    ],
)
@pytest.mark.parametrize(
    ("role", "names", "called"),
    [
        ("inbox", {}, "Inbox"),
        ("", {}, "A label of their own"),
        ("", {7: ["Work", "Project X"]}, "Work / Project X"),
    ],
)
def test_a_label_is_called_by_its_name_where_it_may_be_told_S5(
    before: Any, after: Any, says: str, role: str, names: dict[int, list[str]], called: str
) -> None:
    of = {"label": 7, "label_role": role}
    was, now = ({**of, "selected": on, "mail_from": since} for on, since in (before, after))
    assert changes_in_words(was, now, names) == [f"{called}: {says}"]


# The page


def test_the_log_says_who_did_what_to_whom_and_when_S5(
    browser: Client, sam: User, noted: Callable[..., AuditEntry], push: Job
) -> None:
    noted(APPLY_ASKED, job=push, after={"inbox": True, "sent": False})
    noted(ROLE_GIVEN, sam, actor="token:HR", before={"role": "Member"}, after={"role": "Viewer"})
    noted(CENTRAL_OFF, before={"source": "imap", "mailboxes": 3})
    said = text_of(browser.get("/settings/audit"))
    assert (
        "Switched Centralized Connect off Through IMAP · Mailboxes: 3 boss@us.com — 21 Nov 2026, 14:00 "
        "Gave a user another role Role: Member → Viewer token:HR Sam One 21 Nov 2026, 13:00 "
        "Asked for the default synced labels to be applied to all users Inbox on · Sent off boss@us.com — "
        "21 Nov 2026, 12:00 Its job , of 21 Nov 2026, 12:00"
    ) in said


def test_a_push_to_many_is_one_row_that_opens_to_all_of_them_S5(
    shelf: Shelf, browser: Client, noted: Callable[..., AuditEntry], push: Job
) -> None:
    first = noted(ROLE_GIVEN)
    users = User.objects.bulk_create(
        User(workspace=shelf.workspace, email=f"u{number}@us.com", name=f"Una {number}")
        for number in range(120)
    )
    pushed = [noted(APPLIED, user, job=push, after={"inbox": True}) for user in users]
    last = noted(ROLE_GIVEN)
    answer = browser.get("/settings/audit")
    assert [row["entry"].pk for row in answer.context["rows"]] == [last.pk, pushed[-1].pk, first.pk]
    assert "by the default synced labels Inbox on boss@us.com 120 users 26 Nov 2026, 12:00" in text_of(answer)
    opened = f"?act=default_labels_applied&job={push.pk}"
    assert opened.replace("&", "&amp;") in answer.content.decode()
    newest = browser.get(f"/settings/audit{opened}")
    assert [row["entry"].pk for row in newest.context["rows"]] == [row.pk for row in pushed[:-51:-1]]
    assert f"Only what job {push.pk} did, user by user." in text_of(newest)
    older = browser.get(f"/settings/audit{newest.context['older']}")
    assert [row["entry"].pk for row in older.context["rows"]] == [row.pk for row in pushed[-51:-101:-1]]
    oldest = browser.get(f"/settings/audit{older.context['older']}")
    assert (len(oldest.context["rows"]), oldest.context["older"]) == (20, "")


def test_users_to_whom_it_meant_different_things_are_told_apart_only_where_opened_S5(
    sam: User, admin: User, browser: Client, noted: Callable[..., AuditEntry], push: Job
) -> None:
    for user in (sam, admin):
        noted(UNDONE, user, job=push, before={"inbox": True}, after={"inbox": user == sam})
    assert browser.get("/settings/audit").context["rows"][0]["changes"] == []
    opened = browser.get(f"/settings/audit?job={push.pk}").context["rows"]
    assert [row["changes"] for row in opened] == [["Inbox: on → off"], []]


def test_the_log_is_narrowed_S5(
    shelf: Shelf, browser: Client, sam: User, admin: User, noted: Callable[..., AuditEntry], push: Job
) -> None:
    asked = noted(APPLY_ASKED, job=push).pk
    to_sam = noted(APPLIED, sam, job=push).pk
    to_boss = noted(APPLIED, admin, job=push).pk
    given = noted(
        ROLE_GIVEN, sam, actor="token:HR", at=datetime.fromtimestamp(NOW, UTC) + timedelta(days=2)
    ).pk
    assert rows(browser) == [given, to_boss, asked]
    assert rows(browser, "?act=role_given") == [given]
    assert rows(browser, "?actor=hr") == [given]
    assert rows(browser, "?user=sam") == rows(browser, "?user=S1@us") == [given, to_sam]
    assert rows(browser, f"?job={push.pk}") == [to_boss, to_sam, asked]
    assert rows(browser, "?since=2026-11-22") == [given]
    assert rows(browser, "?until=2026-11-21") == [to_boss, asked]
    assert rows(browser, "?act=&actor=&user=&since=&until=") == [given, to_boss, asked]


def test_an_empty_log_and_one_that_matches_nothing_say_so(
    browser: Client, shelf: Shelf, noted: Callable[..., AuditEntry]
) -> None:
    assert "Nothing to tell yet What is done from now on stands here" in text_of(
        browser.get("/settings/audit")
    )
    noted(ROLE_GIVEN)
    answer = browser.get("/settings/audit?user=zoe")
    assert "Nothing like that was done No entry of the log matches all of this. Show all" in text_of(answer)


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("since=soon", "since", "A day is written 2026-11-21."),
        ("since=2026-11-21&until=2026-11-20", "until", "This is before the first day."),
    ],
)
def test_a_day_that_is_none_is_told_beside_its_field(
    browser: Client, noted: Callable[..., AuditEntry], query: str, field: str, says: str
) -> None:
    noted(ROLE_GIVEN, actor="token:HR")
    answer = browser.get(f"/settings/audit?actor=HR&{query}")
    assert (answer.status_code, answer.context["problems"], answer.context["rows"]) == (
        422,
        {field: says},
        [],
    )
    assert answer.context["typed"]["actor"] == "HR"


@pytest.mark.parametrize("query", ["act=coffee_made", "job=x", "job=-1", "before=x"])
def test_an_address_that_was_not_given_out_is_not_there(browser: Client, query: str) -> None:
    assert browser.get(f"/settings/audit?{query}").status_code == 404


def test_the_log_of_another_workspace_is_not_there_W3(browser: Client, shelf: Shelf) -> None:
    theirs = a_shelf(another_workspace())
    create_role(theirs.workspace, {"name": "Theirs"}, actor="them@them.com")
    job = Job.objects.create(workspace=theirs.workspace, kind="apply_default_labels", actor=BOSS)
    AuditEntry.objects.create(
        workspace=theirs.workspace, at=datetime.fromtimestamp(NOW, UTC), actor=BOSS, act=APPLIED, job=job
    )
    assert (rows(browser), rows(browser, f"?job={job.pk}"), rows(browser, "?actor=them")) == ([], [], [])


def test_who_sees_the_log_alone_is_led_nowhere_else_and_told_no_names_of_labels_S5_R3(
    shelf: Shelf,
    browser: Client,
    as_user: Callable[[User], Client],
    noted: Callable[..., AuditEntry],
    push: Job,
) -> None:
    create_role(shelf.workspace, {"name": "Auditors", "permissions": ["view_audit"]}, actor=BOSS)
    sam = User.objects.get(email="s1@us.com")
    mailbox = a_mailbox(sam)
    label = a_label(mailbox, "Clients", "k1@acme.com")
    choose_labels(mailbox, {label.pk: True}, origin="admin", actor=BOSS, now=NOW)
    noted(MAILBOX_CONNECTED, sam, job=push, after={"source": "imap"})
    auditor = as_user(shelf.user("Auditors")).get("/settings/audit")
    body = auditor.content.decode()
    assert "A label of their own: off → on, mail from 21 November 2026" in text_of(auditor)
    assert [word for word in ("acme", "/jobs/", "/settings/users/") if word in body] == []
    boss = browser.get("/settings/audit")
    assert "Clients / k1@acme.com: off → on, mail from 21 November 2026" in text_of(boss)
    assert [
        f"/jobs/{push.pk}" in boss.content.decode(),
        f"/settings/users/{sam.pk}" in boss.content.decode(),
    ] == [
        True,
        True,
    ]


def test_older_entries_come_as_a_fragment_and_as_a_page(
    browser: Client, shelf: Shelf, noted: Callable[..., AuditEntry]
) -> None:
    for _ in range(60):
        noted(ROLE_GIVEN, actor="token:HR")
    older = browser.get("/settings/audit?actor=hr").context["older"]
    fragment = browser.get(f"/settings/audit{older}", headers={"HX-Request": "true"})
    assert (b"<html" in fragment.content, fragment.content.count(b'data-title="When"')) == (False, 10)
    whole = text_of(browser.get(f"/settings/audit{older}"))
    assert "Back to the newest" in whole and "Show older" not in whole


# One's own


def test_my_data_says_who_did_what_that_concerns_me_S5(
    as_user: Callable[[User], Client], sam: User, admin: User, noted: Callable[..., AuditEntry], push: Job
) -> None:
    mailbox = a_mailbox(sam)
    label = a_label(mailbox, "Project X")
    choose_labels(mailbox, {label.pk: True}, origin="admin", actor="token:script", now=NOW)
    noted(MAILBOX_CONNECTED, sam, actor=sam.email, after={"source": "imap"})
    noted(APPLIED, admin, job=push, after={"inbox": True})
    noted(APPLIED, sam, job=push, before={"inbox": False}, after={"inbox": True})
    client = as_user(sam)
    said = text_of(client.get("/profile/data"))
    assert (
        "Who did what that concerns you boss@us.com changed which labels sync, by the default synced labels "
        "21 Nov 2026, 15:00 · Inbox: off → on You connected a mailbox 21 Nov 2026, 13:00 · Through IMAP "
        "API token “script” chose how a label of a user's mailbox syncs"
    ) in said
    assert "· Project X: off → on, mail from 21 November 2026" in said
    assert "Show all" not in said
    assert [row["by"] for row in client.get("/profile/data/audit").context["audit"]] == [
        BOSS,
        "You",
        "API token “script”",
    ]


def test_a_look_by_an_api_token_says_which_and_who_made_it_S5(
    shelf: Shelf, as_user: Callable[[User], Client], sam: User, noted: Callable[..., AuditEntry]
) -> None:
    for number, (name, maker) in enumerate((("HR", BOSS), ("two", BOSS), ("two", "it@us.com"))):
        ApiToken.objects.create(
            workspace=shelf.workspace, name=name, digest=bytes([number] * 32), created_by=maker
        )
    theirs = another_workspace()
    ApiToken.objects.create(workspace=theirs, name="gone", digest=bytes([9] * 32), created_by="x@them.com")
    seen = {"start": "2026-11-01", "end": "2026-11-14"}
    for name in ("gone", "two", "HR"):
        noted(REPORT_SEEN, sam, actor=f"token:{name}", after=seen)
    client = as_user(sam)
    assert "API token “HR”, made by boss@us.com looked at your employee report" in text_of(
        client.get("/profile/data")
    )
    assert [row["by"] for row in client.get("/profile/data/audit").context["audit"]] == [
        "API token “HR”, made by boss@us.com",
        "API token “two”",
        "API token “gone”",
    ]


def test_my_data_shows_the_last_five_and_a_page_all_of_it(
    as_user: Callable[[User], Client], sam: User, noted: Callable[..., AuditEntry]
) -> None:
    client = as_user(sam)
    assert "Nobody has changed your role, your mailbox" in text_of(client.get("/profile/data"))
    assert "Nothing yet Nobody has changed anything" in text_of(client.get("/profile/data/audit"))
    for _ in range(60):
        noted(ROLE_GIVEN, sam)
    answer = client.get("/profile/data")
    assert (len(answer.context["audit"]), "Show all" in text_of(answer)) == (5, True)
    first = client.get("/profile/data/audit")
    older = client.get(f"/profile/data/audit?before={first.context['older']}")
    assert (len(first.context["audit"]), len(older.context["audit"]), older.context["older"]) == (
        50,
        10,
        None,
    )


def test_the_export_of_my_data_has_what_concerns_me_S5_S6(
    as_user: Callable[[User], Client], sam: User, admin: User, noted: Callable[..., AuditEntry]
) -> None:
    noted(ROLE_GIVEN, sam, before={"role": "Member"}, after={"role": "Viewer"})
    noted(ROLE_GIVEN, admin)
    response = as_user(sam).get("/profile/data/export")
    got = json.loads(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    assert got["audit"] == [
        {
            "at": "2026-11-21T12:00:00Z",
            "act": "role_given",
            "by": BOSS,
            "before": {"role": "Member"},
            "after": {"role": "Viewer"},
        }
    ]


def test_every_act_can_be_chosen_on_the_page(browser: Client, noted: Callable[..., AuditEntry]) -> None:
    noted(ROLE_GIVEN)
    assert list(browser.get("/settings/audit").context["acts"]) == list(ACTS)


def test_the_job_of_a_push_leads_to_what_the_log_says_of_it_S5(
    shelf: Shelf, browser: Client, as_user: Callable[[User], Client]
) -> None:
    job = apply_default_labels(shelf.workspace, Boxes(inbox=True), actor=BOSS)
    create_role(shelf.workspace, {"name": "Admins", "permissions": ["admin_access"]}, actor=BOSS)
    pages = [client.get(f"/jobs/{job.pk}") for client in (browser, as_user(shelf.user("Admins")))]
    link = f"/settings/audit?job={job.pk}"
    assert [link in page.content.decode() for page in pages] == [True, False]
    assert [row["entry"].act for row in browser.get(link).context["rows"]] == [APPLY_ASKED]
