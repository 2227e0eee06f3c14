"""Routes of roles (R1-R3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninja import Router, Status

from postroom.actions import change_role as changing
from postroom.actions import create_role as creating
from postroom.actions import delete_role as deleting
from postroom.api import schemas_roles as schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page_of_few
from postroom.api.v1.sent import PathId, one, read_text
from postroom.core.clock_text import moment_text
from postroom.core.permissions import ROLES
from postroom.store.models import Role, Workspace
from postroom.store.read.roles import holders_of, own_roles

router = Router(tags=["Roles"])


@router.post("roles", response={201: schemas.Role}, operation_id="createRole", summary="Create a role")
def create_role(request: Call, sent: schemas.CreateRole) -> Any:
    """Create a role of the workspace's own, to give to users. Needs `admin_access`."""
    role = creating.create_role(request.caller.workspace, sent.dict(), actor=request.caller.actor)
    return Status(201, _shown(request.caller.workspace, [role])[0])


@router.get("roles", response=schemas.Roles, operation_id="listRoles", summary="List roles")
def list_roles(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """All roles, the built-in ones first, with what each opens and how many users have it. Needs `admin_access`."""
    workspace = request.caller.workspace
    built_in = [Role(name=name, permissions=sorted(opens)) for name, opens in ROLES.items()]
    keyed = [((0, number), role) for number, role in enumerate(built_in)]
    keyed += [((1, role.pk), role) for role in own_roles(workspace)]
    return page_of_few(request, keyed, lambda roles: _shown(workspace, roles), limit, cursor)


@router.get("roles/{id}", response=schemas.Role, operation_id="getRole", summary="Get a role")
def get_role(request: Call, id: PathId) -> Any:
    """One of the workspace's own roles. Needs `admin_access`."""
    workspace = request.caller.workspace
    return _shown(workspace, [one(own_roles(workspace), pk=id)])[0]


@router.patch("roles/{id}", response=schemas.Role, operation_id="changeRole", summary="Change a role")
def change_role(request: Call, id: PathId, sent: schemas.ChangeRole) -> Any:
    """Change what is given; it counts at the next call of whoever has the role. Needs `admin_access`.

    The last user with `admin_access` keeps it: 422 `last_admin`.
    """
    caller = request.caller
    role = changing.change_role(caller.workspace, id, sent.dict(), actor=caller.actor)
    return _shown(caller.workspace, [role])[0]


@router.delete("roles/{id}", response={204: None}, operation_id="deleteRole", summary="Delete a role")
def delete_role(request: Call, id: PathId, instead: str | None = None) -> Any:
    """Delete a role; users who have it get the role named by `instead`, in the same step. Needs `admin_access`."""
    caller = request.caller
    given = read_text("instead", instead, 100) or None
    deleting.delete_role(caller.workspace, id, instead=given, actor=caller.actor)


def _shown(workspace: Workspace, roles: Sequence[Role]) -> list[dict[str, Any]]:
    holders = holders_of(workspace)
    return [
        {
            "id": role.pk,
            "name": role.name,
            "built_in": role.pk is None,
            "permissions": role.permissions,
            "users": holders.get(role.name, 0),
            "created_at": moment_text(role.created_at),
            "updated_at": moment_text(role.updated_at),
        }
        for role in roles
    ]
