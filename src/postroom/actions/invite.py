"""Invitation links: how a user who was added comes to a password (R5)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from postroom.actions.add_users import ALL_PERMISSIONS
from postroom.actions.disable_user import check_reach
from postroom.actions.find_user import find_user
from postroom.actions.rejection import Rejected
from postroom.actions.sign_in import TooManyTries, prove_login
from postroom.store.models import Invitation, Login, User, Workspace
from postroom.store.read.sign_in import login_elsewhere
from postroom.store.write.sign_in import end_sessions
from postroom.store.write.users import create_invitation, store_login, use_invitation

VALID_DAYS = 14


@dataclass(frozen=True, slots=True)
class MadeInvitation:
    """An invitation as whoever asked for it is told of it, once."""

    user: User
    path: str
    """The link without the server's address; its secret is kept nowhere."""
    expires_at: datetime

    def link(self, scheme: str, host: str) -> str:
        """The whole link, for who reached the server by this scheme and host."""
        # A web server in front of ours takes the encryption off.
        return f"{'https' if settings.IS_BEHIND_PROXY else scheme}://{host}{self.path}"


def invite(
    workspace: Workspace, email: str, *, actor: str, granted_by: frozenset[str] = ALL_PERMISSIONS
) -> MadeInvitation:
    """Make an invitation link for a user; earlier links of the user end.

    Whoever opens it sets the user's password. Raises ``NotFound``, ``Rejected`` for who is disabled and where the
    user's role is beyond ``granted_by``, the permissions of who asks.
    """
    with transaction.atomic():
        user = find_user(workspace, email)
        check_reach(user, granted_by)
        if user.disabled_at is not None:
            raise Rejected("user_disabled", "email")
        return make_invitation(user, actor)


def make_invitation(user: User, actor: str) -> MadeInvitation:
    """Make an invitation for the user, in the caller's transaction."""
    secret = secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=VALID_DAYS)
    create_invitation(user, _digest(secret), expires_at, actor)
    return MadeInvitation(user, f"/invitation/{secret}", expires_at)


def invitation_of(secret: str) -> Invitation | None:
    """The invitation of this secret, while it can be used."""
    invitation = (
        Invitation.objects.filter(digest=_digest(secret), used_at=None, expires_at__gt=timezone.now())
        .select_related("user__workspace", "user__login")
        .first()
    )
    return invitation if invitation and invitation.user.disabled_at is None else None


def accept_invitation(secret: str, password: str, *, client: str = "") -> Login:
    """Let the invited user sign in with ``password``; the link is used up. Raises ``Rejected``.

    Where the address signs in to another workspace already, the password has to be the one that is there.
    ``client`` is the network address asked from, by which wrong ones are counted, as when signing in.
    """
    invitation = invitation_of(secret)
    if invitation is None:
        raise Rejected("invitation_invalid")
    proven = _prove_other_login(invitation.user, password, client)
    with transaction.atomic():
        if not use_invitation(invitation, timezone.now()):
            raise Rejected("invitation_invalid")
        return give_password(invitation.user, password, proven)


def _prove_other_login(user: User, password: str, client: str) -> Login | None:
    """The login that other workspaces know the address by, once the password shows whose it is."""
    login = login_elsewhere(user)
    if login is None:
        return None
    checked = prove_login(login, password, client=client)
    if isinstance(checked, TooManyTries):
        raise Rejected("too_many_tries", "password")
    if checked is None:
        raise Rejected("login_exists", "password")
    return checked


def give_password(user: User, password: str, proven: Login | None = None) -> Login:
    """Let the user sign in with ``password``; raises ``Rejected``.

    The same human may sign in to several workspaces by one login. Whoever administers one of them must not
    set the password for another, nor come in by a login that was set up there: a login of other workspaces
    has to be ``proven`` by its password. Where nobody knows that, see ``reset_login``.
    """
    elsewhere = login_elsewhere(user)
    if elsewhere is not None:
        if elsewhere != proven:
            raise Rejected("login_exists", "password")
        store_login(user, elsewhere)
        return elsewhere
    login = Login.objects.filter(email=user.email).first() or Login(email=user.email)
    try:
        validate_password(password, login)
    except ValidationError:
        raise Rejected("password_refused", "password") from None
    login.set_password(password)
    store_login(user, login)
    end_sessions(login, but=None)
    return login


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
