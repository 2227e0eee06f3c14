"""Create a workspace with its first administrator (W1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from postroom.actions.add_users import add_users
from postroom.actions.invite import give_password, make_invitation
from postroom.actions.record import text
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.store.models import User, Workspace
from postroom.store.read.sign_in import login_elsewhere
from postroom.store.read.users import users
from postroom.store.read.workspaces import workspace_named
from postroom.store.write.workspaces import create_workspace_row


@dataclass(frozen=True, slots=True)
class CreatedWorkspace:
    """A new workspace, its administrator, and how the latter comes to a password."""

    workspace: Workspace
    admin: User
    invitation: str | None
    """The path of the invitation link, where no password was given."""


def create_workspace(
    name: str, admin_email: str, password: str | None = None, *, actor: str = "command line"
) -> CreatedWorkspace:
    """Create a workspace with a hash key of its own and an Administrator; raises ``Rejected``."""
    name = text(200)(name)
    if not name:
        raise Rejected("name_required", "name")
    try:
        email = typed_address(admin_email)
    except Rejected as refusal:
        raise Rejected(refusal.reason, "admin") from None
    with transaction.atomic():
        if workspace_named(name) is not None:
            raise Rejected("name_taken", "name")
        try:
            workspace = create_workspace_row(name, secrets.token_bytes(32))
        except IntegrityError:
            # Somebody else created it since we looked.
            raise Rejected("name_taken", "name") from None
        add_users(workspace, [{"email": email, "role": "Administrator"}], actor=actor)
        admin = users(workspace).get(email=email)
        if password is None:
            return CreatedWorkspace(workspace, admin, make_invitation(admin, actor).path)
        elsewhere = login_elsewhere(admin)
        proven = elsewhere if elsewhere is not None and elsewhere.check_password(password) else None
        give_password(admin, password, proven)
        return CreatedWorkspace(workspace, admin, None)
