"""The headers on every response, and who is asking.

Must not know any page: what a page needs stands in ``access``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from postroom.store.models import User
from postroom.store.read.roles import permissions_of
from postroom.store.read.sign_in import enabled_users
from postroom.web import access

Handler = Callable[[HttpRequest], HttpResponse]

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAIL_CSP: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For the document that shows a mail's own HTML: nothing runs, nothing loads, nobody else frames it."""
MAIL_CSP_WITH_REMOTE: Final = MAIL_CSP.replace("img-src data:", "img-src data: https:")
"""The same where the reader asked for the pictures that lie elsewhere."""

_HEADERS: Final = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Sets the content security policy and forbids caching of data."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class CurrentUser:
    """Puts the user of the chosen workspace on the request, and keeps pages from whom they are not for.

    ``request.me`` is the user who asks, ``request.workspace`` theirs, ``request.permissions`` what they may do;
    ``None``, ``None`` and nothing where nobody is signed in or no workspace is chosen yet. The rows are read
    on each request, so a user who was disabled or got another role is stopped at the next one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/static/"):
            return self.get_response(request)
        put_user_on(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Handler, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse before the page runs; pages that the table does not name are refused to everybody."""
        return access.refusal(request)


def put_user_on(request: HttpRequest) -> None:
    """Find who is signed in and which workspace they chose; end the session of whoever is disabled."""
    users: list[User] = []
    if request.user.is_authenticated:
        users = enabled_users(request.user)
        if not users:
            auth.logout(request)
    chosen = request.session.get("workspace") if users else None
    me = next((user for user in users if user.workspace_id == chosen), None)
    if me is None and len(users) == 1:
        me = users[0]
    request.me = me  # type: ignore[attr-defined]
    request.workspace = me.workspace if me else None  # type: ignore[attr-defined]
    request.is_set_up = getattr(me, "is_set_up", True)  # type: ignore[attr-defined]
    request.permissions = permissions_of(me) if me else frozenset()  # type: ignore[attr-defined]
    request.has_choice = len(users) > 1  # type: ignore[attr-defined]
    timezone.activate(zone_of(me))


def zone_of(user: User | None) -> ZoneInfo:
    """The time zone in which this user reads times: their own, else UTC."""
    try:
        return ZoneInfo(user.time_zone if user and user.time_zone else "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
