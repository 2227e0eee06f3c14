"""Sign-in and security: one's own password, second factor and sessions.

For whoever signed in, whatever the workspace: a login is a human's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postroom.actions.change_password import NotChanged, change_password
from postroom.actions.sessions import end_other_sessions
from postroom.actions.sign_in import TooManyTries, prove_login
from postroom.actions.sign_in_providers import sign_in_providers
from postroom.store.models import Login
from postroom.store.read.second_factor import recovery_codes_left, second_factor_of
from postroom.store.read.sign_in import issuers_of, sessions_of
from postroom.web.sessions import client_of, is_fresh, note, prove, safe

Page = Callable[[HttpRequest], HttpResponse]


def login_of(request: HttpRequest) -> Login:
    """The login of whoever is signed in."""
    assert isinstance(request.user, Login)  # the access table lets in nobody else
    return request.user


def freshly_proved(page: Page) -> Page:
    """Have whoever opens this page prove who they are, where they did not just do so."""

    @wraps(page)
    def asked(request: HttpRequest) -> HttpResponse:
        if is_fresh(request):
            return page(request)
        return redirect(f"{reverse('web:security-confirm')}?{urlencode({'next': request.path})}")

    return asked


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show how one signs in, and where one is signed in."""
    return _show(request)


def _show(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    login = login_of(request)
    issuers, this = issuers_of(login), request.session.session_key
    shown: dict[str, Any] = {
        "login": login,
        "has_password": login.has_usable_password(),
        "factor": second_factor_of(login),
        "codes_left": recovery_codes_left(login),
        "providers": [(one, one.issuer in issuers) for one in sign_in_providers()],
        "sessions": sorted(sessions_of(login), key=lambda one: one.session_id != this),
        "this_session": this,
        "problem": problem,
    }
    return render(request, "security.html", shown, status=status)


@sensitive_post_parameters("old", "password", "again")
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; all other sessions end."""
    new = request.POST.get("password", "")
    if new != request.POST.get("again", ""):
        return _show(request, "not_the_same", 422)
    old, key = request.POST.get("old", ""), request.session.session_key
    answer = change_password(login_of(request), old, new, session=key, client=client_of(request))
    if isinstance(answer, NotChanged):
        return _show(request, answer.value, 429 if answer is NotChanged.TOO_MANY_TRIES else 422)
    auth.update_session_auth_hash(request, answer)
    prove(request)
    note(request, answer)
    messages.success(request, "The password is changed. Everywhere else you are signed out.")
    return redirect("web:security")


@require_POST
def sessions(request: HttpRequest) -> HttpResponse:
    """End all other sessions of one's own."""
    count = end_other_sessions(login_of(request), request.session.session_key)
    messages.success(request, f"Signed out elsewhere: {count} session{'s' * (count != 1)}.")
    return redirect("web:security")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Have whoever is signed in prove it, by password or, where there is none, at their provider."""
    login = login_of(request)
    back = request.POST.get("next") or request.GET.get("next") or reverse("web:security")
    issuers = issuers_of(login)
    shown: dict[str, Any] = {
        "next": back,
        "email": login.email,
        "has_password": login.has_usable_password(),
        "providers": [one for one in sign_in_providers() if one.issuer in issuers],
    }
    if request.method != "POST":
        return render(request, "security_confirm.html", shown)
    answer = prove_login(login, request.POST.get("password", ""), client=client_of(request))
    if isinstance(answer, Login):
        prove(request)
        return redirect(safe(request, back))
    problem = "wait" if isinstance(answer, TooManyTries) else "wrong"
    return render(
        request,
        "security_confirm.html",
        {**shown, "problem": problem},
        status=429 if problem == "wait" else 422,
    )
