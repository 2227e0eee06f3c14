"""One's own second factor: setting it up, new recovery codes, taking it off. Each after a fresh proof."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from postroom.actions.second_factor import (
    begin_second_factor,
    finish_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    setup_of,
)
from postroom.store.read.second_factor import recovery_codes_left, second_factor_of
from postroom.web.pages.security import freshly_proved, login_of
from postroom.web.qr_code import qr_code


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@freshly_proved
def set_up(request: HttpRequest) -> HttpResponse:
    """Say what is needed, make a secret, show it to be scanned, and have a code of the app prove that it was."""
    login = login_of(request)
    if second_factor_of(login) is not None:
        return redirect("web:security")
    if request.method == "POST" and "code" not in request.POST:
        begin_second_factor(login)
        return redirect("web:security-second-factor")
    setup = setup_of(login)
    if setup is None:
        return render(request, "security_second_factor.html")
    shown = {"key": _in_fours(setup.key), "picture": qr_code(setup.address), "email": login.email}
    if request.method != "POST":
        return render(request, "security_second_factor.html", shown)
    codes = finish_second_factor(login, request.POST["code"], session=request.session.session_key)
    if codes is None:
        return render(request, "security_second_factor.html", {**shown, "is_wrong": True}, status=422)
    return render(request, "security_codes.html", {"codes": codes, "is_first": True})


def _in_fours(key: str) -> str:
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@require_http_methods(["GET", "HEAD", "POST"])
@freshly_proved
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ask, then make new recovery codes and show them, this once."""
    login = login_of(request)
    if second_factor_of(login) is None:
        return redirect("web:security")
    if request.method == "POST":
        return render(request, "security_codes.html", {"codes": renew_recovery_codes(login)})
    return render(request, "security_codes_renew.html", {"codes_left": recovery_codes_left(login)})


@require_http_methods(["GET", "HEAD", "POST"])
@freshly_proved
def take_off(request: HttpRequest) -> HttpResponse:
    """Ask, then take the second factor off."""
    login = login_of(request)
    if second_factor_of(login) is None:
        return redirect("web:security")
    if request.method != "POST":
        return render(
            request,
            "security_second_factor_off.html",
            {"codes_left": recovery_codes_left(login), "has_password": login.has_usable_password()},
        )
    remove_second_factor(login)
    messages.success(request, "The second factor is off. Signing in asks for no code any more.")
    return redirect("web:security")
