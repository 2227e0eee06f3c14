"""Who may sign in, and how many tries failed lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from postroom.store.models import Login, SignInTry, User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def enabled_users(login: AbstractBaseUser) -> list[User]:
    """The users this login may act as, one a workspace, by the workspace's name."""
    users = User.objects.filter(login=login.pk, disabled_at=None).select_related("workspace")
    return list(users.order_by("workspace__name"))


def login_of(email: str) -> Login | None:
    """The login with this normalised address that may be used: some user of it is not disabled."""
    return Login.objects.filter(email=email, users__disabled_at=None).distinct().first()


def login_elsewhere(user: User) -> Login | None:
    """The login of the user's address, where users of other workspaces sign in by it."""
    others = User.objects.exclude(workspace=user.workspace_id)
    return Login.objects.filter(email=user.email, pk__in=others.values("login")).first()


def users_of_all_workspaces(email: str) -> list[User]:
    """The users of this normalised address, one a workspace, by the workspace's name."""
    users = User.objects.filter(email=email).select_related("workspace")
    return list(users.order_by("workspace__name"))


def tries_since(address: bytes, client: bytes, since: int) -> tuple[int, int, int]:
    """Count the failed tries since then: for the address from this client, for the address, from the client."""
    counts = SignInTry.objects.filter(at__gt=since).aggregate(
        both=Count("id", filter=Q(address=address, client=client)),
        address=Count("id", filter=Q(address=address)),
        client=Count("id", filter=Q(client=client)),
    )
    return counts["both"], counts["address"], counts["client"]
