"""Routes of API tokens (K2 in kind)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninja import Router, Status

from postroom.actions import create_token as actions
from postroom.api import schemas_roles as schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1.sent import PathId
from postroom.core.clock_text import moment_text
from postroom.store.models import ApiToken
from postroom.store.read.tokens import tokens

router = Router(tags=["API tokens"])


@router.post(
    "api-tokens",
    response={201: schemas.CreatedApiToken},
    operation_id="createApiToken",
    summary="Create an API token",
)
def create_api_token(request: Call, sent: schemas.CreateApiToken) -> Any:
    """Create a token; its secret stands in this answer and is kept nowhere. Needs `admin_access`."""
    caller = request.caller
    token, secret = actions.create_token(caller.workspace, sent.name, sent.scopes, actor=caller.actor)
    return Status(201, {**_shown([token])[0], "token": secret})


@router.get("api-tokens", response=schemas.ApiTokens, operation_id="listApiTokens", summary="List API tokens")
def list_api_tokens(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """All tokens, the oldest first, revoked ones included. Needs `admin_access`."""
    return page(request, tokens(request.caller.workspace), ("pk",), _shown, limit, cursor)


@router.delete(
    "api-tokens/{id}", response={204: None}, operation_id="revokeApiToken", summary="Revoke an API token"
)
def revoke_api_token(request: Call, id: PathId) -> Any:
    """End a token at once, for good; again: no change. Needs `admin_access`."""
    actions.revoke_token(request.caller.workspace, id, actor=request.caller.actor)


def _shown(rows: Sequence[ApiToken]) -> list[dict[str, Any]]:
    return [
        {
            "id": token.pk,
            "name": token.name,
            "scopes": token.scopes,
            "created_at": moment_text(token.created_at),
            "created_by": token.created_by,
            "last_used_at": moment_text(token.last_used_at),
            "revoked_at": moment_text(token.revoked_at),
            "revoked_by": token.revoked_by or None,
        }
        for token in rows
    ]
