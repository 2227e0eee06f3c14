"""Delete a role of the workspace's own; whoever has it gets another one in the same step (R3)."""

from __future__ import annotations

from postroom.actions.rejection import Rejected
from postroom.actions.role_rules import change_of_roles, own_role
from postroom.core import audit as acts
from postroom.store.models import Workspace
from postroom.store.read.roles import holders_of, roles_of
from postroom.store.write import audit
from postroom.store.write.roles import delete_role as delete
from postroom.store.write.roles import hand_on


def delete_role(workspace: Workspace, role_id: int, *, instead: str | None = None, actor: str) -> int:
    """Delete a role and give its users the role ``instead``; answers how many there were.

    Raises ``NotFound``, ``Rejected``: ``role_in_use`` where users have it and ``instead`` is not given,
    ``last_admin`` where nobody would have ``admin_access`` any more.
    """
    with change_of_roles(workspace, "instead"):
        role = own_role(workspace, role_id)
        if instead is not None and (instead == role.name or instead not in roles_of(workspace)):
            raise Rejected("role_unknown", "instead")
        if instead is None and role.name in holders_of(workspace):
            raise Rejected("role_in_use", "instead")
        given = f", its users get {instead}" if instead else ""
        delete(role, actor, f"delete the role {role.name}{given}")
        users = hand_on(workspace, role.name, instead) if instead else []
        before = {"role": role.name, "permissions": role.permissions}
        after = {"role": instead, "users": len(users)} if instead else None
        audit.note(workspace, acts.ROLE_DELETED, actor, before=before, after=after)
        given_to = [(user, {"role": role.name}, {"role": instead}) for user in users]
        audit.note_beneath(workspace, acts.ROLE_GIVEN, actor, given_to)
        return len(users)
