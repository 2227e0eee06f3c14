"""When a token was last used, be it an API token or the access token of a source."""

from __future__ import annotations

from datetime import datetime

from django.db import OperationalError, connection

from postroom.store.models import AccessToken, ApiToken


def mark_used_if_free(token: ApiToken | AccessToken, at: datetime) -> bool:
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
            return bool(type(token).objects.filter(pk=token.pk).update(last_used_at=at))
        except OperationalError:
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(waits_ms)}")


def _mark_where_unlocked(token: ApiToken | AccessToken, at: datetime) -> bool:
    table = token._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET last_used_at = %s WHERE id = "  # noqa: S608 - the name of a table of ours
            f"(SELECT id FROM {table} WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED)",
            [at, token.pk],
        )
        return bool(cursor.rowcount)
