"""Routes of users (U1-U3)."""

from __future__ import annotations

from typing import Any

from ninja import Path, Router

from postroom.actions import add_users as actions
from postroom.actions.find_user import find_user
from postroom.api import bodies, schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import at_most
from postroom.store.read import users as read

router = Router(tags=["Users"])


@router.post("users", response=schemas.Results, operation_id="addUsers", summary="Add users")
def add_users(request: Call, sent: bodies.AddUsers) -> Any:
    """Add or update users, found by address or alias; what is not given stays, null clears.

    Needs `manage_users`; a role with admin access is given and taken only by who has `admin_access`.
    """
    caller = request.caller
    results = actions.add_users(
        caller.workspace, at_most(sent.users), actor=caller.actor, granted_by=caller.permissions
    )
    return {"results": results}


@router.get("users", response=schemas.Users, operation_id="listUsers", summary="List users")
def list_users(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """All users by address, disabled ones included. Needs `manage_users`."""
    return page(request, read.users(request.caller.workspace), ("email",), shown.users, limit, cursor)


@router.get("users/{path:email}", response=schemas.User, operation_id="getUser", summary="Get a user")
def get_user(request: Call, email: Path[str]) -> Any:
    """One user by address or alias. Needs `manage_users`."""
    return shown.users([find_user(request.caller.workspace, email)])[0]
