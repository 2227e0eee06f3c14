"""Reset how an address signs in: for whoever runs the server, where nobody knows the password or the wrong one
does, or where the device with the second factor is lost.

A login may be of several workspaces, so none of their administrators can do this.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from postroom.actions.invite import make_invitation
from postroom.actions.rejection import NotFound
from postroom.actions.second_factor import remove_second_factor
from postroom.actions.typed import typed_address
from postroom.store.models import Login
from postroom.store.read.sign_in import users_of_all_workspaces
from postroom.store.write.sign_in import end_sessions
from postroom.store.write.users import forget_login


@dataclass(frozen=True, slots=True)
class FreshInvitation:
    """A new way in to one workspace."""

    workspace: str
    path: str


def reset_login(email: str, *, actor: str) -> list[FreshInvitation]:
    """Untie an address from its password in all workspaces, and invite it afresh to each.

    Its second factor, its accounts at sign-in providers, its sessions and earlier invitations end. Whoever
    accepts first sets the new password; a disabled user is not invited. Raises ``Rejected`` where it is no
    address, ``NotFound`` where no workspace has a user of it.
    """
    address = typed_address(email)
    with transaction.atomic():
        users = users_of_all_workspaces(address)
        if not users:
            raise NotFound
        for login in Login.objects.filter(email=address):
            end_sessions(login, but=None)
        forget_login(address)
        return [
            FreshInvitation(user.workspace.name, make_invitation(user, actor).path)
            for user in users
            if user.disabled_at is None
        ]


def reset_second_factor(email: str) -> bool:
    """Take the second factor off an address whose device is lost; ``False``: it has none.

    The password stays, and its sessions end. Raises ``Rejected`` where it is no address, ``NotFound`` where
    nobody signs in by it.
    """
    login = Login.objects.filter(email=typed_address(email)).first()
    if login is None:
        raise NotFound
    with transaction.atomic():
        end_sessions(login, but=None)
        return remove_second_factor(login)
