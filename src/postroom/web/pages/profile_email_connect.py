"""Profile, Email: connecting one's mailbox at Google or Microsoft, and ending one's own connection (M2, M14).

Sends the person to the provider and takes what they come back with. Must not decide whose a mailbox is: the actions do.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_http_methods, require_safe

from postroom.actions.connect_by_code import Granted, Way, connect_by_code, way_of
from postroom.actions.connect_mailbox import own_addresses
from postroom.actions.disconnect_mailbox import disconnect_mailbox
from postroom.actions.rejection import NotFound, Rejected
from postroom.core.trouble import ProviderError, TryLater
from postroom.store.models import Mailbox
from postroom.store.read.mailbox_sources import central_sources, mailbox_of
from postroom.store.read.selected_on_connecting import selected_for
from postroom.web import openid
from postroom.web.access import PageRequest
from postroom.web.default_labels_words import labels_in_words
from postroom.web.forms import sentence
from postroom.web.mailbox_words import what_happened
from postroom.web.openid import Begun, ProviderProblem
from postroom.web.sessions import address_here

BEGUN_SECONDS: Final = 10 * 60
"""How long somebody may take at the provider."""
_IN_SESSION: Final = "connecting"
_STATUS: Final = {"unreachable": 502, "declined": 400, "failed": 400}

_log = logging.getLogger("postroom.web.mailboxes")


@require_safe
def leave(request: PageRequest, kind: str) -> HttpResponse:
    """Send the person to the provider. A link, not a form: a form's way may not lead to another site (CSP)."""
    try:
        way = way_of(request.workspace, kind)
    except NotFound:
        raise Http404 from None
    except Rejected as refusal:
        messages.warning(request, sentence(refusal.reason))
        return redirect("web:profile-email")
    begun = openid.begin()
    before = mailbox_of(request.me)
    more = {**way.more, "login_hint": before.address if before else request.me.email}
    try:
        address = openid.address_to_ask(way.provider, begun, _back(request), scope=way.scope, more=more)
    except ProviderProblem as problem:
        return _failed(request, way, "unreachable", problem.reason)
    request.session[_IN_SESSION] = {
        **asdict(begun),
        "kind": kind,
        "user": request.me.pk,
        "until": int(time.time()) + BEGUN_SECONDS,
    }
    return redirect(address)


@require_safe
def come_back(request: PageRequest) -> HttpResponse:
    """Connect the mailbox that the person allowed to be read, where it is theirs."""
    # What was begun comes back once.
    kept = request.session.pop(_IN_SESSION, None)
    if kept is None or kept["user"] != request.me.pk or kept["until"] < time.time():
        return _failed(request, None, "failed", "not_begun_here")
    try:
        way = way_of(request.workspace, kept["kind"])
    except (NotFound, Rejected):
        return _failed(request, None, "failed", "not_set_up")
    if not _is_from(way, kept, request.GET):
        return _failed(request, way, "failed", "not_begun_here")
    if "error" in request.GET:
        return _failed(request, way, "declined", "declined")
    begun = Begun(kept["state"], kept["nonce"], kept["verifier"])
    try:
        got = openid.exchanged(way.provider, begun, request.GET.get("code", ""), _back(request))
    except ProviderProblem as problem:
        why = "unreachable" if problem.reason == "unreachable" else "failed"
        return _failed(request, way, why, problem.reason)
    return _connect(request, way, _granted(way, got))


def _connect(request: PageRequest, way: Way, granted: Granted) -> HttpResponse:
    try:
        mailbox = connect_by_code(request.me, way.provider.key, granted, actor=request.me.email)
    except Rejected as refusal:
        return _failed(request, way, refusal.reason, refusal.reason, status=422)
    except ProviderError as error:
        status = 502 if isinstance(error, TryLater) else 422
        said = {"what": what_happened(error.kind, error.code), "told": error.told}
        return _failed(request, way, "trouble", error.code, said, status=status)
    say_connected(request, mailbox)
    return redirect("web:profile-email")


def say_connected(request: PageRequest, mailbox: Mailbox) -> None:
    """Say on the next page that the mailbox is connected, and what comes next."""
    said = f"{mailbox.address} is connected. Its labels are listed within a minute"
    selected = labels_in_words(selected_for(request.me))
    if selected:
        said += f". Your company selects {selected} for you then; you can choose differently afterwards."
    else:
        said += "; choose which of them sync."
    messages.success(request, said)


def _granted(way: Way, got: openid.Exchanged) -> Granted:
    given = {name: got.answer.get(name) for name in ("refresh_token", "scope")}
    texts = {name: value if isinstance(value, str) else "" for name, value in given.items()}
    return Granted(**texts, address=way.provider.vouched_address(got.claims) or "")


def _is_from(way: Way, kept: Mapping[str, Any], came: Mapping[str, str]) -> bool:
    """Whether this browser was sent to this provider, and comes from there."""
    if came.get("iss", way.provider.issuer) != way.provider.issuer:
        return False
    return constant_time_compare(kept["state"], came.get("state", ""))


def _back(request: PageRequest) -> str:
    """Our address to come back to, as it was registered."""
    return address_here(request, reverse("web:profile-email-back"))


def _failed(
    request: PageRequest,
    way: Way | None,
    why: str,
    reason: str,
    said: Mapping[str, str] | None = None,
    *,
    status: int | None = None,
) -> HttpResponse:
    """Say what to do; the reason goes to the server's log, where it names nobody."""
    _log.warning("Connecting a mailbox at %s ended: %s.", way.provider.key if way else "a provider", reason)
    before = mailbox_of(request.me)
    shown = {
        "provider": way.provider.name if way else "the provider",
        "kind": way.provider.key if way else "",
        "why": why,
        "bound": before.address if before else "",
        "addresses": own_addresses(request.me),
        **(said or {}),
    }
    return render(request, "profile_email_failed.html", shown, status=status or _STATUS[why])


@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: PageRequest) -> HttpResponse:
    """Say what follows, then end one's own connection."""
    if request.method == "POST":
        try:
            is_taken_over = disconnect_mailbox(request.me, actor=request.me.email)
        except Rejected as refusal:
            messages.warning(request, sentence(refusal.reason))
        else:
            messages.success(request, _ended(is_taken_over))
        return redirect("web:profile-email")
    mailbox = mailbox_of(request.me)
    if mailbox is None or mailbox.connected_at is None or mailbox.is_central:
        return redirect("web:profile-email")
    takes_over = central_sources().filter(workspace=request.workspace).exists()
    return render(request, "profile_email_disconnect.html", {"mailbox": mailbox, "takes_over": takes_over})


def _ended(is_taken_over: bool) -> str:
    if is_taken_over:
        return "Your own connection is ended. Your company's connection for all takes over within a minute."
    return "Your mailbox is disconnected. What came in stays."
