"""API tokens of a workspace, and whose a secret is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from django.db.models import QuerySet

from postroom.store.models import ApiToken, Workspace

PAGE_ROWS: Final = 50


def tokens(workspace: Workspace) -> QuerySet[ApiToken]:
    """All tokens, the oldest first, revoked ones included."""
    return ApiToken.objects.filter(workspace=workspace).order_by("pk")


def makers_of(workspace: Workspace, names: Collection[str]) -> dict[str, str]:
    """Who made the API token of each of these names; where several did, it is left out."""
    found = tokens(workspace).filter(name__in=names) if names else ApiToken.objects.none()
    makers: dict[str, set[str]] = defaultdict(set)
    for name, maker in found.values_list("name", "created_by"):
        makers[name].add(maker)
    return {name: made.pop() for name, made in makers.items() if len(made) == 1}


def tokens_page(
    workspace: Workspace, are_revoked: bool, before: int | None, limit: int = PAGE_ROWS
) -> tuple[list[ApiToken], int | None]:
    """The tokens that work, or those that are revoked, the last made first, and where they go on."""
    found = tokens(workspace).filter(revoked_at__isnull=not are_revoked).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: limit + 1])
    return rows[:limit], rows[limit - 1].pk if len(rows) > limit else None


def token_of_digest(digest: bytes) -> ApiToken | None:
    """The token with this digest that is not revoked, with its workspace."""
    return ApiToken.objects.filter(digest=digest, revoked_at=None).select_related("workspace").first()
