"""Routes of sources that mailboxes are read through, and of Centralized Connect (M1, M2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninja import Body, Router, Status

from postroom.actions import connect_all as actions
from postroom.actions.mailbox_source import set_up_source, shown_source
from postroom.actions.rejection import NotFound
from postroom.api import schemas_mailbox_sources as schemas
from postroom.api.auth import Call
from postroom.api.errors import Problem
from postroom.api.paging import Cursor, Limit, page
from postroom.api.schemas import AskedJob
from postroom.core.mailbox import KINDS
from postroom.core.trouble import TryLater
from postroom.store.models import Source
from postroom.store.read.mailbox_sources import mailbox_source_of, mailbox_sources

router = Router(tags=["Mailbox sources"])


@router.get(
    "mailbox-sources",
    response=schemas.MailboxSources,
    operation_id="listMailboxSources",
    summary="List mailbox sources",
)
def list_mailbox_sources(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """The mail systems that are set up. Needs `admin_access`."""
    found = mailbox_sources(request.caller.workspace).filter(kind__in=KINDS)
    return page(request, found, ("pk",), _shown, limit, cursor)


@router.get(
    "mailbox-sources/{kind}",
    response=schemas.MailboxSource,
    operation_id="getMailboxSource",
    summary="Get a mailbox source",
)
def get_mailbox_source(request: Call, kind: str) -> Any:
    """The mail system of this kind: `google`, `microsoft` or `imap`. Needs `admin_access`."""
    source = mailbox_source_of(request.caller.workspace, kind) if kind in KINDS else None
    if source is None:
        raise NotFound
    return _shown([source])[0]


@router.patch(
    "mailbox-sources/{kind}",
    response=schemas.MailboxSource,
    operation_id="setUpMailboxSource",
    summary="Set a mailbox source up",
)
def set_up_mailbox_source(request: Call, kind: str, changes: Body[schemas.MailboxSourceChange]) -> Any:
    """Set the mail system of this kind up, or change what is given of it. Needs `admin_access`.

    Secrets are encrypted, and in no answer. Connects nobody.
    """
    caller = request.caller
    return _shown([set_up_source(caller.workspace, kind, changes, actor=caller.actor)])[0]


@router.post(
    "mailbox-sources/{kind}/check",
    response=schemas.Checked,
    operation_id="checkMailboxSource",
    summary="Check whether all mailboxes can be read",
)
def check_mailbox_source(request: Call, kind: str, sent: schemas.TryWith) -> Any:
    """Try with one user's mailbox what is missing for reading all. Changes nothing. Needs `admin_access`."""
    try:
        missing = actions.check_central(request.caller.workspace, kind, sent.email)
    except TryLater:
        raise Problem("provider_away") from None
    return {"missing": [each._asdict() for each in missing]}


@router.post(
    "mailbox-sources/{kind}/connect-all",
    response={202: AskedJob},
    operation_id="connectAllMailboxes",
    summary="Connect the mailboxes of all users",
)
def connect_all(request: Call, kind: str, sent: schemas.TryWith) -> Any:
    """Switch Centralized Connect on: a job connects all users who have no connection of their own, and from then on
    those who are added. Selects nothing. Needs `admin_access`.
    """
    caller = request.caller
    job = actions.connect_all(caller.workspace, kind, sent.email, actor=caller.actor)
    return Status(202, {"job": job.pk})


@router.delete(
    "mailbox-sources/{kind}/connect-all",
    response=schemas.Disconnected,
    operation_id="disconnectAllMailboxes",
    summary="Disconnect the mailboxes connected for all",
)
def disconnect_all(request: Call, kind: str) -> Any:
    """Switch it off and disconnect what it connected; labels and what came in stay. Needs `admin_access`."""
    caller = request.caller
    return {"disconnected": actions.disconnect_all(caller.workspace, kind, actor=caller.actor)}


def _shown(rows: Sequence[Source]) -> list[dict[str, Any]]:
    return [
        {
            "id": source.pk,
            "kind": source.kind,
            "name": source.name,
            "settings": shown.settings,
            "secrets": sorted(shown.secrets),
            "can_be_central": shown.can_be_central,
            "is_central": source.is_central,
        }
        for source, shown in ((source, shown_source(source)) for source in rows)
    ]
