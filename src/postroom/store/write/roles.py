"""Roles of a workspace's own: stored, handed on, deleted; each with a revision, by which it stays known who did it."""

from __future__ import annotations

from django.utils import timezone

from postroom.store.models import Role, User, Workspace
from postroom.store.write.revision import next_revision


def store_role(role: Role, actor: str, says: str) -> None:
    """Store a new or changed role."""
    next_revision(role.workspace, actor, says)
    role.save()


def hand_on(workspace: Workspace, role: str, to: str) -> int:
    """Give every user of one role another, disabled users too; answers how many had it."""
    having = User.objects.filter(workspace=workspace, role=role)
    return having.update(role=to, updated_at=timezone.now())


def delete_role(role: Role, actor: str, says: str) -> None:
    """Delete a role; who still had it could do nothing by it."""
    next_revision(role.workspace, actor, says)
    role.delete()
