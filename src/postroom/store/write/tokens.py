"""API tokens: made, used, revoked."""

from __future__ import annotations

from datetime import datetime

from postroom.store.models import ApiToken, Workspace


def store_token(workspace: Workspace, name: str, scopes: list[str], digest: bytes) -> ApiToken:
    """Store a new token by its digest."""
    return ApiToken.objects.create(workspace=workspace, name=name, scopes=scopes, digest=digest)


def mark_used(token: ApiToken, at: datetime) -> None:
    """Note when the token was last used."""
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def mark_revoked(token: ApiToken, at: datetime) -> None:
    """End the token; one that is revoked keeps its time."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
