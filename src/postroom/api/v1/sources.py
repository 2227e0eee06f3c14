"""Routes of sources and their access tokens (K1, K2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninja import Body, Router

from postroom.actions.access_tokens import revoke, rotate
from postroom.actions.change_source import change_source as change
from postroom.actions.create_source import create_source
from postroom.api import schemas_source as schemas
from postroom.api.auth import Call
from postroom.api.paging import Cursor, Limit, page
from postroom.api.v1.sent import PathId, one
from postroom.core.clock_text import moment_text
from postroom.store.models import AccessToken, Source
from postroom.store.read.source_health import failure_shares
from postroom.store.read.sources import access_tokens, fed_by, sources, tokens_of_sources, upload_sources

router = Router(tags=["Sources"])


@router.get("sources", response=schemas.Sources, operation_id="listSources", summary="List sources")
def list_sources(request: Call, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """All sources, the first created first. Needs `manage_sources`."""
    return page(request, sources(request.caller.workspace), ("pk",), _shown, limit, cursor)


@router.post(
    "sources", response={201: schemas.SourceWithSecret}, operation_id="addSource", summary="Add a source"
)
def add_source(request: Call, sent: schemas.AddSource) -> Any:
    """Create a source with an access token, whose secret is shown this once. Needs `manage_sources`."""
    caller = request.caller
    source, secret = create_source(
        caller.workspace, sent.name, sent.lenses, sent.crawling_depth, actor=caller.actor
    )
    return {**_shown([source])[0], "access_token": secret}


@router.get("sources/{id}", response=schemas.Source, operation_id="getSource", summary="Get a source")
def get_source(request: Call, id: PathId) -> Any:
    """One source with its access tokens, without their secrets. Needs `manage_sources`."""
    return _shown([_source(request, id)])[0]


@router.patch("sources/{id}", response=schemas.Source, operation_id="changeSource", summary="Change a source")
def change_source(request: Call, id: PathId, changes: Body[schemas.SourceChange]) -> Any:
    """Change what is given, for what is uploaded from then on. Needs `manage_sources`."""
    return _shown([change(request.caller.workspace, id, changes)])[0]


@router.post(
    "sources/{id}/rotate",
    response=schemas.SourceWithSecret,
    operation_id="rotateAccessToken",
    summary="Make a new access token",
)
def rotate_token(request: Call, id: PathId, sent: schemas.RotateToken) -> Any:
    """Make a new access token, whose secret is shown this once; the one before ends. Needs `manage_sources`."""
    source = _upload_source(request, id)
    secret = rotate(source, sent.grace_hours, actor=request.caller.actor)
    return {**_shown([source])[0], "access_token": secret}


@router.get(
    "sources/{id}/tokens",
    response=schemas.AccessTokens,
    operation_id="listAccessTokens",
    summary="List access tokens of a source",
)
def list_tokens(request: Call, id: PathId) -> Any:
    """The access tokens of a source, without their secrets. Needs `manage_sources`."""
    return {"items": [_token(token) for token in access_tokens(_upload_source(request, id))]}


@router.delete(
    "sources/{id}/tokens/{token_id}",
    response={204: None},
    operation_id="revokeAccessToken",
    summary="Revoke an access token",
)
def revoke_token(request: Call, id: PathId, token_id: PathId) -> Any:
    """End an access token of a source at once. Needs `manage_sources`."""
    revoke(_upload_source(request, id), token_id, actor=request.caller.actor)


def _source(request: Call, source_id: int) -> Source:
    found: Source = one(sources(request.caller.workspace), pk=source_id)
    return found


def _upload_source(request: Call, source_id: int) -> Source:
    """The source, where it is one that programs upload to."""
    found: Source = one(upload_sources(request.caller.workspace).select_related("workspace"), pk=source_id)
    return found


def _shown(rows: Sequence[Source]) -> list[dict[str, Any]]:
    ids = [source.pk for source in rows]
    shares, tokens = failure_shares(ids), tokens_of_sources(ids)
    return [
        {
            "id": source.pk,
            "name": source.name,
            "kind": source.kind,
            "lenses": fed_by(source),
            "crawling_depth": source.crawling_depth and source.crawling_depth.isoformat(),
            "created_at": moment_text(source.created_at),
            "failure_share": shares[source.pk].share,
            "is_alarmed": shares[source.pk].is_alarm,
            "tokens": [_token(token) for token in tokens[source.pk]],
        }
        for source in rows
    ]


def _token(token: AccessToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "created_at": moment_text(token.created_at),
        "expires_at": moment_text(token.expires_at),
        "last_used_at": moment_text(token.last_used_at),
        "revoked_at": moment_text(token.revoked_at),
    }
