"""Users of a workspace, and whose an address is."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from postroom.store.models import User, UserAddress, Workspace
from postroom.store.read.roles import roles_of
from postroom.store.rows import batched


def users(workspace: Workspace) -> QuerySet[User]:
    """All users by e-mail address."""
    return User.objects.filter(workspace=workspace).order_by("email")


def connected_users(workspace: Workspace) -> QuerySet[User]:
    """The users with Collect passive data on, by e-mail address (P5)."""
    return users(workspace).filter(collects_since__isnull=False)


def user_with_address(workspace: Workspace, address: str) -> User | None:
    """The user whose e-mail address or alias this normalised address is."""
    entry = (
        UserAddress.objects.filter(workspace=workspace, closed_in=None, address=address)
        .select_related("user")
        .first()
    )
    return entry.user if entry else None


def users_by_address(workspace: Workspace, addresses: Iterable[str]) -> dict[str, User]:
    """The users whose e-mail address or alias these normalised addresses are; one object a user."""
    found: dict[str, User] = {}
    users: dict[int, User] = {}
    in_force = UserAddress.objects.filter(workspace=workspace, closed_in=None).select_related("user")
    for some in batched(sorted(set(addresses))):
        for entry in in_force.filter(address__in=some):
            found[entry.address] = users.setdefault(entry.user_id, entry.user)
    return found


def whose_address_is(workspace: Workspace, address: str) -> QuerySet[UserAddress, int]:
    """The id of the user whose e-mail address or alias this normalised address is, to narrow a list by."""
    found = UserAddress.objects.filter(workspace=workspace, closed_in=None, address=address)
    return found.values_list("user_id", flat=True)


def addresses_of(users: Iterable[User]) -> dict[int, list[UserAddress]]:
    """The addresses in force of some users, by user id: the e-mail address first, then the aliases."""
    found: dict[int, list[UserAddress]] = {user.pk: [] for user in users}
    entries = UserAddress.objects.filter(user_id__in=found, closed_in=None).order_by("is_alias", "address")
    for entry in entries:
        found[entry.user_id].append(entry)
    return found


def administrators(workspace: Workspace) -> QuerySet[User]:
    """The users who hold ``admin_access`` and may sign in."""
    roles = [role for role, permissions in roles_of(workspace).items() if "admin_access" in permissions]
    return User.objects.filter(workspace=workspace, role__in=roles, disabled_at=None)
