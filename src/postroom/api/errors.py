"""Every way a call can fail, as ``application/problem+json`` (RFC 9457) with a stable code.

One table gives each code its status and sentence. Must not show what the caller sent beyond the names of the
caller's own fields, nor anything of an error of our own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from postroom.actions.rejection import BAD_PERIODS, REJECTIONS, NotFound, Rejected
from postroom.api.strict_json import FieldTwice
from postroom.api.wrong_form import says
from postroom.store.problems import AWAY, BUSY, FULL, READ_ONLY, database_problem, place_of

logger = logging.getLogger(__name__)


class Kind(NamedTuple):
    """What a code means."""

    status: int
    title: str
    detail: str
    retry_after: int = 0
    """Seconds after which the same call may well work; 0: it does not help to wait."""


PROBLEMS: Final = {
    "malformed_json": Kind(400, "Malformed JSON", "The body is no JSON document in UTF-8."),
    "incomplete": Kind(400, "Incomplete", "The body ended early, or is not what its headers say."),
    "invalid_cursor": Kind(400, "Invalid cursor", "The cursor is not one that this list gave out."),
    "unauthorized": Kind(401, "Unauthorized", "Send a valid API token, or sign in."),
    "forbidden": Kind(403, "Forbidden", "The token or user lacks the permission that this call needs."),
    "no_mailbox": Kind(403, "No mailbox", "Only users have mailboxes: sign in; an API token cannot do this."),
    "no_user": Kind(
        403, "No user", "Only users have data of their own: sign in; an API token cannot do this."
    ),
    "csrf_failed": Kind(403, "Forbidden", "A call with a session needs the header X-CSRFToken."),
    "not_found": Kind(404, "Not found", "Nothing of this id is there."),
    "no_route": Kind(404, "No route", "There is no such route; see /api/v1/docs."),
    "method_not_allowed": Kind(405, "Method not allowed", "See the header Allow for what may be done here."),
    "stalled": Kind(408, "Stalled", "The body did not come for a minute. Send it again."),
    "in_flight": Kind(409, "In flight", "A call with this Idempotency-Key is being done. Ask again.", 1),
    "too_large": Kind(413, "Too large", "The body is larger than this call takes."),
    "too_many_items": Kind(413, "Too many items", "At most 1,000 records may be sent in one call."),
    "unsupported_media_type": Kind(415, "Unsupported media type", "This call takes no body of that type."),
    "unsupported_encoding": Kind(
        415, "Unsupported encoding", "Send the body as it is, or with Content-Encoding: gzip."
    ),
    "invalid": Kind(422, "Invalid", "The field is missing, unknown or of the wrong form."),
    "idempotency_key_invalid": Kind(
        422, "Invalid key", "An Idempotency-Key is 1 to 255 visible ASCII characters."
    ),
    "idempotency_key_reused": Kind(
        422, "Key reused", "Another call was sent under this Idempotency-Key; take a new one."
    ),
    "cannot_explain": Kind(
        422,
        "Cannot explain",
        "Give exactly one of address, message_id, engagement, message and raw, in its form.",
    ),
    "too_many_calls": Kind(429, "Too many calls", "The token made more calls a minute than it may.", 60),
    "internal": Kind(500, "Internal error", "Postroom met an error of its own; the server's log says where."),
    "busy": Kind(503, "Busy", "The database is busy or away. Try again.", 5),
    "provider_away": Kind(503, "Provider away", "The mail system cannot be asked just now. Try again.", 60),
    "storage_full": Kind(
        503, "Storage full", "The disk is full, failing or read-only. Nothing was stored.", 60
    ),
    **{code: Kind(400, "No such period", says) for code, says in BAD_PERIODS.items()},
}
"""The codes of problems. Beside them stand the reasons of ``rejection.REJECTIONS``, all 422."""

OF_DATABASE: Final = {
    FULL: "storage_full",
    READ_ONLY: "storage_full",
    BUSY: "busy",
    AWAY: "busy",
}
"""What a database's error means, and the code; all others are errors of our own."""

MEDIA_TYPE: Final = "application/problem+json"


class Problem(Exception):
    """Ends a call with the problem of this code; ``detail`` says more than the code's own sentence."""

    def __init__(
        self,
        code: str,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.headers = dict(headers or {})
        self.detail = detail


def answer_to(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The answer to a call that ended with ``error``."""
    problem = _problem_of(error)
    kind = PROBLEMS.get(problem.code) or Kind(422, "Rejected", REJECTIONS[problem.code])
    if problem.code == "internal":
        logger.error("%s", place_of(error))
    body: dict[str, Any] = {
        "type": f"/api/v1/docs#{problem.code}",
        "title": kind.title,
        "status": kind.status,
        "code": problem.code,
        "detail": problem.detail or kind.detail,
    }
    if problem.field is not None:
        body["field"] = problem.field
    response = HttpResponse(json.dumps(body), status=kind.status, content_type=MEDIA_TYPE)
    if kind.retry_after:
        response["Retry-After"] = str(kind.retry_after)
    for name, value in problem.headers.items():
        response[name] = value
    # Else Django logs the path, which may hold an address.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _problem_of(error: Exception | type[Exception]) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Rejected):
        return Problem(error.reason, error.field)
    if isinstance(error, PermissionDenied):
        return Problem("forbidden")
    if isinstance(error, NotFound | Http404):
        return Problem("not_found")
    if isinstance(error, ValidationError):
        return _of_validation(error)
    if isinstance(error, HttpError):
        # The framework raises it itself only for a body that it cannot read.
        return malformed_json(error.__cause__) if error.status_code == 400 else Problem("internal")
    if isinstance(error, DatabaseError):
        return Problem(OF_DATABASE.get(database_problem(error), "internal"))
    return Problem("internal")


def _of_validation(error: ValidationError) -> Problem:
    """The first wrong field; a wrong form of an id is an id of nothing."""
    first = error.errors[0]
    where = first["loc"]
    if where[0] == "path":
        return Problem("not_found")
    return wrong_field({**first, "loc": where[2:] if where[0] == "body" else where[1:]})


def wrong_field(error: Mapping[str, Any]) -> Problem:
    """What is said of a field of the wrong form; ``error``: of the framework's validation, ``loc`` leads to it."""
    path = ".".join(map(str, error["loc"]))
    field = path[:200].encode("ascii", "replace").decode() or None
    return Problem("invalid", field, detail=says(error))


def malformed_json(error: BaseException | None) -> Problem:
    """What is said of a body that is no JSON document: where reading it ended, if that is known."""
    detail = ""
    if isinstance(error, json.JSONDecodeError):
        detail = f"The body is no JSON document: see line {error.lineno}, column {error.colno}."
    elif isinstance(error, UnicodeDecodeError):
        detail = f"The body is not in UTF-8: see byte {error.start + 1}."
    elif isinstance(error, FieldTwice):
        detail = "The body has an object in which a field stands twice."
    return Problem("malformed_json", detail=detail)
