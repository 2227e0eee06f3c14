"""Roles of a workspace's own: stored, handed on, deleted; each with a revision, by which it stays known who did it."""

from __future__ import annotations

from django.utils import timezone

from postroom.store.models import Role, User, Workspace
from postroom.store.write.revision import next_revision


def store_role(role: Role, actor: str, says: str) -> None:
    """Store a new or changed role."""
    next_revision(role.workspace, actor, says)
    role.save()


def hand_on(workspace: Workspace, role: str, to: str) -> list[int]:
    """Give every user of one role another, disabled users too; answers who had it, by id. Within a turn."""
    having = User.objects.filter(workspace=workspace, role=role)
    users = list(having.order_by("pk").values_list("pk", flat=True))
    having.update(role=to, updated_at=timezone.now())
    return users


def delete_role(role: Role, actor: str, says: str) -> None:
    """Delete a role; who still had it could do nothing by it."""
    next_revision(role.workspace, actor, says)
    role.delete()
