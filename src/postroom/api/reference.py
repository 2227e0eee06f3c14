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
from django.utils.html import format_html, format_html_join
from django.views.decorators.gzip import gzip_page

from postroom.actions.item_answer import SKIPS
from postroom.actions.rejection import REJECTIONS, WARNINGS
from postroom.api.access import JSON
from postroom.api.application import api
from postroom.api.errors import PROBLEMS
from postroom.api.fields import fields_of

_FILES = Path(__file__).parent / "pages"
_METHODS = ("get", "post", "patch", "put", "delete")


@gzip_page
def page(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, bodies and answers, and a form to call it."""
    document = _document()
    context = {
        "info": document["info"],
        "description": _coded(document["info"]["description"]),
        "tags": _by_tag(document),
        "problems": PROBLEMS,
        "rejections": REJECTIONS,
        "warnings": WARNINGS,
        "skips": SKIPS,
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
    named = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                told = {"path": path, "method": method.upper(), **_told(operations[method], named)}
                tags.setdefault(operations[method]["tags"][0], []).append(told)
    return tags


def _told(operation: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    return {
        **operation,
        "says": _coded(operation["description"]),
        "statuses": ", ".join(str(status) for status in sorted(operation["responses"])),
        "parameters": [
            {**parameter, "says": _coded(parameter.get("description", ""))}
            for parameter in operation.get("parameters", ())
        ],
        "bodies": [_body(media_type, content, named) for media_type, content in bodies.items()],
        "answered": _answered(operation),
    }


def _body(media_type: str, content: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    schema = content["schema"]
    schema = named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    text = content.get("example", "")
    if media_type == JSON:
        text = json.dumps(text or _example(schema), indent=2)
    return {
        "media_type": media_type,
        "example": text,
        "rows": min(text.count("\n") + 3, 24),
        "fields": [field._replace(says=_coded(field.says)) for field in fields_of(schema, named)],
    }


def _answered(operation: dict[str, Any]) -> str:
    """The example of an answer, where there is one."""
    for status, answer in operation["responses"].items():
        example = answer.get("content", {}).get(JSON, {}).get("example")
        if example is not None:
            return f"{status}\n{json.dumps(example, indent=2)}"
    return ""


def _example(schema: dict[str, Any]) -> Any:
    """A body to start from: the required fields, or the first one."""
    properties = schema.get("properties", {})
    names = schema.get("required") or list(properties)[:1]
    return {name: [] if properties[name].get("type") == "array" else "" for name in names}


def _coded(text: str) -> str:
    """What stands between backticks, as code."""
    parts = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", p) if n % 2 else p,) for n, p in parts)
    )
