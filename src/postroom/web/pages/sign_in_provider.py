"""Signing in with a provider: sending the person there, and letting in who comes back proved.

Must not decide who may come in: ``actions.sign_in_by_provider`` does.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from postroom.actions.sign_in_by_provider import sign_in_by_provider
from postroom.actions.sign_in_providers import SignInProvider, sign_in_providers
from postroom.store.models import Login
from postroom.web import openid
from postroom.web.openid import Begun, ProviderProblem
from postroom.web.sessions import address_here, come_in

BEGUN_SECONDS: Final = 10 * 60
"""How long somebody may take at the provider."""
BEGUN_COOKIE: Final = "__Host-postroom-begun" if settings.SESSION_COOKIE_SECURE else "postroom-begun"
"""Remembers what was begun in the browser, signed: whoever only asks leaves nothing in the database."""
MAX_BACK_CHARS: Final = 500
"""A longer address is not gone back to, as a cookie holds some 4,000 bytes."""

_log = logging.getLogger("postroom.web.sign_in")
_NOT_PROVED: Final = (
    "{name} did not say that you proved just now who you are. Sign out there and try again; where that does not help, "
    "have an administrator invite you here, and set a password."
)
_STATUS: Final = {"unreachable": 502, "failed": 400, "declined": 400}


@require_safe
def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the person to the provider. A link, not a form: a form's way may not lead to another site (CSP)."""
    asked = _provider(provider)
    begun, is_anew = openid.begin(), request.GET.get("anew") == "1"
    try:
        address = openid.address_to_ask(asked, begun, _back(request, asked), is_anew=is_anew)
    except ProviderProblem as problem:
        return _failed(request, asked, "unreachable", problem.reason)
    back = request.GET.get("next", "")
    kept = {
        **asdict(begun),
        "provider": asked.key,
        "next": back if len(back) <= MAX_BACK_CHARS else "",
        "is_anew": is_anew,
    }
    answer = redirect(address)
    answer.set_cookie(
        BEGUN_COOKIE,
        signing.dumps(kept, salt=BEGUN_COOKIE, compress=True),
        max_age=BEGUN_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@require_safe
def come_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Let in whom the provider proved, where they are a user here."""
    asked = _provider(provider)
    answer = _come_back(request, asked)
    # What was begun comes back once.
    answer.delete_cookie(BEGUN_COOKIE, samesite="Lax")
    return answer


def _come_back(request: HttpRequest, asked: SignInProvider) -> HttpResponse:
    kept = _kept(request)
    if kept is None or not _is_ours(request, asked, kept):
        return _failed(request, asked, "failed", "not_begun_here")
    if "error" in request.GET:
        return _failed(request, asked, "declined", "declined")
    begun = Begun(kept["state"], kept["nonce"], kept["verifier"])
    try:
        claims = openid.proved_claims(asked, begun, request.GET.get("code", ""), _back(request, asked))
    except ProviderProblem as problem:
        why = "unreachable" if problem.reason == "unreachable" else "failed"
        return _failed(request, asked, why, problem.reason)
    login = sign_in_by_provider(asked.issuer, claims["sub"], asked.vouched_address(claims))
    if not isinstance(login, Login):
        return _failed(request, asked, login.value, login.value)
    # Who has a password proves by that: a provider lets in whoever sits before a browser signed in there.
    is_anew = kept["is_anew"] and not login.has_usable_password()
    is_fresh = is_anew and openid.is_proved_lately(claims)
    answer = come_in(request, login, asked.name, kept["next"], is_fresh=is_fresh)
    if is_anew and not is_fresh:
        messages.warning(request, _NOT_PROVED.format(name=asked.name))
    return answer


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    """What this browser began lately; ``None``: nothing."""
    try:
        kept: dict[str, Any] = signing.loads(
            request.COOKIES.get(BEGUN_COOKIE, ""), salt=BEGUN_COOKIE, max_age=BEGUN_SECONDS
        )
    except signing.BadSignature:
        return None
    return kept


def _provider(key: str) -> SignInProvider:
    found = next((provider for provider in sign_in_providers() if provider.key == key), None)
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, provider: SignInProvider) -> str:
    """Our address to come back to, as it was registered."""
    return address_here(request, reverse("web:sign-in-back", args=[provider.key]))


def _is_ours(request: HttpRequest, provider: SignInProvider, kept: dict[str, Any]) -> bool:
    """Whether this browser was sent to this provider, and comes from there."""
    if kept["provider"] != provider.key:
        return False
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        return False
    return constant_time_compare(kept["state"], request.GET.get("state", ""))


def _failed(request: HttpRequest, provider: SignInProvider, why: str, reason: str) -> HttpResponse:
    """Say what to do; the reason goes to the server's log, where it names nobody."""
    _log.warning("A sign-in with %s ended: %s.", provider.key, reason)
    shown = {"provider": provider, "why": why}
    return render(request, "sign_in_failed.html", shown, status=_STATUS.get(why, 403))
