"""Let whoever signed in change the password."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from postroom.actions.sign_in import TooManyTries, prove_login
from postroom.store.models import Login
from postroom.store.write.sign_in import end_sessions, store_password


class NotChanged(StrEnum):
    """Why a password stays as it is."""

    WRONG = "wrong"
    """The old one is not that of the login."""
    TOO_MANY_TRIES = "too_many_tries"
    REFUSED = "refused"
    """The new one is too short or too common."""
    SAME = "same"
    """The new one is the old one."""


def change_password(
    login: Login, old: str, new: str, *, session: str | None, client: str
) -> Login | NotChanged:
    """Replace the password and end all sessions but the one of this key; answer the login with the new one.

    ``client`` is the network address asked from, by which wrong old passwords are counted.
    """
    proven = prove_login(login, old, client=client)
    if isinstance(proven, TooManyTries):
        return NotChanged.TOO_MANY_TRIES
    if proven is None:
        return NotChanged.WRONG
    if new == old:
        return NotChanged.SAME
    try:
        validate_password(new, proven)
    except ValidationError:
        return NotChanged.REFUSED
    with transaction.atomic():
        store_password(proven, new)
        end_sessions(proven, but=session)
    return proven
