"""The blocklist as it is in force."""

from __future__ import annotations

from django.db.models import QuerySet

from postroom.store.models import BlocklistEntry, Workspace


def blocklist(workspace: Workspace) -> QuerySet[BlocklistEntry]:
    """The entries by id."""
    return BlocklistEntry.objects.filter(workspace=workspace, closed_in=None).order_by("pk")
