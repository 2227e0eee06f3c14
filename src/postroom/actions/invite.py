"""Invitation links: how a user who was added comes to a password (R5)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from postroom.actions.find_user import find_user
from postroom.actions.rejection import Rejected
from postroom.store.models import Invitation, Login, User, Workspace
from postroom.store.write.users import create_invitation, store_login, use_invitation

VALID_DAYS = 14


def invite(workspace: Workspace, email: str, *, actor: str) -> str:
    """Make an invitation link for a user and answer its path; earlier links of the user end.

    The path is shown to whoever asked and kept nowhere. Raises ``NotFound``.
    """
    user = find_user(workspace, email)
    with transaction.atomic():
        return invitation_path(user, actor)


def invitation_path(user: User, actor: str) -> str:
    """Make an invitation for the user, in the caller's transaction, and answer the link's path."""
    secret = secrets.token_urlsafe(32)
    create_invitation(user, _digest(secret), timezone.now() + timedelta(days=VALID_DAYS), actor)
    return f"/invitation/{secret}"


def invitation_of(secret: str) -> Invitation | None:
    """The invitation of this secret, while it can be used."""
    invitation = (
        Invitation.objects.filter(digest=_digest(secret), used_at=None, expires_at__gt=timezone.now())
        .select_related("user__workspace", "user__login")
        .first()
    )
    return invitation if invitation and invitation.user.disabled_at is None else None


def accept_invitation(secret: str, password: str) -> Login:
    """Set the password of the invited user; the link is used up. Raises ``Rejected``."""
    with transaction.atomic():
        invitation = invitation_of(secret)
        if invitation is None or not use_invitation(invitation, timezone.now()):
            raise Rejected("invitation_invalid")
        return give_password(invitation.user, password)


def give_password(user: User, password: str) -> Login:
    """Let the user sign in with ``password``; raises ``Rejected``.

    The same human may sign in to several workspaces by one login. Whoever administers one of them must not
    set the password for another: then the password has to be the one that is there.
    """
    login = Login.objects.filter(email=user.email).first() or Login(email=user.email)
    if login.pk and login.users.exclude(workspace=user.workspace).exists():
        if not login.check_password(password):
            raise Rejected("login_exists", "password")
    else:
        try:
            validate_password(password, login)
        except ValidationError:
            raise Rejected("password_refused", "password") from None
        login.set_password(password)
    store_login(user, login)
    return login


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
