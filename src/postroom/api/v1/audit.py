"""Routes of the audit log: all of it with ``view_audit``, and for every user what concerns themselves (S5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from ninja import Query, Router

from postroom.actions.rejection import Rejected
from postroom.api import schemas_audit as schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1.sent import read_text, read_time, read_user
from postroom.core.audit import ACTS
from postroom.core.clock_text import moment_text
from postroom.store.models import AuditEntry
from postroom.store.read import audit as read
from postroom.store.read.users import whose_address_is

router = Router(tags=["Audit"])

JobId = Annotated[int | None, Query(None, ge=1, le=2**63 - 1, description="What this job did.")]


@router.get("audit", response=schemas.AuditEntries, operation_id="listAudit", summary="List the audit log")
def list_audit(
    request: Call,
    act: str | None = None,
    actor: str | None = None,
    user: str | None = None,
    since: str | None = None,
    until: str | None = None,
    job: JobId = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Who did what, when and to whom, newest first; every entry, also where one job did it to many. Needs `view_audit`.

    `actor`: a part of it will do. `user`: whom it concerns, by address or alias. `until` is not included.
    """
    workspace = request.caller.workspace
    address = read_user("user", user)
    asked = read.AskedAudit(
        act=_act(act),
        actor=read_text("actor", actor),
        users=whose_address_is(workspace, address) if address else None,
        since=read_time("since", since),
        until=read_time("until", until),
        job=job,
    )
    return page(request, read.entries(workspace, asked), ("-pk",), _shown, limit, cursor)


@router.get(
    "my-data/audit",
    response=schemas.AuditEntries,
    operation_id="listMyAudit",
    summary="List what was done that concerns oneself",
)
def list_mine(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """The entries of the audit log that concern whoever asks, newest first. Needs a session, and no permission."""
    user = request.caller.user
    assert user is not None  # the access table lets in nobody else
    return page(request, read.entries_of(user), ("-pk",), _shown, limit, cursor)


def _act(value: str | None) -> str:
    """An act to narrow by; raises ``Rejected`` for what is none."""
    if value and value not in ACTS:
        raise Rejected("act_unknown", "act")
    return value or ""


def _shown(rows: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "at": moment_text(row.at),
            **{name: getattr(row, name) for name in ("act", "actor", "before", "after")},
            "user": row.user.email if row.user else None,
            "job": row.job_id,
        }
        for row in rows
    ]
