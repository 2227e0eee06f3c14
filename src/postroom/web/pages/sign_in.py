"""Coming in and going out: sign-in, sign-out, the choice of a workspace, accepting an invitation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from postroom.actions.invite import accept_invitation, invitation_of
from postroom.actions.rejection import Rejected
from postroom.actions.sign_in import TooManyTries
from postroom.actions.sign_in import sign_in as check
from postroom.store.models import Login
from postroom.store.read.sign_in import enabled_users

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for address and password, and let in whom they belong to."""
    back = request.POST.get("next") or request.GET.get("next") or ""
    if request.method != "POST":
        if getattr(request, "me", None) is not None:
            return redirect("web:overview")
        return render(request, "sign_in.html", {"next": back})
    email = request.POST.get("email", "")
    answer = check(email, request.POST.get("password", ""), client=_client(request))
    if isinstance(answer, Login):
        _start_session(request, answer)
        return redirect(_safe(request, back))
    asked = {"next": back, "email": email}
    if isinstance(answer, TooManyTries):
        waiting = render(request, "sign_in.html", {**asked, "wait_minutes": answer.wait_minutes}, status=429)
        waiting.headers["Retry-After"] = str(answer.wait_minutes * 60)
        return waiting
    return render(request, "sign_in.html", {**asked, "is_wrong": True}, status=422)


def _client(request: HttpRequest) -> str:
    """The address of who asks: behind a web server of ours, the one that it added last."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.IS_BEHIND_PROXY else ""
    return str(forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))


def _start_session(request: HttpRequest, login: Login, workspace: int | None = None) -> None:
    """Begin a session under a new id, in the only workspace there is or the one given."""
    # Nothing of an earlier session goes over into this one, and its id is worth nothing any more.
    request.session.flush()
    auth.login(request, login, backend=_BACKEND)
    if workspace is not None:
        request.session["workspace"] = workspace


def _safe(request: HttpRequest, back: str) -> str:
    """The address to go back to, where it is one of ours; else the overview."""
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if ours and back.startswith("/") else "/"


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


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let an invited user set a password, and sign them in."""
    invited = invitation_of(secret)
    if invited is None:
        return render(request, "invitation_over.html", status=404)
    user = invited.user
    shown = {
        "user": user,
        "has_login": user.login_id is not None,
        "rules": password_validators_help_texts(),
    }
    if request.method != "POST":
        return render(request, "invitation.html", shown)
    password = request.POST.get("password", "")
    if password != request.POST.get("again", password):
        return render(request, "invitation.html", {**shown, "problem": "not_the_same"}, status=422)
    try:
        login = accept_invitation(secret, password, client=_client(request))
    except Rejected as refusal:
        return render(request, "invitation.html", {**shown, "problem": refusal.reason}, status=422)
    _start_session(request, login, user.workspace_id)
    return redirect("web:overview")
