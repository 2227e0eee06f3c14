"""API tokens of a workspace, and whose a secret is."""

from __future__ import annotations

from django.db.models import QuerySet

from postroom.store.models import ApiToken, Workspace


def tokens(workspace: Workspace) -> QuerySet[ApiToken]:
    """All tokens, the oldest first, revoked ones included."""
    return ApiToken.objects.filter(workspace=workspace).order_by("pk")


def token_of_digest(digest: bytes) -> ApiToken | None:
    """The token with this digest that is not revoked, with its workspace."""
    return ApiToken.objects.filter(digest=digest, revoked_at=None).select_related("workspace").first()
