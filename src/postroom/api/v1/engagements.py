"""Routes of engagements, and of who sees what of them (C17, A4, R4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninja import Router

from postroom.actions import delete_engagement as actions
from postroom.actions.set_visibility import narrow_visibility, set_visibility
from postroom.api import bodies, engaged
from postroom.api.auth import Call, Caller
from postroom.api.errors import Problem
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import PathId, one, read_text, read_time, read_user
from postroom.core.visibility import NAMES, Visibility
from postroom.store.models import Engagement, User
from postroom.store.read import engagements as read
from postroom.store.read.seen import seen

router = Router(tags=["Engagements"])


@router.get(
    "engagements", response=engaged.Engagements, operation_id="listEngagements", summary="List engagements"
)
def list_engagements(
    request: Call,
    account: bodies.Id | None = None,
    person: bodies.Id | None = None,
    user: str | None = None,
    kind: str | None = None,
    q: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Engagements, newest first. `q` finds words; `until` is not included. Needs `view_engagements`."""
    asked = read.Asked(
        account=account,
        person=person,
        user=read_user("user", user),
        kind=read_text("kind", kind, 8),
        words=read_text("q", q, 500),
        since=read_time("since", since),
        until=read_time("until", until),
    )
    caller = request.caller
    found = read.engagements(caller.workspace, caller.viewer, asked)
    return page(request, found, ("-at", "-pk"), lambda rows: _shown(caller, rows), limit, cursor)


def _shown(caller: Caller, rows: Sequence[Engagement]) -> list[dict[str, Any]]:
    return shown.engagements(seen(caller.viewer, rows, with_accounts=True))


@router.get(
    "engagements/{id}",
    response=engaged.EngagementWithTexts,
    operation_id="getEngagement",
    summary="Get an engagement",
)
def get_engagement(request: Call, id: PathId) -> Any:
    """One engagement with its texts, as far as its owners let the caller see. Needs `view_engagements`."""
    caller = request.caller
    row = one(read.engagements(caller.workspace, caller.viewer), pk=id)
    [sight] = seen(caller.viewer, [row], with_accounts=True)
    return {
        **shown.engagements([sight])[0],
        "participants": sight.participants if sight.shows_subject else None,
        "texts": _texts(row) if sight.shows_everything else None,
    }


def _texts(row: Engagement) -> list[dict[str, Any]]:
    return [
        {
            "subject": variant.subject,
            "text": body.text,
            "html": body.html,
            "attachments": [attachment._asdict() for attachment in body.attachments],
        }
        for variant, body in read.bodies(row.pk)
    ]


@router.put(
    "engagements/{id}/visibility",
    response={204: None},
    operation_id="narrowEngagement",
    summary="Narrow an engagement",
)
def narrow_engagement(request: Call, id: PathId, sent: bodies.Visibility) -> Any:
    """Let others see less of one engagement in one's own mailbox (R4). Needs `view_engagements` and a session.

    `everything`: as much as of the rest of the mailbox.
    """
    narrow_visibility(_user(request), id, sent.visibility)


@router.get(
    "visibility", response=engaged.OwnVisibility, operation_id="getVisibility", summary="Get one's visibility"
)
def get_visibility(request: Call) -> Any:
    """What others see of the mail in one's own mailbox (R4). Needs `view_engagements` and a session."""
    return {"visibility": NAMES[Visibility(_user(request).visibility)]}


@router.put("visibility", response={204: None}, operation_id="setVisibility", summary="Set one's visibility")
def put_visibility(request: Call, sent: bodies.Visibility) -> Any:
    """Let others see more or less of the mail in one's own mailbox (R4). Needs `view_engagements` and a session."""
    set_visibility(_user(request), sent.visibility)


def _user(request: Call) -> User:
    """The user who calls; raises ``Problem``: an API token has no mailbox."""
    if request.caller.user is None:
        raise Problem("no_mailbox")
    return request.caller.user


@router.delete(
    "engagements/{id}", response={204: None}, operation_id="deleteEngagement", summary="Delete an engagement"
)
def delete_engagement(request: Call, id: PathId) -> Any:
    """Delete an engagement everywhere; it does not come back. Needs `delete_engagements`."""
    actions.delete_engagement(request.caller.workspace, id, actor=request.caller.actor)
