"""API tokens: create, revoke, and tell whose a secret is (K2 in kind)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils import timezone

from postroom.actions.record import text
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.token_secret import digest_of, is_use_due, new_secret
from postroom.core.permissions import ADMIN_SCOPE, PERMISSIONS
from postroom.store.models import ApiToken, Workspace
from postroom.store.read.tokens import token_of_digest, tokens
from postroom.store.write.token_use import mark_used_if_free
from postroom.store.write.tokens import mark_revoked, store_token

PREFIX: Final = "pr_"


def create_token(
    workspace: Workspace, name: str, scopes: Sequence[str], *, actor: str
) -> tuple[ApiToken, str]:
    """Create a token with these scopes (permissions, or ``admin``); answer it and its secret, shown once.

    Raises ``Rejected``: ``name_required``, ``scope_required``, ``scope_unknown``.
    """
    name = text(200)(name)
    if not name:
        raise Rejected("name_required", "name")
    wanted = sorted(set(scopes))
    if not wanted:
        raise Rejected("scope_required", "scopes")
    if any(scope != ADMIN_SCOPE and scope not in PERMISSIONS for scope in wanted):
        raise Rejected("scope_unknown", "scopes")
    secret = new_secret(PREFIX)
    return store_token(workspace, name, wanted, digest_of(secret), actor), secret


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
    token = token_of_digest(digest_of(secret))
    if token is None:
        return None
    now = timezone.now()
    if is_use_due(token.last_used_at, now):
        mark_used_if_free(token, now)
    return token
