"""Routes of mailboxes and their labels (M4, M14, M15, S8): all of them with ``admin_access``, else one's own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from ninja import Router

from postroom.actions.choose_labels import choose_labels
from postroom.actions.set_mailbox_mode import set_mailbox_mode
from postroom.api import schemas_mailboxes as schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1.sent import PathId, one
from postroom.core.clock_text import moment_text, rfc3339
from postroom.core.labels import ADMIN, USER
from postroom.core.mailbox import MODE_NAMES, Mode, mode_in_force
from postroom.core.sync import PROBLEMS
from postroom.store.models import Label
from postroom.store.read import mailbox_pages as read

router = Router(tags=["Mailboxes"])


@router.get("mailboxes", response=schemas.Mailboxes, operation_id="listMailboxes", summary="List mailboxes")
def list_mailboxes(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """All mailboxes with `admin_access`; one's own with `email_sync` and a session."""
    now = int(time.time())
    return page(request, _seen(request, now), ("pk",), lambda rows: _shown(rows, now), limit, cursor)


@router.get("mailboxes/{id}", response=schemas.Mailbox, operation_id="getMailbox", summary="Get a mailbox")
def get_mailbox(request: Call, id: PathId) -> Any:
    """How a mailbox is. Needs `admin_access`; for one's own `email_sync` and a session."""
    now = int(time.time())
    return _shown([_found(request, id, now)], now)[0]


@router.patch(
    "mailboxes/{id}", response=schemas.Mailbox, operation_id="changeMailbox", summary="Change a mailbox"
)
def change_mailbox(request: Call, id: PathId, sent: schemas.ChangeMailbox) -> Any:
    """Choose what is kept of its mail from now on. Needs what `GET` needs.

    Its owner alone lets more be kept than before: else 422 `mode_of_owner`.
    """
    now = int(time.time())
    mailbox = _found(request, id, now)
    is_owner = _is_own(request, mailbox)
    set_mailbox_mode(mailbox, sent.mode, is_owner=is_owner, actor=request.caller.actor)
    return _shown([mailbox], now)[0]


@router.get(
    "mailboxes/{id}/labels",
    response=schemas.Labels,
    operation_id="listLabels",
    summary="List labels of a mailbox",
)
def list_labels(request: Call, id: PathId, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """The labels of a mailbox, selected or not, in the order they were found. Needs what `GET` of it needs."""
    mailbox = _found(request, id, int(time.time()))
    return page(request, Label.objects.filter(mailbox=mailbox), ("pk",), _labels, limit, cursor)


@router.put(
    "mailboxes/{id}/labels/{label}",
    response=schemas.Label,
    operation_id="selectLabel",
    summary="Select or deselect a label",
)
def select_label(request: Call, id: PathId, label: PathId, sent: schemas.SelectLabel) -> Any:
    """Let a label sync from now on, or no more; again: no change. What came in stays (M10).

    Needs `admin_access`, and then counts as an admin's choice; for one's own mailbox `email_sync` and a session.
    """
    mailbox = _found(request, id, int(time.time()))
    choose_labels(
        mailbox,
        {label: sent.selected},
        origin=USER if _is_own(request, mailbox) else ADMIN,
        actor=request.caller.actor,
        backfill_days=sent.backfill_days,
    )
    return _labels([one(Label.objects.filter(mailbox=mailbox), pk=label)])[0]


def _seen(request: Call, now: int) -> Any:
    """The mailboxes that the caller may see."""
    caller = request.caller
    found = read.mailboxes(caller.workspace, now)
    return found if "admin_access" in caller.permissions else found.filter(user=caller.viewer)


def _found(request: Call, mailbox_id: int, now: int) -> Any:
    return one(_seen(request, now), pk=mailbox_id)


def _is_own(request: Call, mailbox: Any) -> bool:
    return bool(mailbox.user_id == request.caller.viewer)


def _shown(found: Sequence[Any], now: int) -> list[dict[str, Any]]:
    return [_mailbox(row) for row in read.rows_of(found, now)]


def _mailbox(row: read.MailboxRow) -> dict[str, Any]:
    mailbox = row.mailbox
    trouble = {
        "kind": mailbox.trouble,
        "code": mailbox.trouble_code,
        "since": rfc3339(mailbox.trouble_since),
    }
    return {
        "id": mailbox.pk,
        "user": mailbox.user.email,
        "address": mailbox.address,
        "source": mailbox.source_id,
        "kind": mailbox.source.kind,
        "is_connected": mailbox.connected_at is not None,
        "is_central": mailbox.is_central,
        "connected_at": moment_text(mailbox.connected_at),
        "connected_by": mailbox.connected_by,
        "state": row.state,
        "trouble": trouble if mailbox.trouble else None,
        "looked_at": rfc3339(mailbox.looked_at),
        "look_at": None if row.state in (read.DISCONNECTED, read.PAUSED) else rfc3339(mailbox.look_at),
        "lag_seconds": row.lag,
        "mode": MODE_NAMES[Mode(mailbox.mode)],
        "mode_in_force": MODE_NAMES[mode_in_force(mailbox.mode, mailbox.workspace.mailbox_mode)],
        "labels_selected": len(row.selected),
    }


def _labels(found: Sequence[Label]) -> list[dict[str, Any]]:
    return [
        {
            "id": label.pk,
            "name": label.path[-1] if label.path else label.ref,
            "path": label.path,
            "role": label.role or None,
            "is_selectable": label.is_selectable,
            "is_gone": label.gone_at is not None,
            "total": label.total,
            "selected": label.selected_at is not None,
            "origin": label.origin or None,
            "chosen_by": label.chosen_by or None,
            "chosen_at": rfc3339(label.chosen_at),
            "chosen_in": label.chosen_in_id,
            "selected_at": rfc3339(label.selected_at),
            "starts_at": rfc3339(label.starts_at),
            "walked_to": rfc3339(label.walked_to),
            "problem": label.problem if label.problem in PROBLEMS else None,
        }
        for label in found
    ]
