"""The header ``Idempotency-Key``: the same call sent again is answered as before (K7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse

from postroom.actions.remember_answer import CALL_LASTS, Answer, InFlight, KeyReused, answer_once, digest
from postroom.api.access import MBOX
from postroom.api.auth import Caller
from postroom.api.errors import Problem

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
LASTS: Final = {MBOX: timedelta(hours=1)}
"""How long a call may last, by media type, where that is longer than for others: an mbox has any size."""
_KEY: Final = re.compile(r"[!-~]{1,255}")


def done_once(
    request: HttpRequest, caller: Caller, route: str, body_digest: bytes, do: Callable[[], HttpResponse]
) -> HttpResponse:
    """The answer to the call, or the earlier one to its key; raises ``Problem``.

    ``body_digest``: 32 bytes for the body. ``do`` must not raise.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return do()
    if not _KEY.fullmatch(key):
        raise Problem("idempotency_key_invalid", HEADER)
    fresh: list[HttpResponse] = []

    def answer() -> Answer:
        response = do()
        fresh.append(response)
        return Answer(response.status_code, response.headers.get("Content-Type", ""), response.content)

    try:
        kept, is_earlier = answer_once(
            caller.workspace,
            digest(caller.identity, route, request.path, key),
            digest(request.META.get("QUERY_STRING", ""), request.content_type or "", body_digest),
            answer,
            lasts=LASTS.get(request.content_type or "", CALL_LASTS),
        )
    except InFlight:
        raise Problem("in_flight", HEADER) from None
    except KeyReused:
        raise Problem("idempotency_key_reused", HEADER) from None
    if not is_earlier:
        return fresh[0]
    response = HttpResponse(kept.body, status=kept.status, content_type=kept.content_type)
    response[REPLAYED] = "true"
    # As it was not the first time: Django would log the path.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
