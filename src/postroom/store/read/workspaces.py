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


def collects_by_default(workspace: Workspace) -> bool:
    """Whether *Collect passive data* is on for new users, as it stands now (P6)."""
    return Workspace.objects.filter(pk=workspace.pk, collects_by_default=True).exists()
