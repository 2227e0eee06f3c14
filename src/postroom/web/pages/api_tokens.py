"""Settings, API tokens: made with their scopes, shown once, revoked (K2 in kind)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from postroom.actions.create_token import create_token, revoke_token
from postroom.actions.rejection import Rejected
from postroom.core.permissions import ADMIN_SCOPE, OF_NOBODY
from postroom.store.read.tokens import tokens, tokens_page
from postroom.web.access import PageRequest
from postroom.web.forms import sentence
from postroom.web.paging import cursor_of, is_fragment
from postroom.web.permission_words import switches, titles


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the tokens that work, the last made first; with ``?show=revoked`` those that work no more."""
    before = cursor_of(request, 1)
    are_revoked = request.GET.get("show") == "revoked"
    found, more = tokens_page(request.workspace, are_revoked, before[0] if before else None)
    shown = {
        "rows": [(token, titles(token.scopes)) for token in found],
        "more": more,
        "are_revoked": are_revoked,
        "is_first": before is None,
    }
    return render(request, "api_tokens_rows.html" if is_fragment(request) else "api_tokens.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    if request.method != "POST":
        return _form(request, "", [])
    name, scopes = request.POST.get("name", ""), request.POST.getlist("permissions")
    try:
        token, secret = create_token(request.workspace, name, scopes, actor=request.me.email)
    except Rejected as refusal:
        return _form(request, name, scopes, refusal)
    shown = {"token": token, "secret": secret, "opens": titles(token.scopes)}
    return render(request, "api_token_made.html", shown)


def _form(
    request: PageRequest, name: str, scopes: list[str], refusal: Rejected | None = None
) -> HttpResponse:
    shown = {
        "name": name,
        "sections": switches(scopes, without=OF_NOBODY),
        "all_scope": ADMIN_SCOPE,
        "opens_all": ADMIN_SCOPE in scopes,
        "problems": {refusal.field or "name": sentence(refusal.reason)} if refusal else {},
    }
    return render(request, "api_token_add.html", shown, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: PageRequest, token_id: int) -> HttpResponse:
    """Say what follows, then end a token."""
    token = tokens(request.workspace).filter(pk=token_id).first()
    if token is None:
        raise Http404
    if request.method != "POST" and token.revoked_at is None:
        return render(request, "api_token_revoke.html", {"token": token, "opens": titles(token.scopes)})
    if token.revoked_at is None:
        revoke_token(request.workspace, token_id, actor=request.me.email)
    messages.success(request, f"The token {token.name} is revoked.")
    return redirect("web:api-tokens")
