"""Who may sign in, and how many tries failed lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from postroom.store.models import Identity, Login, SignedIn, SignInTry, User
from postroom.store.read.setup import is_set_up

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def enabled_users(login: AbstractBaseUser) -> list[User]:
    """The users this login may act as, one a workspace, by the workspace's name; each with ``is_set_up``."""
    users = User.objects.filter(login=login.pk, disabled_at=None).select_related("workspace")
    return list(users.annotate(is_set_up=is_set_up()).order_by("workspace__name"))


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


def may_come_in(login: Login) -> bool:
    """Whether some user of this login is not disabled."""
    return User.objects.filter(login=login, disabled_at=None).exists()


def is_invited(email: str) -> bool:
    """Whether some user of this normalised address is not disabled and has no login yet."""
    return User.objects.filter(email=email, login=None, disabled_at=None).exists()


def identity_of(issuer: str, subject: str) -> Identity | None:
    """What is known of this account at a sign-in provider."""
    return Identity.objects.select_related("login").filter(issuer=issuer, subject=subject).first()


def is_bound(login: Login, issuer: str) -> bool:
    """Whether an account at this provider opens the login already."""
    return Identity.objects.filter(login=login, issuer=issuer).exists()


def issuers_of(login: Login) -> set[str]:
    """The providers at which an account opens the login."""
    return set(Identity.objects.filter(login=login).values_list("issuer", flat=True))


def sessions_of(login: Login) -> list[SignedIn]:
    """The login's sessions that are not over, the newest first."""
    lasting = SignedIn.objects.filter(login=login, session__expire_date__gt=timezone.now())
    return list(lasting.order_by("-began_at", "session"))


def tries_since(address: bytes, client: bytes, since: int) -> tuple[int, int, int]:
    """Count the failed tries since then: for the address from this client, for the address, from the client."""
    counts = SignInTry.objects.filter(at__gt=since).aggregate(
        both=Count("id", filter=Q(address=address, client=client)),
        address=Count("id", filter=Q(address=address)),
        client=Count("id", filter=Q(client=client)),
    )
    return counts["both"], counts["address"], counts["client"]
