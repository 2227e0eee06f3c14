"""The access tokens of a source: a new one, shown once, and revoking one (K1, K2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from postroom.actions.access_tokens import revoke as revoke_token
from postroom.actions.access_tokens import rotate as rotate_token
from postroom.actions.rejection import Rejected
from postroom.store.models import AccessToken, Source
from postroom.store.read.sources import access_tokens, upload_sources
from postroom.store.read.users import users
from postroom.web.access import PageRequest
from postroom.web.forms import sentence
from postroom.web.paging import number_in
from postroom.web.source_examples import Examples, examples, server_of
from postroom.web.source_words import GRACE


def source_of(request: PageRequest, source_id: int) -> Source:
    """The source of the workspace, where programs upload to it; raises ``Http404``."""
    source = upload_sources(request.workspace).select_related("workspace").filter(pk=source_id).first()
    if source is None:
        raise Http404
    return source


def works(token: AccessToken) -> bool:
    """Whether the token is neither revoked nor at its end."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > timezone.now())


def examples_of(request: PageRequest, secret: str | None) -> Examples:
    """Calls to copy, with the address by which this page was asked for."""
    collecting = users(request.workspace).filter(disabled_at=None, collects_since__isnull=False)
    user = collecting.values_list("email", flat=True).first() or request.me.email
    return examples(server_of(request), secret, user, timezone.now())


def show_secret(request: PageRequest, source: Source, secret: str, *, is_new: bool) -> HttpResponse:
    """Show the secret of a token that was just made. It is kept nowhere: the page cannot be asked for again."""
    shown = {"source": source, "secret": secret, "is_new": is_new, "examples": examples_of(request, secret)}
    return render(request, "source_token.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def rotate(request: PageRequest, source_id: int) -> HttpResponse:
    """Ask when the token before is to end, then make another and show it, this once."""
    source = source_of(request, source_id)
    tokens = list(access_tokens(source))
    newest = tokens[0].pk if tokens else 0
    shown: dict[str, Any] = {"source": source, "newest": newest, "grace": GRACE, "chosen": 24}
    shown["working"] = [token for token in tokens if works(token)]
    if request.method != "POST":
        return render(request, "source_rotate.html", shown)
    if request.POST.get("newest") != str(newest):
        # Sent twice: the first one's token is on its way into a program, and must not end by this.
        messages.warning(
            request, "Another access token was made meanwhile. See below, before you make a further one."
        )
        return redirect("web:source", source.pk)
    hours = number_in(request.POST.get("grace_hours", ""))
    try:
        secret = rotate_token(source, -1 if hours is None else hours, actor=request.me.email)
    except Rejected as refusal:
        return render(
            request, "source_rotate.html", {**shown, "problem": sentence(refusal.reason)}, status=422
        )
    return show_secret(request, source, secret, is_new=False)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: PageRequest, source_id: int, token_id: int) -> HttpResponse:
    """Say what follows, then end an access token at once."""
    source = source_of(request, source_id)
    tokens = list(access_tokens(source))
    token = next((token for token in tokens if token.pk == token_id), None)
    if token is None:
        raise Http404
    if request.method != "POST":
        others = [other for other in tokens if other != token and works(other)]
        return render(
            request, "source_revoke.html", {"source": source, "token": token, "others": len(others)}
        )
    revoke_token(source, token.pk, actor=request.me.email)
    messages.success(request, "The access token is revoked.")
    return redirect("web:source", source.pk)
