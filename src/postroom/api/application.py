"""The API as one thing: its routers, and the OpenAPI document made of them."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from postroom import __version__
from postroom.api.access import PUBLIC, ROUTES
from postroom.api.errors import MEDIA_TYPE, PROBLEMS, answer_to
from postroom.api.schemas import Problem
from postroom.api.v1 import (
    accounts,
    blocklist,
    decisions,
    engagements,
    explain,
    jobs,
    organization,
    persons,
    set_aside,
    users,
)

PREFIX = "/api/v1/"
DESCRIPTION = (
    "Everything about a workspace. Calls need an API token (`Authorization: Bearer …`) or a session, and the "
    "permission that each operation names. Bulk calls answer every record by itself, in order. Errors are "
    "`application/problem+json` with a stable `code`."
)


class StrictJson(Parser):
    """Reads JSON as RFC 8259 has it: no NaN, no endless numbers, no bottomless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Read the body; raises ``ValueError``."""
        try:
            return json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


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
    statuses = {401, 403, 422, 429, 500, 503}
    if "{" in path:
        statuses.add(404)
    if "cursor" in _query_of(operation):
        statuses.add(400)
    if access.max_bytes:
        statuses.update((400, 413, 415))
    for status in sorted(statuses):
        operation["responses"][status] = {
            "description": ", ".join(code for code, kind in PROBLEMS.items() if kind.status == status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if access.permission != PUBLIC:
        operation["x-permission"] = access.permission


def _query_of(operation: dict[str, Any]) -> frozenset[str]:
    return frozenset(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")


@lru_cache(maxsize=1)
def query_parameters() -> dict[tuple[str, str], frozenset[str]]:
    """The query parameters of each operation, by route and method."""
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
    explain,
    set_aside,
):
    api.add_router("", _part.router)
api.add_exception_handler(Exception, answer_to)
for _known in list(api._exception_handlers):
    api.add_exception_handler(_known, answer_to)
