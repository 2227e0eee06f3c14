"""Access tokens of sources: make, rotate, revoke, and tell whose a secret is (K1, K2).

An access token opens the upload API for its own source and nothing else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.token_secret import digest_of, is_use_due, new_secret
from postroom.store.models import AccessToken, Source
from postroom.store.read.sources import access_token_of_digest, access_tokens
from postroom.store.write.sources import end_access_tokens, revoke_access_token, store_access_token
from postroom.store.write.token_use import mark_used_if_free
from postroom.store.write.turn import take_turn

PREFIX: Final = "ps_"
MAX_GRACE_HOURS: Final = 7 * 24


def rotate(source: Source, grace_hours: int, *, actor: str) -> str:
    """Make the source a new access token; answer its secret, shown once.

    Those before it work for ``grace_hours`` more, and no longer than they did; 0: they end at once. Raises
    ``Rejected``: ``grace_invalid``.
    """
    if not 0 <= grace_hours <= MAX_GRACE_HOURS:
        raise Rejected("grace_invalid", "grace_hours")
    secret = new_secret(PREFIX)
    with transaction.atomic():
        take_turn(source.workspace)
        end_access_tokens(source, timezone.now() + timedelta(hours=grace_hours))
        store_access_token(source, digest_of(secret), actor)
    return secret


def revoke(source: Source, token_id: int, *, actor: str) -> AccessToken:
    """End an access token of the source at once; again: no change. Raises ``NotFound``."""
    token = access_tokens(source).filter(pk=token_id).first()
    if token is None:
        raise NotFound
    revoke_access_token(token, timezone.now(), actor)
    token.refresh_from_db()
    return token


def source_of_secret(secret: str) -> Source | None:
    """The source, with its workspace, whose access token this is; ``None`` for whatever reason it is not valid."""
    token = access_token_of_secret(secret)
    return token.source if token else None


def access_token_of_secret(secret: str) -> AccessToken | None:
    """The access token whose secret this is, with source and workspace, its use noted; ``None``: not valid."""
    now = timezone.now()
    token = access_token_of_digest(digest_of(secret), now)
    if token is not None and is_use_due(token.last_used_at, now):
        mark_used_if_free(token, now)
    return token
