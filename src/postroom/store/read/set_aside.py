"""What was set aside because it could not be read (L6)."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from postroom.store.models import Item, SetAside, Workspace
from postroom.store.secrets import decrypt


def set_aside(workspace: Workspace) -> QuerySet[SetAside]:
    """All mails set aside in the workspace, newest first, without their bytes."""
    return SetAside.objects.filter(workspace=workspace).defer("sealed_raw").order_by("-pk")


def with_uploaders(rows: QuerySet[SetAside]) -> QuerySet[Any]:
    """The same, each with the name of the source that uploaded it as ``uploaded_by``; ``None``: a file brought it."""
    items = Item.objects.filter(pk=OuterRef("item"))
    return rows.annotate(uploaded_by=Subquery(items.values("source__name")[:1]))


def raw_of(row: SetAside) -> bytes | None:
    """The mail, byte for byte; ``None`` where it was too large to keep and its file is the original."""
    return None if row.sealed_raw is None else decrypt(row.sealed_raw)
