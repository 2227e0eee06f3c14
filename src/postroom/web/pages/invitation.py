"""Accepting an invitation: the way of a user who was added to a password."""

from __future__ import annotations

from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from postroom.actions.invite import accept_invitation, invitation_of
from postroom.actions.rejection import Rejected
from postroom.web.sessions import client_of, come_in


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
        login = accept_invitation(secret, password, client=client_of(request))
    except Rejected as refusal:
        return render(request, "invitation.html", {**shown, "problem": refusal.reason}, status=422)
    return come_in(request, login, "invitation", workspace=user.workspace_id)
