"""Routes of what could not be read and was set aside (L6)."""

from __future__ import annotations

from typing import Any

from ninja import Router

from postroom.actions import retry_set_aside as actions
from postroom.api import schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import PathId
from postroom.store.read import set_aside as read

router = Router(tags=["Set aside"])


@router.get("set-aside", response=schemas.SetAsides, operation_id="listSetAside", summary="List set aside")
def list_set_aside(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Messages that could not be read, newest first. Needs `manage_rules`."""
    found = read.set_aside(request.caller.workspace).select_related("user")
    return page(request, found, ("-pk",), shown.set_aside, limit, cursor)


@router.post(
    "set-aside/{id}/retry", response=schemas.Retried, operation_id="retrySetAside", summary="Run again"
)
def retry(request: Call, id: PathId) -> Any:
    """Try to read a message again that was set aside. Needs `manage_rules`."""
    return actions.retry_set_aside(request.caller.workspace, id)
