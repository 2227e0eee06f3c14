"""The API as one thing: its routers, and the OpenAPI document made of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from postroom import __version__
from postroom.actions.rejection import BAD_PERIODS
from postroom.api.access import PUBLIC, ROUTES, UPLOAD, USER, is_done_once
from postroom.api.errors import MEDIA_TYPE, PROBLEMS, answer_to
from postroom.api.schemas import Problem
from postroom.api.strict_json import StrictJson
from postroom.api.v1 import (
    accounts,
    api_tokens,
    audit,
    blocklist,
    decisions,
    default_synced_labels,
    engagements,
    explain,
    jobs,
    mailbox_sources,
    mailboxes,
    my_data,
    organization,
    persons,
    reports,
    roles,
    set_aside,
    sources,
    uploads,
    users,
)

PREFIX = "/api/v1/"
DESCRIPTION = (
    "Everything about a workspace. Calls need an API token (`Authorization: Bearer …`) or a session, and the "
    "permission that each operation names. Bulk calls answer every record by itself, in order. Errors are "
    "`application/problem+json` with a stable `code`."
)
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A name of the caller's own for this call: sent again, it is done once and answered the same.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
OF_ROUTES = {
    "explain": frozenset({"cannot_explain"}),
    "mailbox-sources/{kind}/check": frozenset({"provider_away"}),
    "visibility": frozenset({"no_mailbox"}),
    "engagements/{id}/visibility": frozenset({"no_mailbox"}),
    **{f"reports/{name}": frozenset({"not_found", *BAD_PERIODS}) for name in ("employee", "team", "circle")},
}
"""Codes of problems that are the matter of single routes."""


class Api(NinjaAPI):
    """django-ninja, with the door's answers and securities told in its document."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The OpenAPI 3.1 document."""
        document = super().get_openapi_schema(path_prefix=PREFIX)
        document["components"]["schemas"]["Problem"] = Problem.json_schema()
        document["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
            "access_token": {
                "type": "http",
                "scheme": "bearer",
                "description": "The access token of a source: opens the upload API, and nothing else does.",
            },
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": "postroom",
                "description": "Signed in; changes also need the header X-CSRFToken.",
            },
        }
        document["security"] = [{"token": []}, {"session": []}]
        document.pop("servers")
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _tell_errors(path, method.upper(), operation)
        return document


def _tell_errors(path: str, method: str, operation: dict[str, Any]) -> None:
    """Add the problems that the door and the framework answer with, and the permission that is needed."""
    access = ROUTES[path.removeprefix(PREFIX)][method]
    codes = {"unauthorized", "forbidden", "method_not_allowed", "invalid", "too_many_calls"}
    codes |= {"internal", "busy", "storage_full"}
    if "{" in path:
        codes.add("not_found")
    if "cursor" in _query_of(operation):
        codes.add("invalid_cursor")
    if access.max_bytes:
        codes |= {"malformed_json", "incomplete", "stalled", "too_large", "too_many_items"}
        codes |= {"unsupported_media_type", "unsupported_encoding"}
    if method != "GET" and access.permission != UPLOAD:
        codes.add("csrf_failed")
    if access.permission == USER:
        codes.add("no_user")
    codes |= OF_ROUTES.get(path.removeprefix(PREFIX), frozenset())
    if is_done_once(path.removeprefix(PREFIX), method):
        codes |= {"in_flight", "idempotency_key_invalid", "idempotency_key_reused"}
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    for status in sorted({PROBLEMS[code].status for code in codes}):
        operation["responses"][status] = {
            "description": ", ".join(
                c for c, kind in PROBLEMS.items() if c in codes and kind.status == status
            ),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if access.permission != PUBLIC:
        operation["x-permission"] = access.permission
    if access.permission == UPLOAD:
        operation["security"] = [{"access_token": []}]


def _query_of(operation: dict[str, Any]) -> dict[str, str]:
    """The query parameters of an operation, and of which type each is; empty where it may be several."""
    return {
        p["name"]: p["schema"].get("type", "") for p in operation.get("parameters", ()) if p["in"] == "query"
    }


@lru_cache(maxsize=1)
def query_parameters() -> dict[tuple[str, str], dict[str, str]]:
    """The query parameters of each operation with their types, by route and method."""
    return {
        (path.removeprefix(PREFIX), method.upper()): _query_of(operation)
        for path, operations in api.get_openapi_schema()["paths"].items()
        for method, operation in operations.items()
    }


api = Api(
    title="Postroom",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
    parser=StrictJson(),
)
for _part in (
    organization,
    users,
    accounts,
    persons,
    blocklist,
    engagements,
    decisions,
    jobs,
    mailboxes,
    mailbox_sources,
    default_synced_labels,
    my_data,
    audit,
    reports,
    explain,
    sources,
    roles,
    api_tokens,
    uploads,
    set_aside,
):
    api.add_router("", _part.router)
api.add_exception_handler(Exception, answer_to)
for _known in list(api._exception_handlers):
    api.add_exception_handler(_known, answer_to)
