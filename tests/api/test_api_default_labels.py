"""The default synced labels by the API: as they are, foreseen, applied, for later users (M5-M12, S5, W3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from default_labels_crew import (
    AT_FIRST,
    BOTH,
    INBOX_ALONE,
    NOBODY,
    OF_BOTH,
    PATH,
    a_user,
    apply,
    apply_and_end,
    connected,
    on_and_off,
    syncing,
    told,
    work,
)
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from postroom.actions.create_workspace import create_workspace
from postroom.actions.default_labels import apply_to_later_users
from postroom.api.examples_default_labels import BOXES, FORESEEN, FUTURE
from postroom.store.models import AuditEntry, Job, Label, Mailbox, User, Workspace


def test_at_first_nothing_is_applied_M5(api: Any) -> None:
    assert api.get(PATH) == AT_FIRST


def test_a_preview_tells_each_user_and_changes_nothing_M11(crew: Workspace, api: Any) -> None:
    before = list(Label.objects.values())
    shown = api.post(f"{PATH}/preview", BOTH)
    assert shown == {
        **BOTH,
        "counts": {"changed": 2, "unchanged": 1, "skipped": 3, "failed": 1},
        "reasons": {
            "disabled": 1,
            "no_mailbox": 1,
            "no_such_label": 1,
            "chosen_since": 0,
            "labels_unread": 1,
        },
        "overridden": 0,
        "syncing": {"inbox": {"before": 2, "after": 3}, "sent": {"before": 1, "after": 3}},
        "users": [{**user, "overrides": False} for user in OF_BOTH],
        "next_cursor": None,
    }
    assert (list(Label.objects.values()), Job.objects.count(), AuditEntry.objects.count()) == (before, 0, 0)
    assert api.get(PATH) == AT_FIRST


@pytest.mark.parametrize("inbox", [True, False])
@pytest.mark.parametrize("sent", [True, False])
def test_a_preview_says_what_it_overrides_in_all_four_combinations_M6_M7(
    workspace: Workspace, api: Any, inbox: bool, sent: bool
) -> None:
    connected(a_user(workspace, "own@us.com"), "inbox")
    boxes = on_and_off(inbox, sent)
    shown = api.post(f"{PATH}/preview", boxes)
    assert (shown["inbox"], shown["sent"]) == (inbox, sent)
    [user] = shown["users"]
    assert (user["before"], user["after"]) == (on_and_off(True, False), on_and_off(inbox, sent))
    assert user["overrides"] is not inbox
    assert shown["overridden"] == (0 if inbox else 1)
    assert api.post(f"{PATH}/preview?overrides=true", boxes)["users"] == ([] if inbox else [user])


def test_a_preview_goes_on_without_loss_and_is_narrowed_by_status(crew: Workspace, api: Any) -> None:
    def users(query: str) -> list[str]:
        found: list[str] = []
        cursor = ""
        while cursor is not None:
            shown = api.post(f"{PATH}/preview?limit=2{query}&cursor={cursor}", BOTH)
            assert len(shown["users"]) <= 2
            assert sum(shown["counts"].values()) == 7
            found += [user["user"] for user in shown["users"]]
            cursor = shown["next_cursor"]
        return found

    assert users("") == [user["user"] for user in OF_BOTH]
    assert users("&status=skipped") == ["gone@us.com", "none@us.com", "half@us.com"]
    assert users("&status=failed") == ["new@us.com"]
    assert users("&reason=no_such_label") == ["half@us.com"]
    assert users("&status=changed&reason=disabled") == []
    assert users("&overrides=true") == []
    for query, field in (
        *(("status=odd", "status"), ("reason=odd", "reason"), ("overrides=1", "overrides")),
        *(("limit=0", "limit"), ("limit=1001", "limit")),
    ):
        assert api.answer(422, "POST", f"{PATH}/preview?{query}", BOTH)["field"] == field
    assert api.answer(400, "POST", f"{PATH}/preview?cursor=x", BOTH)["code"] == "invalid_cursor"


@pytest.mark.parametrize("what", ["preview", "apply"])
@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({"inbox": True}, "sent", "It is missing."),
        ({"sent": False}, "inbox", "It is missing."),
        ({"inbox": True, "sent": None}, "sent", "It must be true or false."),
        ({"inbox": "on", "sent": False}, "inbox", "It must be true or false."),
        ({"inbox": 1, "sent": False}, "inbox", "It must be true or false."),
        ({**BOTH, "archive": True}, "archive", "There is no such field."),
    ],
)
def test_both_boxes_and_nothing_else_are_sent_M5_M6(
    crew: Workspace, api: Any, what: str, sent: Any, field: str, says: str
) -> None:
    problem = api.answer(422, "POST", f"{PATH}/{what}", sent)
    assert (problem["code"], problem["field"], problem["detail"]) == ("invalid", field, says)
    assert Job.objects.count() == 0


def test_an_empty_body_is_said_to_be_missing(api: Any) -> None:
    problem = api.answer(422, "POST", f"{PATH}/apply", CONTENT_TYPE="application/json")
    assert (problem["code"], problem.get("field"), problem["detail"]) == (
        "invalid",
        None,
        "The body is missing.",
    )


def test_applying_makes_inbox_and_sent_of_all_match_and_tells_each_user_M6_M7_M11(
    crew: Workspace, api: Any
) -> None:
    job = apply(api, BOTH)
    waiting = api.get(f"jobs/{job}")
    assert (waiting["kind"], waiting["state"], waiting["boxes"], waiting["of"], waiting["results"]) == (
        "apply_default_labels",
        "waiting",
        BOTH,
        None,
        [],
    )
    assert api.get(PATH)["applied"] == {
        "job": job,
        "by": "token:test",
        "at": waiting["created_at"],
        **BOTH,
        "state": "waiting",
        "counts": NOBODY,
        "can_be_undone": False,
    }
    # Nobody came later: the job has not come to them yet.
    assert api.get(PATH)["joined_since"] == {"joined": 0, "connected": 0}
    work()

    shown = api.get(f"jobs/{job}")
    assert (shown["results"], shown["next_cursor"]) == (OF_BOTH, None)
    counts = {"changed": 2, "unchanged": 1, "skipped": 3, "failed": 1}
    assert (shown["done"], shown["total"], shown["counts"]) == (6, 7, counts)
    assert syncing(crew) == {
        "own@us.com": ["Inbox", "Sent", "Project X"],
        "off@us.com": ["Inbox", "Sent", "Project X"],
        "on@us.com": ["Inbox", "Sent", "Project X"],
        "gone@us.com": ["Inbox", "Project X"],
        "half@us.com": ["Project X"],
    }
    assert api.get(PATH)["inbox"] is True
    assert api.get(PATH)["applied"]["counts"] == counts
    assert api.get(PATH)["joined_since"] == {"joined": 0, "connected": 0}  # it waits for one, who is there


def test_empty_boxes_deselect_inbox_and_sent_and_leave_project_x_M7(workspace: Workspace, api: Any) -> None:
    connected(a_user(workspace, "own@us.com"), "inbox")
    project = Label.objects.filter(path=["Project X"]).values().get()
    job = apply(api, on_and_off(False, False))
    work()
    assert api.get(f"jobs/{job}")["results"] == [
        told("own@us.com", "changed", None, on_and_off(True, False), on_and_off(False, False))
    ]
    assert syncing(workspace) == {"own@us.com": ["Project X"]}
    assert Label.objects.filter(path=["Project X"]).values().get() == project


def test_later_users_are_counted_and_reached_by_applying_again_M8(workspace: Workspace, api: Any) -> None:
    a_user(workspace, "late@us.com")
    connected(a_user(workspace, "own@us.com"), "inbox")
    job = apply_and_end(api, BOTH)
    assert api.get(PATH)["joined_since"] == {"joined": 0, "connected": 0}
    connected(a_user(workspace, "joined@us.com"))
    connected(User.objects.get(email="late@us.com"))
    assert api.get(PATH)["joined_since"] == {"joined": 1, "connected": 1}
    assert syncing(workspace)["joined@us.com"] == ["Project X"]

    again = apply_and_end(api, BOTH)
    assert again != job
    assert api.get(PATH)["joined_since"] == {"joined": 0, "connected": 0}
    assert syncing(workspace)["joined@us.com"] == syncing(workspace)["late@us.com"]
    assert syncing(workspace)["late@us.com"] == ["Inbox", "Sent", "Project X"]


def test_future_users_get_the_same_once_it_is_switched_on_M8(workspace: Workspace, api: Any) -> None:
    click = apply_and_end(api, INBOX_ALONE)
    changed = api.answer(200, "PATCH", PATH, FUTURE)
    assert changed == api.get(PATH)
    assert (changed["future_users"], changed["inbox"], changed["applied"]["job"]) == (True, True, click)
    mailbox = connected(a_user(workspace, "joined@us.com"))
    Mailbox.objects.filter(pk=mailbox.pk).update(connected_at=timezone.now() + timedelta(seconds=1))
    apply_to_later_users()
    work()

    [job] = [item for item in api.get("jobs?kind=apply_default_labels")["items"] if item["of"] == click]
    assert (job["boxes"], job["asked_by"]) == (INBOX_ALONE, "token:test")
    assert api.get(f"jobs/{job['id']}")["results"] == [
        told("joined@us.com", "changed", None, on_and_off(False, False), INBOX_ALONE)
    ]
    assert api.get(PATH)["applied"]["job"] == click
    assert api.answer(422, "POST", f"jobs/{job['id']}/undo")["code"] == "undo_unknown"
    assert api.answer(200, "PATCH", PATH, {"future_users": False})["future_users"] is False
    for wrong in ({}, {"future_users": None}, {**FUTURE, "inbox": True}):
        assert api.answer(422, "PATCH", PATH, wrong)["code"] == "invalid"


def test_a_label_says_that_a_push_chose_M9(workspace: Workspace, api: Any) -> None:
    mailbox = connected(a_user(workspace, "own@us.com"), "inbox")
    job = apply_and_end(api, BOTH)
    labels = api.get(f"mailboxes/{mailbox.pk}/labels")["items"]
    assert [(label["name"], label["origin"], label["chosen_by"], label["chosen_in"]) for label in labels] == [
        ("Inbox", "user", "sam@us.com", None),
        ("Sent", "admin", "token:test", job),
        ("Project X", "user", "sam@us.com", None),
    ]


def test_the_same_call_again_under_its_key_is_one_click_K7(crew: Workspace, api: Any) -> None:
    key = {"headers": {"Idempotency-Key": "click-1"}}
    first = api.answer(202, "POST", f"{PATH}/apply", BOTH, **key)
    assert api.answer(202, "POST", f"{PATH}/apply", BOTH, **key) == first
    assert Job.objects.count() == 1
    problem = api.answer(422, "POST", f"{PATH}/apply", INBOX_ALONE, **key)
    assert problem["code"] == "idempotency_key_reused"
    assert apply(api, INBOX_ALONE) != first["job"]
    # A preview is asked anew each time.
    connected(User.objects.get(email="none@us.com"))
    assert api.answer(200, "POST", f"{PATH}/preview", BOTH, **key)["counts"]["changed"] == 3
    Mailbox.objects.filter(user__email="none@us.com").delete()
    assert api.answer(200, "POST", f"{PATH}/preview", BOTH, **key)["counts"]["changed"] == 2


def test_a_session_does_the_same_and_is_named_R1(
    crew: Workspace, admin: User, session_of: Callable[..., Any]
) -> None:
    boss = session_of(admin)
    job = apply_and_end(boss, BOTH)
    assert boss.get(PATH)["applied"]["by"] == admin.email
    assert boss.get(f"jobs/{job}")["asked_by"] == admin.email
    boss.answer(202, "POST", f"jobs/{job}/undo")


def test_without_admin_access_all_of_it_is_refused_R1_R2(
    crew: Workspace, api: Any, token_for: Callable[..., Any], session_of: Callable[..., Any]
) -> None:
    job = apply_and_end(api, BOTH)
    calls = [
        ("GET", PATH, None),
        ("PATCH", PATH, FUTURE),
        ("POST", f"{PATH}/preview", BOTH),
        ("POST", f"{PATH}/apply", BOTH),
        ("GET", f"jobs/{job}", None),
        *[("POST", f"jobs/{job}/{what}", None) for what in ("retry", "undo", "cancel")],
    ]
    member = session_of(User.objects.get(email="own@us.com"))
    before = Job.objects.count()
    for caller in (member, token_for(crew, "email_sync", "manage_users", "manage_rules", "manage_sources")):
        for method, path, body in calls:
            assert caller.answer(403, method, path, body)["code"] == "forbidden"
    assert Job.objects.count() == before


def test_another_workspace_is_neither_seen_nor_touched_W3(
    crew: Workspace, api: Any, token_for: Callable[..., Any]
) -> None:
    them = create_workspace("Them", "admin@them.com").workspace
    connected(a_user(them, "own@them.com"), "inbox")
    theirs = token_for(them, "admin")
    job = apply_and_end(theirs, on_and_off(False, True))
    theirs.answer(200, "PATCH", PATH, FUTURE)
    assert syncing(them) == {"own@them.com": ["Sent", "Project X"]}

    assert api.get(PATH) == AT_FIRST
    foreseen = api.post(f"{PATH}/preview", BOTH)
    assert [user["user"] for user in foreseen["users"]] == [user["user"] for user in OF_BOTH]
    part = theirs.post(f"{PATH}/preview?limit=1", BOTH)
    assert api.answer(400, "POST", f"{PATH}/preview?cursor={part['next_cursor']}", BOTH)["code"] == (
        "invalid_cursor"
    )
    for what in ("", "/undo", "/retry", "/cancel"):
        method = "POST" if what else "GET"
        foreign, unknown = (api.answer(404, method, f"jobs/{number}{what}") for number in (job, 999_999))
        assert foreign == unknown
    apply_and_end(api, BOTH)
    assert syncing(them) == {"own@them.com": ["Sent", "Project X"]}
    assert theirs.get(PATH)["applied"]["job"] == job


@pytest.mark.parametrize("what", ["state", "preview", "job", "labels"])
def test_thirty_users_take_as_many_queries_as_one(workspace: Workspace, api: Any, what: str) -> None:
    def join(start: int, end: int) -> None:
        for number in range(start, end):
            connected(a_user(workspace, f"u{number}@us.com"), "inbox")

    def queries() -> int:
        job = apply_and_end(api, BOTH)
        mailbox = Mailbox.objects.order_by("pk").values_list("pk", flat=True)[0]
        with CaptureQueriesContext(connection) as captured:
            if what == "state":
                assert api.get(PATH)["applied"]["state"] == "done"
            elif what == "preview":
                assert len(api.post(f"{PATH}/preview", BOTH)["users"]) == User.objects.count()
            elif what == "job":
                assert len(api.get(f"jobs/{job}")["results"]) == User.objects.count()
            else:
                assert len(api.get(f"mailboxes/{mailbox}/labels")["items"]) == 3
        return len(captured)

    join(0, 1)
    one = queries()
    join(1, 30)
    assert queries() == one


def test_the_examples_of_the_document_work_in_their_order(
    workspace: Workspace, admin: User, token_for: Callable[..., Any]
) -> None:
    them = create_workspace("Acme", "ana@acme.com").workspace
    connected(User.objects.get(email="ana@acme.com"), "inbox", "sent")
    a_user(them, "ben@acme.com")
    theirs = token_for(them, "admin")
    assert theirs.post(f"{PATH}/preview", BOXES) == FORESEEN
    apply_and_end(theirs, BOXES)
    assert theirs.answer(200, "PATCH", PATH, FUTURE)["future_users"] is True
    assert syncing(them) == {"ana@acme.com": ["Inbox", "Project X"]}
