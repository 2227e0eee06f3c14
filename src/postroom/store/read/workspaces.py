"""Which workspaces there are."""

from __future__ import annotations

from django.db.models import QuerySet

from postroom.store.models import Workspace


def workspaces() -> QuerySet[Workspace]:
    """All workspaces by name."""
    return Workspace.objects.order_by("name")


def workspace_named(name: str) -> Workspace | None:
    """The workspace of exactly this name."""
    return Workspace.objects.filter(name=name).first()
