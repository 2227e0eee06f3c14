"""How a session begins: by a proved login, after the second factor where there is one; and how fresh its proof is.

A proof is worth ``FRESH_SECONDS`` for what changes how one signs in; after that one proves anew.
"""

from __future__ import annotations

import time
from typing import Any, Final

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from postroom.actions.sessions import note_session
from postroom.store.models import Login
from postroom.store.read.second_factor import second_factor_of
from postroom.store.read.sign_in import may_come_in

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
FRESH_SECONDS: Final = 10 * 60
WAITING_SECONDS: Final = 10 * 60
"""How long a code may be entered after the password."""


def client_of(request: HttpRequest) -> str:
    """The address of who asks: behind a web server of ours, the one that it added last."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.IS_BEHIND_PROXY else ""
    return str(forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))


def address_here(request: HttpRequest, path: str) -> str:
    """The whole address of a page of ours: by HTTPS where people reach us so."""
    scheme = "https" if settings.IS_BEHIND_PROXY else request.scheme
    return f"{scheme}://{request.get_host()}{path}"


def safe(request: HttpRequest, back: str) -> str:
    """The address to go back to, where it is one of ours; else the overview."""
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if ours and back.startswith("/") else "/"


def come_in(
    request: HttpRequest,
    login: Login,
    way: str,
    back: str = "",
    workspace: int | None = None,
    *,
    is_fresh: bool = True,
) -> HttpResponse:
    """Begin a session of a proved login, or ask for its second factor first; ``workspace`` chooses one.

    ``is_fresh``: the human proved just now who they are, not only some time ago at a provider.
    """
    if second_factor_of(login) is None:
        begin(request, login, way, workspace, is_fresh=is_fresh)
        return redirect(safe(request, back))
    request.session.flush()
    request.session["waiting"] = {
        "login": login.pk,
        # A new password ends the waiting too.
        "proof": login.get_session_auth_hash(),
        "way": way,
        "back": back,
        "workspace": workspace,
        "is_fresh": is_fresh,
        "until": int(time.time()) + WAITING_SECONDS,
    }
    request.session.set_expiry(WAITING_SECONDS)
    return redirect("web:sign-in-code")


def waiting(request: HttpRequest) -> tuple[Login, dict[str, Any]] | None:
    """Whose password was right and whose code is missing, with what is to be done then."""
    kept = request.session.get("waiting")
    if not kept or kept["until"] < time.time():
        return None
    login = Login.objects.filter(pk=kept["login"]).first()
    if login is None or login.get_session_auth_hash() != kept["proof"] or not may_come_in(login):
        return None
    return login, kept


def begin(
    request: HttpRequest, login: Login, way: str, workspace: int | None = None, *, is_fresh: bool
) -> None:
    """Begin a session under a new id, in the only workspace there is or the one given."""
    # Nothing of an earlier session goes over into this one, and its id is worth nothing any more.
    request.session.flush()
    auth.login(request, login, backend=BACKEND)
    request.session["way"] = way
    if workspace is not None:
        request.session["workspace"] = workspace
    if is_fresh:
        prove(request)
    note(request, login)


def note(request: HttpRequest, login: Login) -> None:
    """Note the session as one of this login's."""
    request.session.save()
    way = request.session.get("way", "password")
    key = request.session.session_key
    assert key is not None  # it was saved
    note_session(login, key, way=way, browser=browser_of(request.META.get("HTTP_USER_AGENT", "")))


def prove(request: HttpRequest) -> None:
    """Remember that whoever is signed in has just proved it."""
    request.session["proved_at"] = int(time.time())


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever is signed in proved it lately."""
    proved_at: int = request.session.get("proved_at", 0)
    return 0 <= time.time() - proved_at < FRESH_SECONDS


_BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def browser_of(says: str) -> str:
    """What a browser says of itself, in three words; the first that fits, as each also names others."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in says), "A browser")
    system = next((name for mark, name in _SYSTEMS.items() if mark in says), "")
    return f"{browser} on {system}" if system else browser
