"""Coming in and going out: sign-in by password, the second factor after it, sign-out, the choice of a workspace."""

from __future__ import annotations

from django.contrib import auth, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from postroom.actions.second_factor import check_code
from postroom.actions.sign_in import TooManyTries
from postroom.actions.sign_in import sign_in as check
from postroom.actions.sign_in_providers import sign_in_providers
from postroom.store.models import Login
from postroom.store.read.second_factor import recovery_codes_left
from postroom.store.read.sign_in import enabled_users
from postroom.web.sessions import begin, client_of, come_in, safe, waiting


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for address and password, and let in whom they belong to."""
    back = request.POST.get("next") or request.GET.get("next") or ""
    asked: dict[str, object] = {"next": back, "providers": sign_in_providers()}
    if request.method != "POST":
        if getattr(request, "me", None) is not None:
            return redirect("web:overview")
        return render(request, "sign_in.html", asked)
    email = request.POST.get("email", "")
    answer = check(email, request.POST.get("password", ""), client=client_of(request))
    if isinstance(answer, Login):
        return come_in(request, answer, "password", back)
    asked["email"] = email
    if isinstance(answer, TooManyTries):
        return _wait(request, "sign_in.html", asked, answer)
    return render(request, "sign_in.html", {**asked, "is_wrong": True}, status=422)


def _wait(
    request: HttpRequest, template: str, shown: dict[str, object], answer: TooManyTries
) -> HttpResponse:
    waiting = render(request, template, {**shown, "wait_minutes": answer.wait_minutes}, status=429)
    waiting.headers["Retry-After"] = str(answer.wait_minutes * 60)
    return waiting


@sensitive_post_parameters("code", "recovery_code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of whoever proved the first, and let them in."""
    found = waiting(request)
    if found is None:
        return redirect("web:sign-in")
    login, kept = found
    if request.method != "POST":
        return render(request, "sign_in_code.html", {"email": login.email})
    by_recovery = "recovery_code" in request.POST
    typed = request.POST.get("recovery_code" if by_recovery else "code", "")
    answer = check_code(login, typed, client=client_of(request))
    shown: dict[str, object] = {"email": login.email, "by_recovery": by_recovery}
    if isinstance(answer, TooManyTries):
        return _wait(request, "sign_in_code.html", shown, answer)
    if not answer:
        return render(request, "sign_in_code.html", {**shown, "is_wrong": True}, status=422)
    begin(request, login, kept["way"], kept["workspace"], is_fresh=kept.get("is_fresh", False))
    if by_recovery:
        left = recovery_codes_left(login)
        messages.warning(
            request, f"That recovery code is used up; {left} are left. New ones: Sign-in and security."
        )
    return redirect(safe(request, kept["back"]))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    auth.logout(request)
    return redirect("web:sign-in")


@require_http_methods(["GET", "HEAD", "POST"])
def workspaces(request: HttpRequest) -> HttpResponse:
    """Let whoever is a user of several workspaces choose one of them."""
    users = enabled_users(request.user)  # type: ignore[arg-type]
    if request.method == "POST":
        if request.POST.get("workspace") not in {str(user.workspace_id) for user in users}:
            raise Http404
        request.session["workspace"] = int(request.POST["workspace"])
        return redirect("web:overview")
    return render(request, "workspaces.html", {"users": users})
