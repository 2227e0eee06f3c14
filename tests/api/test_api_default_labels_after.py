"""What the API says and does of the default synced labels after a click: results, retry, undo, cancel (M11)."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from default_labels_crew import (
    BOTH,
    INBOX_ALONE,
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
from django.utils import timezone
from mailbox_rows import a_label

from postroom.store.models import Job, Mailbox, PushResult, Workspace


def test_results_are_shown_in_parts_and_by_status(crew: Workspace, api: Any) -> None:
    job = apply_and_end(api, BOTH)
    found, cursor = [], ""
    while cursor is not None:
        shown = api.get(f"jobs/{job}?limit=3&cursor={cursor}")
        assert len(shown["results"]) <= 3
        found += shown["results"]
        cursor = shown["next_cursor"]
    assert found == OF_BOTH
    assert api.get(f"jobs/{job}?status=skipped")["results"] == OF_BOTH[3:6]
    assert api.get(f"jobs/{job}?reason=labels_unread")["results"] == OF_BOTH[6:]
    assert api.get(f"jobs/{job}?status=changed&reason=disabled")["results"] == []
    assert api.answer(422, "GET", f"jobs/{job}?status=odd")["field"] == "status"
    assert api.answer(422, "GET", f"jobs/{job}?limit=1001")["field"] == "limit"


def test_those_who_failed_are_tried_again_and_nobody_else_M11(crew: Workspace, api: Any) -> None:
    job = apply_and_end(api, BOTH)
    assert api.get(f"jobs/{job}")["state"] == "done"
    late = Mailbox.objects.get(user__email="new@us.com")
    a_label(late, "Inbox", role="inbox")
    a_label(late, "Sent", role="sent")
    Mailbox.objects.filter(pk=late.pk).update(labels_at=int(time.time()))
    kept = PushResult.objects.exclude(user__email="new@us.com").values()
    before = list(kept)

    again = api.answer(200, "POST", f"jobs/{job}/retry")
    assert (again["state"], again["boxes"]) == ("waiting", BOTH)
    work()

    shown = api.get(f"jobs/{job}")
    assert shown["counts"] == {"changed": 3, "unchanged": 1, "skipped": 3, "failed": 0}
    assert shown["results"][-1] == told("new@us.com", "changed", None, on_and_off(False, False), BOTH)
    assert list(kept.all()) == before
    assert api.answer(422, "POST", f"jobs/{job}/retry")["code"] == "job_goes_well"


def test_after_a_later_click_none_is_tried_again_M11(crew: Workspace, api: Any) -> None:
    job = apply_and_end(api, BOTH)
    apply_and_end(api, INBOX_ALONE)
    assert api.answer(422, "POST", f"jobs/{job}/retry")["code"] == "push_is_over"


def test_a_click_is_undone_by_a_job_and_the_one_before_is_in_force_M11(crew: Workspace, api: Any) -> None:
    before = syncing(crew)
    first = apply_and_end(api, BOTH)
    second = apply_and_end(api, INBOX_ALONE)
    assert api.get(PATH)["applied"]["can_be_undone"] is True
    assert api.answer(422, "POST", f"jobs/{first}/undo")["code"] == "later_click"

    undo = api.answer(202, "POST", f"jobs/{second}/undo")["job"]
    assert (api.get(PATH)["inbox"], api.get(PATH)["sent"], api.get(PATH)["applied"]["job"]) == (
        True,
        True,
        first,
    )
    work()
    shown = api.get(f"jobs/{undo}")
    assert (shown["kind"], shown["of"], shown["boxes"], shown["state"]) == (
        "undo_default_labels",
        second,
        None,
        "done",
    )
    assert shown["results"] == [
        told(user, "changed", None, INBOX_ALONE, BOTH) for user in ("own@us.com", "off@us.com", "on@us.com")
    ] + [told("half@us.com", "changed", None, *[{"inbox": b, "sent": None} for b in (True, False)])]
    assert api.answer(422, "POST", f"jobs/{second}/undo")["code"] == "undone_before"
    assert api.answer(422, "POST", f"jobs/{undo}/undo")["code"] == "undo_unknown"

    api.answer(202, "POST", f"jobs/{first}/undo")
    work()
    assert syncing(crew) == before
    assert api.get(PATH)["applied"] is None


def test_who_chose_anew_keeps_that_when_it_is_undone_M11(workspace: Workspace, api: Any) -> None:
    mailbox = connected(a_user(workspace, "own@us.com"), "inbox")
    job = apply_and_end(api, BOTH)
    labels = api.get(f"mailboxes/{mailbox.pk}/labels")["items"]
    path = f"mailboxes/{mailbox.pk}/labels/{labels[1]['id']}"
    assert api.answer(200, "PUT", path, {"selected": False})["chosen_in"] is None
    undo = api.answer(202, "POST", f"jobs/{job}/undo")["job"]
    work()
    now = on_and_off(True, False)
    assert api.get(f"jobs/{undo}")["results"] == [told("own@us.com", "skipped", "chosen_since", now, now)]


def test_what_cannot_be_undone_is_refused_with_its_reason_M11(crew: Workspace, api: Any) -> None:
    other = Job.objects.create(workspace=crew, kind="connect_all", actor="boss@us.com", state="done").pk
    job = apply(api, BOTH)
    refused = [(other, "undo_unknown"), (job, "undo_too_early")]
    for number, code in refused:
        problem = api.answer(422, "POST", f"jobs/{number}/undo")
        assert (problem["code"], problem["status"]) == (code, 422)
    apply_and_end(api, BOTH)
    assert api.answer(404, "POST", "jobs/999999/undo")["code"] == "not_found"
    Job.objects.update(ended_at=timezone.now() - timedelta(days=31))
    assert api.answer(422, "POST", f"jobs/{job}/undo")["code"] == "undo_too_late"
    assert Job.objects.filter(kind="undo_default_labels").count() == 0


def test_what_changed_nobody_is_not_undone_M11(workspace: Workspace, api: Any) -> None:
    connected(a_user(workspace, "on@us.com"), "inbox", "sent")
    job = apply_and_end(api, BOTH)
    assert api.answer(422, "POST", f"jobs/{job}/undo")["code"] == "undo_nothing"
    assert api.get(PATH)["applied"]["can_be_undone"] is False


def test_a_click_that_waits_is_cancelled_and_changes_nobody_M11(crew: Workspace, api: Any) -> None:
    before = syncing(crew)
    job = apply(api, BOTH)
    cancelled = api.answer(200, "POST", f"jobs/{job}/cancel")
    assert (cancelled["state"], cancelled["cancel_asked_by"], cancelled["boxes"]) == (
        "cancelled",
        "token:test",
        BOTH,
    )
    work()
    assert (syncing(crew), api.get(f"jobs/{job}")["results"]) == (before, [])
