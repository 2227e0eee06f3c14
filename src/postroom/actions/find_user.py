"""Find a user as somebody names one: by the e-mail address or an alias, as it is typed."""

from __future__ import annotations

from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.typed import typed_address
from postroom.store.models import User, Workspace
from postroom.store.read.users import user_with_address


def find_user(workspace: Workspace, email: str) -> User:
    """The user with this address as somebody typed it; raises ``NotFound``."""
    try:
        user = user_with_address(workspace, typed_address(email))
    except Rejected:
        user = None
    if user is None:
        raise NotFound
    return user
