"""Settings, Roles: which roles there are, what each opens, and the workspace's own ones changed (R1, R3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from postroom.actions.change_role import change_role
from postroom.actions.create_role import create_role
from postroom.actions.delete_role import delete_role
from postroom.actions.rejection import NotFound, Rejected
from postroom.core.permissions import ROLES
from postroom.store.models import Role
from postroom.store.read.roles import holders_of, own_roles, permissions_of, roles_of
from postroom.web.access import PageRequest
from postroom.web.forms import sentence
from postroom.web.permission_words import switches, titles


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show all roles with what they open, and below them what each permission is."""
    holders = holders_of(request.workspace)
    built_in = [Role(name=name, permissions=list(opens)) for name, opens in ROLES.items()]
    rows = [
        {"role": role, "opens": titles(role.permissions), "users": holders.get(role.name, 0)}
        for role in (*built_in, *own_roles(request.workspace))
    ]
    return render(request, "roles.html", {"rows": rows, "sections": switches(())})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Add a role of the workspace's own."""
    if request.method != "POST":
        return _form(request, "", [])
    sent = _sent(request)
    try:
        role = create_role(request.workspace, sent, actor=request.me.email)
    except Rejected as refusal:
        return _form(request, sent["name"], sent["permissions"], refusal)
    messages.success(request, f"The role {role.name} is there. Give it to users to let it count.")
    return redirect("web:roles")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, role_id: int) -> HttpResponse:
    """Change name and permissions of a role."""
    role = _role(request, role_id)
    if request.method != "POST":
        return _form(request, role.name, role.permissions, role=role)
    sent = _sent(request)
    try:
        changed = change_role(request.workspace, role_id, sent, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    except Rejected as refusal:
        return _form(request, sent["name"], sent["permissions"], refusal, role)
    messages.success(request, f"The role {changed.name} was changed.")
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, role_id: int) -> HttpResponse:
    """Say what follows and who has the role, then delete it; its users get another one in the same step."""
    role = _role(request, role_id)
    instead = request.POST.get("instead", "")
    problem = ""
    if request.method == "POST":
        try:
            moved = delete_role(request.workspace, role_id, instead=instead or None, actor=request.me.email)
        except NotFound:
            raise Http404 from None
        except Rejected as refusal:
            problem = sentence(refusal.reason)
        else:
            given = f" {moved} user{'s' * (moved != 1)} now {'have' if moved != 1 else 'has'} {instead}."
            messages.success(request, f"The role {role.name} is deleted.{given if moved else ''}")
            return _back(request)
    shown = {
        "role": role,
        "users": holders_of(request.workspace).get(role.name, 0),
        "others": [name for name in roles_of(request.workspace) if name != role.name],
        "instead": instead,
        "has_it": request.me.role == role.name,
        "problem": problem,
    }
    return render(request, "role_delete.html", shown, status=422 if problem else 200)


def _role(request: PageRequest, role_id: int) -> Role:
    role = own_roles(request.workspace).filter(pk=role_id).first()
    if role is None:
        raise Http404
    return role


def _sent(request: PageRequest) -> dict[str, Any]:
    return {"name": request.POST.get("name", ""), "permissions": request.POST.getlist("permissions")}


def _form(
    request: PageRequest,
    name: str,
    on: list[str],
    refusal: Rejected | None = None,
    role: Role | None = None,
) -> HttpResponse:
    """The form of a role, new or known, with what is wrong beside its field."""
    shown = {
        "role": role,
        "name": name,
        "sections": switches(on),
        "problems": {refusal.field: sentence(refusal.reason)} if refusal else {},
        "users": holders_of(request.workspace).get(role.name, 0) if role else 0,
        "has_it": role is not None and request.me.role == role.name,
    }
    return render(request, "role_form.html", shown, status=422 if refusal else 200)


def _back(request: PageRequest) -> HttpResponse:
    """To the roles, or away from them where whoever asks has just lost the right to see them."""
    request.me.refresh_from_db(fields=["role"])
    return redirect("web:roles" if "admin_access" in permissions_of(request.me) else "web:overview")
