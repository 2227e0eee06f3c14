"""API tokens: made, revoked."""

from __future__ import annotations

from datetime import datetime

from postroom.store.models import ApiToken, Workspace


def store_token(workspace: Workspace, name: str, scopes: list[str], digest: bytes, actor: str) -> ApiToken:
    """Store a new token by its digest."""
    return ApiToken.objects.create(
        workspace=workspace, name=name, scopes=scopes, digest=digest, created_by=actor
    )


def mark_revoked(token: ApiToken, at: datetime, actor: str) -> None:
    """End the token; one that is revoked keeps its time and who did it."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at, revoked_by=actor)
