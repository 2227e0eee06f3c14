"""Whose reports somebody sees (E11). Questions about reports take a ``Subject``, and only these functions make one."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from postroom.store.models import User, Workspace
from postroom.store.read.users import user_with_address


class Onlooker(NamedTuple):
    """Somebody who asks for reports."""

    workspace: Workspace
    permissions: frozenset[str]
    user: User | None
    """``None``: an API token, which has no report of its own and nobody below it."""
    actor: str
    """As the audit names them."""


class Subject(NamedTuple):
    """A user whose report the onlooker may see."""

    user: User
    is_self: bool


def users_seen_by(onlooker: Onlooker) -> QuerySet[User]:
    """Whose reports the onlooker may see, by e-mail address."""
    everybody = User.objects.filter(workspace=onlooker.workspace).order_by("email")
    if "report_all" in onlooker.permissions:
        return everybody
    if onlooker.user is None:
        return everybody.none()
    return everybody.filter(pk__in=_ids_seen_by(onlooker.user, onlooker.permissions))


def subject_at(onlooker: Onlooker, address: str) -> Subject | None:
    """The user with this normalised address, if the onlooker may see their report."""
    user = user_with_address(onlooker.workspace, address)
    return _subject(onlooker, user) if user is not None else None


def subject_numbered(onlooker: Onlooker, user_id: int) -> Subject | None:
    """The user with this id, if the onlooker may see their report."""
    user = User.objects.filter(workspace=onlooker.workspace, pk=user_id).first()
    return _subject(onlooker, user) if user is not None else None


def oneself(user: User) -> Subject:
    """One's own report."""
    return Subject(user, is_self=True)


def _subject(onlooker: Onlooker, user: User) -> Subject | None:
    is_self = onlooker.user is not None and onlooker.user.pk == user.pk
    if is_self or "report_all" in onlooker.permissions:
        return Subject(user, is_self)
    if onlooker.user is not None and user.pk in _ids_seen_by(onlooker.user, onlooker.permissions):
        return Subject(user, is_self=False)
    return None


def _ids_seen_by(user: User, permissions: frozenset[str]) -> set[int]:
    return {user.pk} | (users_below(user) if "report_team" in permissions else set())


def users_below(manager: User) -> set[int]:
    """The ids of everybody below a manager, over all levels, without the manager."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [manager.pk])
        return {row[0] for row in cursor.fetchall()} - {manager.pk}


_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT CAST(%s AS bigint)
    UNION
    SELECT u.id FROM below b
    JOIN store_useraddress a ON a.user_id = b.id AND a.closed_in IS NULL
    JOIN store_user u ON u.workspace_id = a.workspace_id AND u.manager_email = a.address
        AND NOT (u.manager_email = '')
)
SELECT id FROM below
"""
"""Without the last condition SQLite would not take the index of managers, and go through all users for each."""
