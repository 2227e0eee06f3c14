"""The door that every call passes: method, caller, rate, permission, body; and how errors leave.

What stands behind it may rely on ``request.caller`` and raise what it likes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from hashlib import sha256
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from postroom.api.access import JSON, NO_LIMIT, PUBLIC, ROUTES, UPLOAD, USER, Access, is_done_once
from postroom.api.application import query_parameters
from postroom.api.auth import Call, Caller, caller_of
from postroom.api.errors import Problem, answer_to
from postroom.api.idempotency import done_once
from postroom.api.rate import count_call
from postroom.api.streams import body_parts, whole_body
from postroom.api.wrong_form import GIVEN_TWICE, NO_FLAG, NO_PARAMETER
from postroom.store.passing_file import PassingFile

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

    def answer(request: HttpRequest, parts: dict[str, Any]) -> HttpResponse:
        try:
            return view(request, **parts)
        except Exception as error:
            return answer_to(request, error)

    @wraps(view)
    def pass_through(request: HttpRequest, **parts: Any) -> HttpResponse:
        try:
            access = methods.get(request.method or "")
            if access is None:
                raise Problem("method_not_allowed", headers={"Allow": ", ".join(sorted(methods))})
            if access.permission == PUBLIC:
                return view(request, **parts)
            with ExitStack() as stack:
                call = _let_in(request, access)
                _check_query(request, route)
                body_digest = _take_body(call, access, stack) if access.max_bytes else b""
                if not is_done_once(route, request.method or ""):
                    return view(request, **parts)
                return done_once(call, call.caller, route, body_digest, lambda: answer(request, parts))
        except Exception as error:
            return answer_to(request, error)

    # Sessions are checked in ``auth``; a token needs no protection from other sites.
    cast(Any, pass_through).csrf_exempt = True
    return pass_through


def _let_in(request: HttpRequest, access: Access) -> Call:
    caller = caller_of(request, access.permission)
    count_call(caller.key)
    if access.permission not in caller.permissions:
        raise _refused(access, caller)
    call = cast(Call, request)
    call.caller = caller
    return call


def _refused(access: Access, caller: Caller) -> Problem:
    if caller.source is not None:
        return Problem("forbidden", detail="The access token of a source opens the upload API alone.")
    if access.permission == UPLOAD:
        return Problem(
            "forbidden", detail="Uploads come from sources alone: use the access token of a source."
        )
    return Problem("no_user" if access.permission == USER else "forbidden")


def _check_query(request: HttpRequest, route: str) -> None:
    """Refuse a parameter that does not exist: a filter mistyped must not show everything. A flag is true or false."""
    known = query_parameters()[route, request.method or ""]
    for name, values in request.GET.lists():
        problem = ""
        if name not in known:
            problem = NO_PARAMETER
        elif len(values) > 1:
            problem = GIVEN_TWICE
        elif known[name] == "boolean" and values[0] not in ("true", "false"):
            problem = NO_FLAG
        if problem:
            raise Problem("invalid", name[:100].encode("ascii", "replace").decode(), detail=problem)


def _take_body(call: Call, access: Access, stack: ExitStack) -> bytes:
    """Read the body, into memory or, where there is no limit, through the disk; 32 bytes that stand for it."""
    limits = {JSON: access.max_bytes, **access.other_bodies}
    limit = limits.get(call.content_type or "")
    if limit is None:
        detail = f"Send {' or '.join(limits)}, and say so in Content-Type."
        raise Problem("unsupported_media_type", detail=detail)
    if limit != NO_LIMIT:
        call._body = whole_body(call, limit)
        return sha256(call.body).digest()
    call.file = stack.enter_context(PassingFile())
    digest = sha256()
    for part in body_parts(call, 0):
        digest.update(part)
        try:
            call.file.write(part)
        except OSError:
            raise Problem("storage_full") from None
    return digest.digest()


def unknown_route(request: HttpRequest, *_: Any) -> HttpResponse:
    """Answer a call of a route that is not there."""
    return answer_to(request, Problem("no_route"))


cast(Any, unknown_route).csrf_exempt = True
