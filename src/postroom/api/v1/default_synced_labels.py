"""Routes of the default synced labels: how they are, what a click would do, the click, later users (M5-M12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from ninja import Query, Router, Status

from postroom.actions import default_labels as actions
from postroom.api import schemas_default_labels as schemas
from postroom.api.auth import Call
from postroom.api.examples_default_labels import APPLY, CHANGE, PREVIEW
from postroom.api.paging import Cursor, page_of_few
from postroom.api.schemas import AskedJob
from postroom.api.schemas_jobs import MAX_USERS, LimitOfUsers, OfReason, OfStatus
from postroom.core.clock_text import moment_text
from postroom.core.labels import DEFAULT_ROLES, REASONS, STATUSES, Boxes, Fate
from postroom.store.models import Job, Workspace
from postroom.store.read import default_labels as read

router = Router(tags=["Default synced labels"])

OverridesAlone = Annotated[bool, Query(False, description="Only users whose own choice would be overridden.")]


@router.get(
    "default-synced-labels",
    response=schemas.DefaultSyncedLabels,
    operation_id="getDefaultSyncedLabels",
    summary="Get the default synced labels",
)
def get_default_synced_labels(request: Call) -> Any:
    """The boxes of the click in force, what it came to, and for whom applying again would be. Needs `admin_access`."""
    return _shown(request.caller.workspace)


@router.patch(
    "default-synced-labels",
    response=schemas.DefaultSyncedLabels,
    operation_id="changeDefaultSyncedLabels",
    summary="Choose what later users get",
    openapi_extra=CHANGE,
)
def change_default_synced_labels(request: Call, sent: schemas.ChangeFutureUsers) -> Any:
    """Let mailboxes that are connected from now on get what the click in force says, or not. Needs `admin_access`.

    Changes nobody who is there, and overrides nobody: who chose by hand is left alone.
    """
    caller = request.caller
    actions.choose_future_labels(caller.workspace, is_on=sent.future_users, actor=caller.actor)
    return _shown(caller.workspace)


@router.post(
    "default-synced-labels/preview",
    response=schemas.LabelsPreview,
    operation_id="previewDefaultSyncedLabels",
    summary="Preview Apply to all users",
    openapi_extra=PREVIEW,
)
def preview_default_synced_labels(
    request: Call,
    sent: schemas.Boxes,
    status: OfStatus = None,
    reason: OfReason = None,
    overrides: OverridesAlone = False,
    limit: LimitOfUsers = MAX_USERS,
    cursor: Cursor = None,
) -> Any:
    """What a click with these boxes would do to each user at this moment. Changes nothing. Needs `admin_access`.

    `counts`, `reasons`, `overridden` and `syncing` are of all users, whatever part of them `users` shows.
    """
    workspace = request.caller.workspace
    foreseen = actions.foresee_default_labels(workspace, _boxes(sent))
    asked = [
        ((fate.user, 0), fate)
        for fate in foreseen.fates
        if status in (None, fate.status) and reason in (None, fate.reason) and overrides <= fate.overrides
    ]
    users = page_of_few(request, asked, _users, limit, cursor)
    return {
        **foreseen.boxes.as_json(),
        "counts": _counted(STATUSES, (fate.status for fate in foreseen.fates)),
        "reasons": _counted(REASONS, (fate.reason for fate in foreseen.fates)),
        "overridden": len(foreseen.overridden),
        "syncing": {label.role: {"before": label.now, "after": label.after} for label in foreseen.syncing},
        "users": users["items"],
        "next_cursor": users["next_cursor"],
    }


@router.post(
    "default-synced-labels/apply",
    response={202: AskedJob},
    operation_id="applyDefaultSyncedLabels",
    summary="Apply to all users",
    openapi_extra=APPLY,
)
def apply_default_synced_labels(request: Call, sent: schemas.Boxes) -> Any:
    """Have a job make Inbox and Sent of all users who are there now match the boxes exactly. Needs `admin_access`.

    True selects, false deselects, whatever users chose themselves; no other label is touched. Of two calls the later
    one is done after the earlier. `POST /jobs/{id}/undo` takes it back.
    """
    caller = request.caller
    job = actions.apply_default_labels(caller.workspace, _boxes(sent), actor=caller.actor)
    return Status(202, {"job": job.pk})


def _boxes(sent: schemas.Boxes) -> Boxes:
    return Boxes(sent.inbox, sent.sent)


def _shown(workspace: Workspace) -> dict[str, Any]:
    click = read.click_in_force(workspace)
    # Before that, whom it has not come to yet would be counted too.
    is_done = click is not None and click.state == "done"
    since = read.not_reached(click) if click is not None and is_done else read.NotReached([], [])
    return {
        **_boxes_of(click),
        "future_users": read.future_labels(workspace) is not None,
        "applied": _applied(click) if click else None,
        "joined_since": {"joined": len(since.joined), "connected": len(since.connected)},
    }


def _boxes_of(click: Job | None) -> dict[str, bool]:
    return {role: click is not None and click.asked[role] for role in DEFAULT_ROLES}


def _applied(click: Job) -> dict[str, Any]:
    return {
        "job": click.pk,
        "by": click.actor,
        "at": moment_text(click.created_at),
        **_boxes_of(click),
        "state": click.state,
        "counts": dict.fromkeys(STATUSES, 0) | click.counts,
        "can_be_undone": not actions.why_no_undo(click),
    }


def _counted(names: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    """Each name, and how often it was found."""
    counts = Counter(found)
    return {name: counts[name] for name in names}


def _users(fates: Sequence[Fate]) -> list[dict[str, Any]]:
    named = read.names_of(fate.user for fate in fates)
    return [
        {
            "user": named[fate.user].email,
            "status": fate.status,
            "reason": fate.reason or None,
            "before": fate.before,
            "after": fate.after,
            "overrides": fate.overrides,
        }
        for fate in fates
    ]
