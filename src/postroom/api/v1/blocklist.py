"""Routes of the blocklist (C16)."""

from __future__ import annotations

from typing import Any

from ninja import Router

from postroom.actions import add_blocklist as actions
from postroom.api import bodies, schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import PathId, at_most
from postroom.store.read import blocklist as read

router = Router(tags=["Blocklist"])


@router.post(
    "blocklist", response=schemas.Results, operation_id="addBlocklist", summary="Add to the blocklist"
)
def add_blocklist(request: Call, sent: bodies.AddBlocklist) -> Any:
    """Add or change entries; what was imported stays. Needs `manage_rules`."""
    caller = request.caller
    results = actions.add_blocklist(caller.workspace, at_most(sent.entries), sent.force, actor=caller.actor)
    return {"results": results}


@router.get(
    "blocklist", response=schemas.Blocklist, operation_id="listBlocklist", summary="List the blocklist"
)
def list_blocklist(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """All entries, with how often each decided. Needs `manage_rules`."""
    return page(request, read.blocklist(request.caller.workspace), ("pk",), shown.blocklist, limit, cursor)


@router.delete(
    "blocklist/{id}",
    response={204: None},
    operation_id="removeBlocklist",
    summary="Remove from the blocklist",
)
def remove_blocklist(request: Call, id: PathId) -> Any:
    """Remove an entry; what it kept out does not come in by itself. Needs `manage_rules`."""
    actions.remove_blocklist(request.caller.workspace, id, actor=request.caller.actor)
