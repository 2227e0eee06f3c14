"""What every change of a workspace's roles holds to (R3).

A name is not a built-in role's and stands for one role, however it is written; permissions exist; and the last
user with ``admin_access`` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import transaction

from postroom.actions.record import listed, text
from postroom.actions.rejection import NotFound, Rejected
from postroom.core.permissions import PERMISSIONS
from postroom.store.models import Role, Workspace
from postroom.store.read.roles import own_roles, roles_of
from postroom.store.read.users import administrators
from postroom.store.write.turn import take_turn

FIELDS: Final = ("name", "permissions")
"""The fields of a role as it is sent."""
MAX_ROLES: Final = 100
"""Own roles of a workspace: as many as one can still tell apart on a page."""


@contextmanager
def change_of_roles(workspace: Workspace, field: str | None = None) -> Iterator[None]:
    """Change roles in one transaction, refused where it takes ``admin_access`` from the last user who has it.

    ``field`` names the part of the record that is meant then. It waits for every other change of who has what
    role: so no two changes at once rely each on the administrator that the other one takes away.
    """
    with transaction.atomic():
        take_turn(workspace)
        had_some = administrators(workspace).exists()
        yield
        if had_some and not administrators(workspace).exists():
            raise Rejected("last_admin", field)


def own_role(workspace: Workspace, role_id: int) -> Role:
    """The workspace's own role of this id; raises ``NotFound``."""
    role = own_roles(workspace).filter(pk=role_id).first()
    if role is None:
        raise NotFound
    role.workspace = workspace
    return role


def role_name(value: Any) -> str:
    """Read a role's name; raises ``Rejected``."""
    name = text(100)(value)
    if not name:
        raise Rejected("name_required")
    return name


def permissions_named(value: Any) -> list[str]:
    """Read the names of permissions, sorted; raises ``Rejected``."""
    named = sorted(set(listed(text(100))(value)))
    if not PERMISSIONS.keys() >= set(named):
        raise Rejected("permission_unknown")
    return named


def check_name_is_free(workspace: Workspace, name: str) -> None:
    """Raise ``Rejected`` where a role is called so already, built-in or own, in capitals or not."""
    if name.casefold() in {taken.casefold() for taken in roles_of(workspace)}:
        raise Rejected("name_taken", "name")
