"""Change a role of the workspace's own: what it opens counts at the next request of whoever has it (R3)."""

from __future__ import annotations

from typing import Any

from postroom.actions.record import Record
from postroom.actions.role_rules import (
    FIELDS,
    change_of_roles,
    check_name_is_free,
    own_role,
    permissions_named,
    role_name,
)
from postroom.core import audit as acts
from postroom.store.models import Role, Workspace
from postroom.store.write import audit
from postroom.store.write.roles import hand_on, store_role


def change_role(workspace: Workspace, role_id: int, changes: Any, *, actor: str) -> Role:
    """Change what is given: ``name``, with which its users have it on, and ``permissions``, all of them.

    Raises ``NotFound``, ``Rejected``: ``last_admin`` where nobody would have ``admin_access`` any more.
    """
    record = Record(changes, FIELDS)
    with change_of_roles(workspace, "permissions"):
        role = own_role(workspace, role_id)
        name = record.read("name", role_name, role.name)
        permissions = record.read("permissions", permissions_named, list[str](role.permissions))
        called = role.name
        if (name, permissions) == (called, role.permissions):
            return role
        if name.casefold() != called.casefold():
            check_name_is_free(workspace, name)
        before = {"role": called, "permissions": role.permissions}
        role.name, role.permissions = name, permissions
        store_role(role, actor, f"change the role {called}: {name}, {', '.join(permissions)}")
        after = {"role": name, "permissions": permissions}
        audit.note(workspace, acts.ROLE_CHANGED, actor, before=before, after=after)
        if name != called:
            hand_on(workspace, called, name)
    return role
