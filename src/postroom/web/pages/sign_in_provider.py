"""Signing in with a provider: sending the person there, and letting in who comes back proved.

Must not decide who may come in: ``actions.sign_in_by_provider`` does.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import Final

from django.conf import settings
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
from postroom.web.sessions import come_in

BEGUN_SECONDS: Final = 15 * 60
"""How long somebody may take at the provider."""

_log = logging.getLogger("postroom.web.sign_in")
_STATUS: Final = {"unreachable": 502, "failed": 400, "declined": 400}


@require_safe
def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the person to the provider. A link, not a form: a form's way may not lead to another site (CSP)."""
    asked = _provider(provider)
    begun = openid.begin()
    try:
        address = openid.address_to_ask(
            asked, begun, _back(request, asked), is_anew=request.GET.get("anew") == "1"
        )
    except ProviderProblem as problem:
        return _failed(request, asked, "unreachable", problem.reason)
    request.session["begun"] = {
        **asdict(begun),
        "provider": asked.key,
        "next": request.GET.get("next", ""),
        "until": int(time.time()) + BEGUN_SECONDS,
    }
    if not request.user.is_authenticated:
        request.session.set_expiry(BEGUN_SECONDS)
    return redirect(address)


@require_safe
def come_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Let in whom the provider proved, where they are a user here."""
    asked = _provider(provider)
    # Taken out at once: what was begun comes back once.
    kept = request.session.pop("begun", None)
    if not _is_ours(request, asked, kept):
        return _failed(request, asked, "failed", "not_begun_here")
    if "error" in request.GET:
        return _failed(request, asked, "declined", "declined")
    begun = Begun(kept["state"], kept["nonce"], kept["verifier"])
    try:
        claims = openid.proved_claims(asked, begun, request.GET.get("code", ""), _back(request, asked))
    except ProviderProblem as problem:
        why = "unreachable" if problem.reason == "unreachable" else "failed"
        return _failed(request, asked, why, problem.reason)
    answer = sign_in_by_provider(asked.issuer, claims["sub"], asked.vouched_address(claims))
    if isinstance(answer, Login):
        return come_in(request, answer, asked.name, kept["next"])
    return _failed(request, asked, answer.value, answer.value)


def _provider(key: str) -> SignInProvider:
    found = next((provider for provider in sign_in_providers() if provider.key == key), None)
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, provider: SignInProvider) -> str:
    """Our address to come back to, as it was registered: by HTTPS where people reach us so."""
    scheme = "https" if settings.IS_BEHIND_PROXY else request.scheme
    return f"{scheme}://{request.get_host()}{reverse('web:sign-in-back', args=[provider.key])}"


def _is_ours(request: HttpRequest, provider: SignInProvider, kept: dict[str, object] | None) -> bool:
    """Whether this browser was sent to this provider lately, and comes from there."""
    if not kept or kept["provider"] != provider.key or int(str(kept["until"])) < time.time():
        return False
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        return False
    return constant_time_compare(str(kept["state"]), request.GET.get("state", ""))


def _failed(request: HttpRequest, provider: SignInProvider, why: str, reason: str) -> HttpResponse:
    """Say what to do; the reason goes to the server's log, where it names nobody."""
    _log.warning("A sign-in with %s ended: %s.", provider.key, reason)
    shown = {"provider": provider, "why": why}
    return render(request, "sign_in_failed.html", shown, status=_STATUS.get(why, 403))
