"""The door that every call passes: method, caller, rate, permission, size; and how errors leave.

What stands behind it may rely on ``request.caller`` and raise what it likes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from postroom.api.access import PUBLIC, ROUTES, Access
from postroom.api.application import query_parameters
from postroom.api.auth import Call, caller_of
from postroom.api.errors import Problem, answer_to
from postroom.api.rate import count_call

View = Callable[..., HttpResponse]


def behind_door(pattern: URLPattern) -> URLPattern:
    """Put the door before the view of ``pattern``; its route must stand in ``access.ROUTES``."""
    pattern.callback = _door(pattern.callback, route_of(pattern))
    return pattern


def route_of(pattern: URLPattern) -> str:
    """The route as the table writes it: ``accounts/<id>`` → ``accounts/{id}``."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))


def _door(view: View, route: str) -> View:
    methods = ROUTES.get(route, {})

    @wraps(view)
    def pass_through(request: HttpRequest, **parts: Any) -> HttpResponse:
        try:
            access = methods.get(request.method or "")
            if access is None:
                raise Problem("method_not_allowed", headers={"Allow": ", ".join(sorted(methods))})
            if access.permission != PUBLIC:
                _let_in(request, access)
                _check_query(request, route)
            return view(request, **parts)
        except Exception as error:
            return answer_to(request, error)

    # Sessions are checked in ``auth``; a token needs no protection from other sites.
    cast(Any, pass_through).csrf_exempt = True
    return pass_through


def _let_in(request: HttpRequest, access: Access) -> None:
    caller = caller_of(request)
    count_call(caller.key)
    if access.permission not in caller.permissions:
        raise Problem("forbidden")
    if access.max_bytes:
        _check_body(request, access.max_bytes)
    cast(Call, request).caller = caller


def _check_query(request: HttpRequest, route: str) -> None:
    """Refuse a parameter that does not exist: a filter mistyped must not show everything."""
    known = query_parameters()[route, request.method or ""]
    for name in request.GET:
        if name not in known:
            raise Problem("invalid", name[:100].encode("ascii", "replace").decode())


def _check_body(request: HttpRequest, max_bytes: int) -> None:
    """Look at the headers only: what is too large is refused before it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length[:20]) > max_bytes:
        raise Problem("too_large")
    if request.content_type != "application/json":
        raise Problem("unsupported_media_type")


def unknown_route(request: HttpRequest, *_: Any) -> HttpResponse:
    """Answer a call of a route that is not there."""
    return answer_to(request, Problem("not_found"))


cast(Any, unknown_route).csrf_exempt = True
