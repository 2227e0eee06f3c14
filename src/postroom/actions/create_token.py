"""API tokens: create, revoke, and tell whose a secret is (K2 in kind).

A secret is ``pr_``, 43 characters that carry 256 bits, and 6 of a checksum by which a scanner knows a leaked
one from chance. It is shown once and kept as its SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone

from postroom.actions.record import text
from postroom.actions.rejection import NotFound, Rejected
from postroom.core.permissions import ADMIN_SCOPE, PERMISSIONS
from postroom.store.models import ApiToken, Workspace
from postroom.store.read.tokens import token_of_digest, tokens
from postroom.store.write.tokens import mark_revoked, mark_used_if_free, store_token

PREFIX: Final = "pr_"
LAST_USE_IS_KEPT_EVERY: Final = timedelta(minutes=1)


def create_token(
    workspace: Workspace, name: str, scopes: Sequence[str], *, actor: str
) -> tuple[ApiToken, str]:
    """Create a token with these scopes (permissions, or ``admin``); answer it and its secret, shown once.

    Raises ``Rejected``: ``name_required``, ``scope_unknown``.
    """
    name = text(200)(name)
    if not name:
        raise Rejected("name_required", "name")
    wanted = sorted(set(scopes))
    if not wanted or any(scope != ADMIN_SCOPE and scope not in PERMISSIONS for scope in wanted):
        raise Rejected("scope_unknown", "scope")
    body = secrets.token_urlsafe(32)
    secret = f"{PREFIX}{body}{_checksum(body)}"
    return store_token(workspace, name, wanted, _digest(secret), actor), secret


def revoke_token(workspace: Workspace, token_id: int, *, actor: str) -> ApiToken:
    """End a token at once; again: no change. Raises ``NotFound``."""
    token = tokens(workspace).filter(pk=token_id).first()
    if token is None:
        raise NotFound
    mark_revoked(token, timezone.now(), actor)
    token.refresh_from_db()
    return token


def token_of_secret(secret: str) -> ApiToken | None:
    """The token whose secret this is, its use noted; ``None`` for whatever reason it is not valid."""
    # Looked up by digest even where the checksum is wrong: all wrong secrets take the same time.
    token = token_of_digest(_digest(secret))
    if token is None:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= LAST_USE_IS_KEPT_EVERY:
        mark_used_if_free(token, now)
    return token


def _checksum(body: str) -> str:
    return base64.urlsafe_b64encode(zlib.crc32(body.encode()).to_bytes(4, "big")).rstrip(b"=").decode()


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
