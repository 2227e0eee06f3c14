"""Routes of users (U1-U4, P2, P5, R5)."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Path, Query, Router

from postroom.actions import add_users as actions
from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.find_user import find_user
from postroom.actions.invite import invite
from postroom.actions.mail_invitation import can_mail, mail_invitation
from postroom.actions.update_user_settings import update_user_settings as update_settings
from postroom.api import bodies, bodies_users, schemas, schemas_users
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1 import shown
from postroom.api.v1.sent import at_most
from postroom.core.clock_text import moment_text
from postroom.core.consent import API
from postroom.store.read import users as read

router = Router(tags=["Users"])
Email = Annotated[str, Path(description="The e-mail address or an alias.")]


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


@router.patch(
    "users/settings",
    response=schemas.Results,
    operation_id="updateUserSettings",
    summary="Update user settings",
)
def update_user_settings(request: Call, sent: bodies_users.UpdateUserSettings) -> Any:
    """Switch Collect passive data of users, and set time zone and locale; what is not given stays, null clears.

    A change of Collect passive data is recorded as the caller's and shown to the user. Needs `manage_users`.
    """
    caller = request.caller
    return {"results": update_settings(caller.workspace, at_most(sent.users), actor=caller.actor, how=API)}


@router.get(
    "users/connected",
    response=schemas_users.ConnectedUsers,
    operation_id="getConnectedUsers",
    summary="Get connected users",
)
def get_connected_users(request: Call) -> Any:
    """All users with Collect passive data on, not a page at a time. Needs `manage_users`."""
    return {"users": shown.connected(read.connected_users(request.caller.workspace))}


@router.post(
    "users/{path:email}/invitation",
    response=schemas_users.Invitation,
    operation_id="inviteUser",
    summary="Invite a user",
)
def invite_user(
    request: Call,
    email: Email,
    mail: Annotated[bool, Query(description="Mail it too, where a mail server is set up.")] = False,
) -> Any:
    """Make a link by which a user sets a password; earlier links of the user end.

    Needs `manage_users`, and for users whose role gives more all that their role gives.
    """
    caller = request.caller
    made = invite(caller.workspace, email, actor=caller.actor, granted_by=caller.permissions)
    link = made.link(request.scheme or "http", request.get_host())
    mailed = mail and can_mail() and mail_invitation(made, link)
    return {"link": link, "expires_at": moment_text(made.expires_at), "mailed": mailed}


@router.get("users/{path:email}", response=schemas.User, operation_id="getUser", summary="Get a user")
def get_user(request: Call, email: Email) -> Any:
    """One user by address or alias. Needs `manage_users`."""
    return shown.users([find_user(request.caller.workspace, email)])[0]


@router.patch("users/{path:email}", response=schemas.User, operation_id="changeUser", summary="Change a user")
def change_user(request: Call, email: Email, sent: bodies_users.ChangeUser) -> Any:
    """Disable or enable a user. Disabling keeps them from signing in and switches Collect passive data off.

    Needs `manage_users`, and for users whose role gives more all that their role gives.
    """
    caller = request.caller
    user = find_user(caller.workspace, email)
    if sent.disabled is not None:
        act = disable_user if sent.disabled else enable_user
        user = act(caller.workspace, user.email, actor=caller.actor, granted_by=caller.permissions)
    return shown.users([user])[0]
