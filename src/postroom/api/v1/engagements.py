"""Routes of engagements (C17, A4)."""

from __future__ import annotations

from typing import Any

from ninja import Router

from postroom.actions import delete_engagement as actions
from postroom.api import bodies, schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import PathId, one, read_text, read_time, read_user
from postroom.store.read import engagements as read

router = Router(tags=["Engagements"])


@router.get(
    "engagements", response=schemas.Engagements, operation_id="listEngagements", summary="List engagements"
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
    found = read.with_people(read.engagements(request.caller.workspace, asked))
    return page(request, found, ("-at", "-pk"), shown.engagements, limit, cursor)


@router.get(
    "engagements/{id}",
    response=schemas.EngagementWithTexts,
    operation_id="getEngagement",
    summary="Get an engagement",
)
def get_engagement(request: Call, id: PathId) -> Any:
    """One engagement with its texts. Needs `view_engagements`."""
    row = one(read.with_people(read.engagements(request.caller.workspace)), pk=id)
    texts = [
        {
            "subject": variant.subject,
            "text": body.text,
            "html": body.html,
            "attachments": [attachment._asdict() for attachment in body.attachments],
        }
        for variant, body in read.bodies(row)
    ]
    return {**shown.engagements([row])[0], "participants": row.participants, "texts": texts}


@router.delete(
    "engagements/{id}", response={204: None}, operation_id="deleteEngagement", summary="Delete an engagement"
)
def delete_engagement(request: Call, id: PathId) -> Any:
    """Delete an engagement everywhere; it does not come back. Needs `delete_engagements`."""
    actions.delete_engagement(request.caller.workspace, id, actor=request.caller.actor)
