"""One user: what is known of them, how they come in, and Collect passive data as others set it (U4, P6, R5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from postroom.actions.add_users import add_users
from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.invite import VALID_DAYS, invite
from postroom.actions.mail_invitation import can_mail, mail_invitation
from postroom.actions.rejection import Rejected
from postroom.actions.set_consent import set_consent
from postroom.core.consent import USERS_PAGE, WAYS, is_own_word
from postroom.core.permissions import may_give
from postroom.store.models import User
from postroom.store.read.consent import consents_of
from postroom.store.read.roles import permissions_of, roles_of
from postroom.store.read.user_list import user_row
from postroom.store.read.users import user_with_address, users
from postroom.web.access import PageRequest
from postroom.web.forms import say_warnings, sentence
from postroom.web.user_form import UserForm, form_of, roles_to_give, typed_form


def _user(request: PageRequest, user_id: int) -> User:
    user = users(request.workspace).filter(pk=user_id).first()
    if user is None:
        raise Http404
    return user


@require_safe
def show(request: PageRequest, user_id: int) -> HttpResponse:
    """Show what is known of the user."""
    user = _user(request, user_id)
    said = next(iter(consents_of(user)), None)
    manager = user_with_address(request.workspace, user.manager_email) if user.manager_email else None
    shown = {
        "user": user,
        "row": user_row(user),
        "manager": manager,
        "said": said,
        "said_how": WAYS.get(said.how, "") if said else "",
        "is_own_word": bool(said and is_own_word(said.actor, user.email)),
        "is_within_reach": may_give(permissions_of(user), request.permissions),
    }
    return render(request, "user.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, user_id: int) -> HttpResponse:
    """Change the attributes of the user."""
    user = _user(request, user_id)
    form = form_of(user, user_row(user).aliases)
    if request.method == "POST":
        form = typed_form(request, user.email)
        if _saved(request, form):
            return redirect("web:user", user.pk)
    roles = roles_to_give(roles_of(request.workspace), user.role, request.permissions)
    return render(
        request,
        "user_edit.html",
        {"user": user, "form": form, "roles": roles},
        status=422 if form.problems else 200,
    )


def _saved(request: PageRequest, form: UserForm) -> bool:
    """Store what the form says; otherwise it has problems now."""
    [answer] = add_users(
        request.workspace, [form.record()], actor=request.me.email, granted_by=request.permissions
    )
    if answer["reason"]:
        form.refuse(Rejected(answer["reason"], answer["field"]))
        return False
    messages.success(request, "Saved." if answer["status"] == "updated" else "Nothing was changed.")
    say_warnings(request, answer["warnings"])
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def disable(request: PageRequest, user_id: int) -> HttpResponse:
    """Say what follows, then disable the user, or let them in again where they are disabled."""
    user = _user(request, user_id)
    was_disabled = user.disabled_at is not None
    problem = ""
    if request.method == "POST":
        is_wanted = request.POST.get("disabled") == "yes"
        act = disable_user if is_wanted else enable_user
        try:
            act(request.workspace, user.email, actor=request.me.email, granted_by=request.permissions)
        except Rejected as refusal:
            problem = sentence(refusal.reason)
        else:
            says = (
                "is disabled."
                if is_wanted
                else "may sign in again. Collect passive data stays off until it is switched on."
            )
            messages.success(request, f"{_called(user)} {says}")
            return redirect("web:user", user.pk)
    shown = {"user": user, "was_disabled": was_disabled, "problem": problem, "called": _called(user)}
    return render(request, "user_disable.html", shown, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def invite_user(request: PageRequest, user_id: int) -> HttpResponse:
    """Say what an invitation does, then make one and show its link, this once."""
    user = _user(request, user_id)
    shown: dict[str, Any] = {"user": user, "row": user_row(user), "called": _called(user)}
    shown |= {"can_mail": can_mail(), "days": VALID_DAYS}
    if request.method != "POST":
        return render(request, "user_invite.html", shown)
    try:
        made = invite(request.workspace, user.email, actor=request.me.email, granted_by=request.permissions)
    except Rejected as refusal:
        return render(request, "user_invite.html", {**shown, "problem": sentence(refusal.reason)}, status=422)
    link = made.link(request.scheme or "http", request.get_host())
    is_asked = can_mail() and "mail" in request.POST
    shown |= {"link": link, "expires_at": made.expires_at, "is_asked": is_asked}
    shown["mailed"] = is_asked and mail_invitation(made, link)
    answer = render(request, "user_invited.html", shown)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: PageRequest, user_id: int) -> HttpResponse:
    """Say what follows, then switch Collect passive data for the user: recorded as who does it (P6)."""
    user = _user(request, user_id)
    problem = ""
    if request.method == "POST":
        wanted = request.POST.get("collect") == "on"
        try:
            set_consent(request.workspace, [(user, wanted)], actor=request.me.email, how=USERS_PAGE)
        except Rejected as refusal:
            problem = sentence(refusal.reason)
        else:
            messages.success(
                request, f"Collect passive data is {'on' if wanted else 'off'} for {_called(user)}."
            )
            return redirect("web:user", user.pk)
    shown = {
        "user": user,
        "is_on": user.collects_since is not None,
        "problem": problem,
        "called": _called(user),
    }
    shown["is_oneself"] = user.pk == request.me.pk
    return render(request, "user_collect.html", shown, status=422 if problem else 200)


def _called(user: User) -> str:
    return user.name or user.email
