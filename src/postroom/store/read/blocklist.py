"""The blocklist as it is in force."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from postroom.store.models import BlocklistEntry, Workspace

PAGE_ROWS: Final = 50


def blocklist(workspace: Workspace) -> QuerySet[BlocklistEntry]:
    """The entries by id."""
    return BlocklistEntry.objects.filter(workspace=workspace, closed_in=None).order_by("pk")


def blocklist_page(
    workspace: Workspace, text: str, before: int | None, limit: int = PAGE_ROWS
) -> tuple[list[BlocklistEntry], int | None]:
    """Entries in whose value or note ``text`` stands, the last added or changed first, and where they go on."""
    found = blocklist(workspace).order_by("-pk")
    if text:
        found = found.filter(Q(value__icontains=text) | Q(note__icontains=text))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: limit + 1])
    return rows[:limit], rows[limit - 1].pk if len(rows) > limit else None
