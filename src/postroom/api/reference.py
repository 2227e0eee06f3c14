"""The page to read the API and to try it, made on the server from the OpenAPI document.

It brings its own style and script from this server, so it works under the content security policy.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import Context, Engine, Template

from postroom.actions.rejection import REJECTIONS, WARNINGS
from postroom.api.application import api
from postroom.api.errors import PROBLEMS

_FILES = Path(__file__).parent / "pages"
_METHODS = ("get", "post", "patch", "put", "delete")


def page(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, bodies and answers, and a form to call it."""
    document = _document()
    context = {
        "info": document["info"],
        "tags": _by_tag(document),
        "problems": PROBLEMS,
        "rejections": REJECTIONS,
        "warnings": WARNINGS,
        "csrf": get_token(request),
    }
    return HttpResponse(_template().render(Context(context)))


def style(request: HttpRequest) -> HttpResponse:
    """The page's style sheet."""
    return HttpResponse((_FILES / "reference.css").read_bytes(), content_type="text/css; charset=utf-8")


def script(request: HttpRequest) -> HttpResponse:
    """The page's script."""
    return HttpResponse((_FILES / "reference.js").read_bytes(), content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _template() -> Template:
    return Engine(dirs=[str(_FILES)]).get_template("reference.html")


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


def _by_tag(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    tags: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                tags.setdefault(operation["tags"][0], []).append(
                    {**operation, "path": path, "method": method.upper(), **_body(operation, document)}
                )
    return tags


def _body(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    if "requestBody" not in operation:
        return {}
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return {
        "body_schema": json.dumps(_inlined(schema, document), indent=2),
        "body_example": json.dumps(_example(_inlined(schema, document)), indent=2),
    }


def _inlined(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _example(schema: dict[str, Any]) -> Any:
    """A body to start from: the required fields, or the first one."""
    properties = schema.get("properties", {})
    names = schema.get("required") or list(properties)[:1]
    return {name: [] if properties[name].get("type") == "array" else "" for name in names}
