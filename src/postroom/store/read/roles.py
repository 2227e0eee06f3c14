"""Roles of a workspace: the built-in ones and its own, and what a user may do by theirs (R1-R3).

Read anew whenever it is asked, so a role that was changed counts at the next request.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from postroom.core.permissions import PERMISSIONS, ROLES
from postroom.store.models import Role, User, Workspace


def own_roles(workspace: Workspace) -> QuerySet[Role]:
    """The workspace's own roles, the first made first."""
    return Role.objects.filter(workspace=workspace).order_by("pk")


def roles_of(workspace: Workspace) -> dict[str, frozenset[str]]:
    """The permissions of each role by its name: the built-in ones first, then the workspace's own."""
    return {**ROLES, **{role.name: _known(role.permissions) for role in own_roles(workspace)}}


def permissions_of(user: User) -> frozenset[str]:
    """What this user may do by their role, which for a built-in one asks nothing; an unknown role gives nothing."""
    if user.role in ROLES:
        return ROLES[user.role]
    role = Role.objects.filter(workspace=user.workspace_id, name=user.role).first()
    return _known(role.permissions) if role else frozenset()


def holders_of(workspace: Workspace) -> dict[str, int]:
    """How many users have each role, disabled ones included; a role that nobody has is missing."""
    counted = User.objects.filter(workspace=workspace).values_list("role").annotate(count=Count("pk"))
    return dict(counted.order_by("role"))


def _known(permissions: Iterable[str]) -> frozenset[str]:
    return frozenset(permissions) & PERMISSIONS.keys()
