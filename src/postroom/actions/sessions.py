"""A login's sessions: note each one that begins, so that its owner can see and end it."""

from __future__ import annotations

from django.db import transaction

from postroom.store.models import Login
from postroom.store.write import sign_in as write


def note_session(login: Login, key: str, *, way: str, browser: str) -> None:
    """Note that a session began. ``way`` says how the login was proved, ``browser`` with what, in words."""
    write.store_session(key, login, way, browser)


def end_other_sessions(login: Login, key: str | None) -> int:
    """End all sessions of the login but the one with this key; answer how many there were."""
    with transaction.atomic():
        return write.end_sessions(login, but=key)
