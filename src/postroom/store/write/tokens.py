"""API tokens: made, used, revoked."""

from __future__ import annotations

from datetime import datetime

from django.db import OperationalError, connection

from postroom.store.models import ApiToken, Workspace


def store_token(workspace: Workspace, name: str, scopes: list[str], digest: bytes, actor: str) -> ApiToken:
    """Store a new token by its digest."""
    return ApiToken.objects.create(
        workspace=workspace, name=name, scopes=scopes, digest=digest, created_by=actor
    )


def mark_used_if_free(token: ApiToken, at: datetime) -> bool:
    """Note when the token was last used, unless that would have to wait for somebody; says whether it was.

    Last use is for people to look at: no call, least of all one that only reads, waits for a lock for it.
    """
    if connection.vendor == "postgresql":
        return _mark_where_unlocked(token, at)
    with connection.cursor() as cursor:
        [waits_ms] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            # One statement, committed by itself: no transaction that would begin by waiting.
            return bool(ApiToken.objects.filter(pk=token.pk).update(last_used_at=at))
        except OperationalError:
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(waits_ms)}")


def _mark_where_unlocked(token: ApiToken, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_apitoken SET last_used_at = %s WHERE id = "
            "(SELECT id FROM store_apitoken WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED)",
            [at, token.pk],
        )
        return bool(cursor.rowcount)


def mark_revoked(token: ApiToken, at: datetime, actor: str) -> None:
    """End the token; one that is revoked keeps its time and who did it."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at, revoked_by=actor)
