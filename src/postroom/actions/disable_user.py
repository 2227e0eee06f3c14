"""Disable and enable a user: no sign-in and nothing collected, while what was imported stays (U4)."""

from __future__ import annotations

from django.utils import timezone

from postroom.actions.add_users import ALL_PERMISSIONS
from postroom.actions.find_user import find_user
from postroom.actions.rejection import Rejected
from postroom.actions.set_consent import set_consent
from postroom.core import audit as acts
from postroom.core.consent import DISABLED
from postroom.core.permissions import may_give
from postroom.store.models import User, Workspace
from postroom.store.read.roles import permissions_of
from postroom.store.read.sign_in import may_come_in
from postroom.store.read.users import administrators
from postroom.store.write import audit
from postroom.store.write.directory import directory_change
from postroom.store.write.sign_in import end_sessions


def disable_user(
    workspace: Workspace, email: str, *, actor: str, granted_by: frozenset[str] = ALL_PERMISSIONS
) -> User:
    """Keep a user from signing in, and switch Collect passive data off; again: no change.

    Who signs in to no other workspace is signed out. The user's addresses stay inside: mail of somebody who left is
    no customer's. Raises ``NotFound``, ``Rejected`` for the last admin and where the
    user's role is beyond ``granted_by``, the permissions of who asks.
    """
    with directory_change(workspace, actor, "disable a user") as change:
        user = find_user(workspace, email)
        check_reach(user, granted_by)
        if user.disabled_at is None:
            if list(administrators(workspace).values_list("pk", flat=True)) == [user.pk]:
                raise Rejected("last_admin", "email")
            set_consent(workspace, [(user, False)], actor=actor, how=DISABLED)
            user.disabled_at = timezone.now()
            change.update([user], ["disabled_at"])
            audit.note(workspace, acts.USER_DISABLED, actor, user=user)
            if user.login is not None and not may_come_in(user.login):
                end_sessions(user.login, but=None)
    return user


def enable_user(
    workspace: Workspace, email: str, *, actor: str, granted_by: frozenset[str] = ALL_PERMISSIONS
) -> User:
    """Let a disabled user sign in again; Collect passive data stays off. Raises as ``disable_user``."""
    with directory_change(workspace, actor, "enable a user") as change:
        user = find_user(workspace, email)
        check_reach(user, granted_by)
        if user.disabled_at is not None:
            user.disabled_at = None
            change.update([user], ["disabled_at"])
            audit.note(workspace, acts.USER_ENABLED, actor, user=user)
    return user


def check_reach(user: User, granted_by: frozenset[str]) -> None:
    """Raise ``Rejected`` where the user's role is beyond who asks: else whoever manages users could be anybody."""
    if not may_give(permissions_of(user), granted_by):
        raise Rejected("user_not_allowed", "email")
