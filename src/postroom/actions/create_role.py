"""Create a role of the workspace's own (R3)."""

from __future__ import annotations

from typing import Any

from postroom.actions.record import Record
from postroom.actions.rejection import Rejected
from postroom.actions.role_rules import (
    FIELDS,
    MAX_ROLES,
    change_of_roles,
    check_name_is_free,
    permissions_named,
    role_name,
)
from postroom.core import audit as acts
from postroom.store.models import Role, Workspace
from postroom.store.read.roles import own_roles
from postroom.store.write import audit
from postroom.store.write.roles import store_role


def create_role(workspace: Workspace, sent: Any, *, actor: str) -> Role:
    """Create a role with a ``name`` and the ``permissions`` that are on, which may be none. Raises ``Rejected``."""
    record = Record(sent, FIELDS)
    name = record.read("name", role_name, "")
    if not name:
        raise Rejected("name_required", "name")
    permissions = record.read("permissions", permissions_named, list[str]())
    with change_of_roles(workspace):
        check_name_is_free(workspace, name)
        if own_roles(workspace).count() >= MAX_ROLES:
            raise Rejected("too_many_roles", "name")
        role = Role(workspace=workspace, name=name, permissions=permissions)
        store_role(role, actor, f"create the role {name}: {', '.join(permissions)}")
        audit.note(workspace, acts.ROLE_MADE, actor, after={"role": name, "permissions": permissions})
    return role
