"""What it means when Google refuses a request: one of the five kinds of trouble, or that it does not know of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import httpx2

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, TryLater
from postroom.providers.oauth import seconds_to_wait

_LIMITS: Final = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "concurrentLimitExceeded",
        "RATE_LIMIT_EXCEEDED",
        "RESOURCE_EXHAUSTED",
    }
)
"""Reasons of a 403 that goes by in time; every other does not."""
_API_DISABLED: Final = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_SCOPE_MISSING: Final = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_NO_MAIL: Final = frozenset({"failedPrecondition", "FAILED_PRECONDITION"})
"""Gmail is not switched on for the user: Google says no more than that it cannot be done."""


def trouble(response: httpx2.Response) -> ProviderError | None:
    """What is wrong where the answer is no success; ``None``: Google does not know what it was asked for (400, 404).

    A 401 is for the caller: a fresh access token may help.
    """
    status = response.status_code
    reasons, says = _said(response)
    if status >= 500:
        return TryLater("unavailable", says, after_seconds=seconds_to_wait(response))
    if status == 429 or (status == 403 and reasons & _LIMITS):
        return TryLater("throttled", says, after_seconds=seconds_to_wait(response))
    if status == 403:
        return _not_allowed(reasons, says)
    if status == 400 and reasons & _NO_MAIL:
        return CannotEver("no_mailbox", says)
    if status in (400, 404, 410):
        return None
    return CannotEver("request_refused", says)


def is_of_one(error: ProviderError) -> bool:
    """Whether Google may refuse so for one mail alone: it fails at it, or answers what cannot be read."""
    return error.code in ("unavailable", "answer_unreadable", "protocol", "request_refused")


def _not_allowed(reasons: set[str], says: str) -> NotAllowed:
    if reasons & _API_DISABLED:
        return NotAllowed("api_disabled", says)
    if reasons & _SCOPE_MISSING:
        return NotAllowed("scope_missing", says)
    if "domainPolicy" in reasons:
        return NotAllowed("grant_not_allowed", says)
    return NotAllowed("access_denied", says)


def _said(response: httpx2.Response) -> tuple[set[str], str]:
    """The reasons Google gives, and its sentence."""
    error = _object(_json(response.content).get("error"))
    details = [*_list(error.get("errors")), *_list(error.get("details"))]
    reasons = {str(_object(each).get("reason")) for each in details} | {str(error.get("status"))}
    message = error.get("message")
    return reasons, message if isinstance(message, str) else ""


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        return _object(json.loads(body))
    except ValueError:
        return {}


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
