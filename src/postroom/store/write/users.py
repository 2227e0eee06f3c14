"""Sign-in of users: logins and invitations."""

from __future__ import annotations

from datetime import datetime

from postroom.store.models import Invitation, Login, User


def create_invitation(user: User, digest: bytes, expires_at: datetime, actor: str) -> Invitation:
    """Store a new invitation; the user's earlier ones end."""
    Invitation.objects.filter(user=user, used_at=None).delete()
    return Invitation.objects.create(user=user, digest=digest, expires_at=expires_at, invited_by=actor)


def use_invitation(invitation: Invitation, at: datetime) -> bool:
    """Mark the invitation as used; ``False``: somebody was faster."""
    return bool(Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=at))


def forget_login(email: str) -> None:
    """Forget how this address signs in, in all workspaces: its login goes, with its sessions and invitations."""
    Invitation.objects.filter(user__email=email, used_at=None).delete()
    Login.objects.filter(email=email).delete()


def store_login(user: User, login: Login) -> None:
    """Store the login and that the user signs in by it."""
    login.save()
    User.objects.filter(pk=user.pk).update(login=login)
    user.login = login
