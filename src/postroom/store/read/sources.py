"""Sources of a workspace, their access tokens, and whose a secret is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from postroom.store.models import AccessToken, Source, Workspace


def sources(workspace: Workspace) -> QuerySet[Source]:
    """All sources of the workspace, by name."""
    return Source.objects.filter(workspace=workspace).order_by("name")


def upload_sources(workspace: Workspace) -> QuerySet[Source]:
    """Those of them that programs upload to: the ones with access tokens."""
    return sources(workspace).filter(kind="api")


def source_named(workspace: Workspace, name: str) -> Source | None:
    """The source of this name that programs upload to."""
    return upload_sources(workspace).filter(name=name).first()


def fed_by(source: Source) -> list[str]:
    """The lenses that the source feeds, as names of ``core.upload.LENSES``."""
    return ["customer"] * source.feeds_customer + ["people"] * source.feeds_people


def access_tokens(source: Source) -> QuerySet[AccessToken]:
    """All access tokens of the source, the newest first, ended ones included."""
    return AccessToken.objects.filter(source=source).order_by("-pk")


def tokens_of_sources(source_ids: Sequence[int]) -> dict[int, list[AccessToken]]:
    """The access tokens of each source, the newest first, ended ones included."""
    found: dict[int, list[AccessToken]] = {source_id: [] for source_id in source_ids}
    for token in AccessToken.objects.filter(source__in=source_ids).order_by("-pk"):
        found[token.source_id].append(token)
    return found


def access_token_of_digest(digest: bytes, now: datetime) -> AccessToken | None:
    """The access token with this digest that works now, with its source and workspace."""
    lasts = Q(expires_at=None) | Q(expires_at__gt=now)
    working = AccessToken.objects.filter(lasts, digest=digest, revoked_at=None)
    return working.select_related("source__workspace").first()
