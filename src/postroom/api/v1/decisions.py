"""Routes of the ledger: decisions, how many there are, and taking them again (L1, F6)."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Router

from postroom.actions import reconsider as actions
from postroom.actions.rejection import Rejected
from postroom.actions.release import release as release_
from postroom.api import bodies, schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import at_most, read_text, read_time, read_user
from postroom.core.reasons import DECIDED
from postroom.store.read import decisions as read

router = Router(tags=["Decisions"])


@router.get("decisions", response=schemas.Decisions, operation_id="listDecisions", summary="List decisions")
def list_decisions(
    request: Call,
    lens: Literal["customer", "people"] | None = None,
    outcome: Literal["import", "hold", "skip"] | None = None,
    reason: str | None = None,
    source: str | None = None,
    user: str | None = None,
    since: str | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """The decisions in force, newest first; `since` is the time of deciding. Needs `manage_rules`.

    `user`: of the customer lens what stands in that user's mailbox, of the people lens what was decided for them.
    """
    asked = _asked(lens, outcome, reason, source, user, since)
    found = read.decisions(request.caller.workspace, asked)
    return page(request, found, ("-pk",), shown.decisions, limit, cursor)


def _asked(
    lens: str | None,
    outcome: str | None,
    reason: str | None,
    source: str | None,
    user: str | None,
    since: str | None,
) -> read.AskedDecisions:
    return read.AskedDecisions(
        lens=lens or "",
        outcome=outcome or "",
        reason=_reason(reason),
        source=read_text("source", source, 10),
        user=read_user("user", user),
        since=read_time("since", since),
    )


def _reason(value: str | None) -> str:
    """A reason to narrow by; raises ``Rejected`` for what is none."""
    if value and value not in DECIDED:
        raise Rejected("reason_unknown", "reason")
    return value or ""


@router.get(
    "decisions/summary",
    response=schemas.DecisionSummary,
    operation_id="summariseDecisions",
    summary="Count decisions",
)
def summarise(request: Call) -> Any:
    """How many messages by lens, outcome and reason. Needs `manage_rules`."""
    return {"outcomes": read.summary(request.caller.workspace)}


@router.post(
    "decisions/reconsider",
    response={202: schemas.AskedJob},
    operation_id="reconsiderDecisions",
    summary="Decide again",
)
def reconsider(request: Call, sent: bodies.Reconsider) -> Any:
    """Decide again what was not imported, in the background. Needs `manage_rules`.

    What would come in is fetched again from the mailboxes that still have it (`fetch_again`), or has to be imported or
    uploaded again (`send_again`).
    The people lens decides again by itself, once its user consents or a copy is added.
    """
    asked = sent.dict()
    ids = asked.pop("ids")
    job = actions.reconsider(
        request.caller.workspace,
        ids=None if ids is None else list(at_most(ids)),
        filters=_asked(**asked) if any(asked.values()) else None,
        actor=request.caller.actor,
    )
    return {"job": job.pk}


@router.post(
    "decisions/release",
    response=schemas.Releases,
    operation_id="releaseDecisions",
    summary="Release what is held",
)
def release(request: Call, sent: bodies.Release) -> Any:
    """Let the careful reading of a malformed address header decide (C0). Needs `manage_rules`.

    `fetch_again`: the message would come in now, and is fetched again from the mailbox that still has it.
    `send_again`: it would come in now, and no mailbox has it; import its file again with `--reconsider`, or upload it
    again with `?reconsider=true`.
    """
    caller = request.caller
    return {"results": release_(caller.workspace, list(at_most(sent.ids)), actor=caller.actor)}
