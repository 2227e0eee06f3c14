"""Disable and enable a user: no sign-in, while what was imported stays (U4)."""

from __future__ import annotations

from django.utils import timezone

from postroom.actions.find_user import find_user
from postroom.actions.rejection import Rejected
from postroom.store.models import User, Workspace
from postroom.store.read.sign_in import may_come_in
from postroom.store.read.users import administrators
from postroom.store.write.directory import directory_change
from postroom.store.write.sign_in import end_sessions


def disable_user(workspace: Workspace, email: str, *, actor: str) -> User:
    """Keep a user from signing in; again: no change. Raises ``NotFound``, ``Rejected`` for the last admin.

    Who signs in to no other workspace is signed out. The user's addresses stay inside: mail of somebody who
    left is no customer's.
    """
    with directory_change(workspace, actor, "disable a user") as change:
        user = find_user(workspace, email)
        if user.disabled_at is None:
            if list(administrators(workspace).values_list("pk", flat=True)) == [user.pk]:
                raise Rejected("last_admin", "email")
            user.disabled_at = timezone.now()
            change.update([user], ["disabled_at"])
            if user.login is not None and not may_come_in(user.login):
                end_sessions(user.login, but=None)
    return user


def enable_user(workspace: Workspace, email: str, *, actor: str) -> User:
    """Let a disabled user sign in again. Raises ``NotFound``."""
    with directory_change(workspace, actor, "enable a user") as change:
        user = find_user(workspace, email)
        if user.disabled_at is not None:
            user.disabled_at = None
            change.update([user], ["disabled_at"])
    return user
