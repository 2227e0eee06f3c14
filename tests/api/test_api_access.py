"""Who may call what: the table of routes, every permission, every role, no credentials at all (R1-R3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from django.test import Client
from filled import Filled, fill

from postroom.actions.add_users import add_users
from postroom.api.access import ANY, MAILBOX, PUBLIC, ROUTES, UPLOAD, USER
from postroom.api.door import route_of
from postroom.api.urls import v1
from postroom.core.permissions import PERMISSIONS, ROLES
from postroom.store.models import Login, User, Workspace

BODIES: dict[str, Any] = {
    "organization": {"domains": []},
    "organization/internal-addresses": {"addresses": []},
    "organization/excluded-addresses": {"addresses": []},
    "users": {"users": []},
    "users/settings": {"users": []},
    "accounts": {"accounts": []},
    "persons": {"persons": []},
    "blocklist": {"entries": []},
    "decisions/reconsider": {"ids": []},
    "decisions/release": {"ids": []},
    "explain": {"address": "k@acme.com"},
    "engagements/{id}/visibility": {"visibility": "subject"},
    "visibility": {"visibility": "subject"},
    "mailboxes/{id}": {"mode": "subject"},
    "mailboxes/{id}/labels/{label}": {"selected": True},
    "my-data/consent": {"collect_passive_data": False},
    "default-synced-labels": {"future_users": False},
    "default-synced-labels/preview": {"inbox": True, "sent": False},
    "default-synced-labels/apply": {"inbox": True, "sent": False},
    "mailbox-sources/{kind}/check": {"email": "s0@us.com"},
    "mailbox-sources/{kind}/connect-all": {"email": "s0@us.com"},
    "sources": {"name": "New"},
    "roles": {"name": "New"},
    "api-tokens": {"name": "New", "scopes": ["admin"]},
    "sources/{id}/rotate": {},
    "mail-messages": {"messages": []},
    "chat-messages": {"messages": []},
    "chat-reactions": {"reactions": []},
    "activities": {"activities": []},
    "mail-folder-statistics": {"statistics": []},
}
OF_A_MAILBOX = {"engagements/{id}/visibility", "visibility"}
"""What is about the caller's own mailbox; an API token has none (R4)."""
OF_A_USER = {"reports/employee", "reports/circle"}
"""What is about one user; who may not see it does not find it (E11)."""
NOTHING = Filled(*[1] * len(fields(Filled)))
CALLS = [(route, method) for route, methods in ROUTES.items() for method in methods]


def path_of(route: str, filled: Filled) -> str:
    """A path of the route to what is there, so that only the permission can stand in the way."""
    ids = {
        "accounts": filled.account,
        "persons": filled.person,
        "blocklist": filled.entry,
        "engagements": filled.engagement,
        "jobs": filled.job,
        "mailboxes": filled.mailbox,
        "set-aside": filled.set_aside,
        "sources": filled.source,
        "roles": filled.role,
        "api-tokens": filled.api_token,
    }
    noun = route.partition("/")[0]
    known = str(ids.get(noun, "item-1"))
    parts = {"{id}": known, "{email}": "s0@us.com", "{domain}": "us.com", "{address}": "gone@us.com"}
    parts |= {"{token_id}": str(filled.access_token), "{label}": str(filled.label)}
    parts |= {"{kind}": "imap"}
    for part, value in parts.items():
        route = route.replace(part, value)
    if route == "reports/team":
        return f"{route}?manager=s0@us.com"
    is_of_a_user = route in OF_A_USER or (noun == "mail-messages" and "/" in route)
    return f"{route}?user=s0@us.com" if is_of_a_user else route


def success_of(route: str, method: str) -> int:
    """The status of a call that is let in."""
    if route in ("", "reports/team") or "{address}" in route:
        return 404
    if route == "mailbox-sources/{kind}/connect-all" and method == "DELETE":
        return 200
    if route.startswith("mailbox-sources/{kind}/"):
        return 422  # no secret for all mailboxes is set up
    if route == "jobs/{id}/retry":
        return 422  # it waits
    if route == "jobs/{id}/undo":
        return 422  # it is of another kind
    if route in ("decisions/reconsider", "default-synced-labels/apply"):
        return 202
    if (route, method) == ("my-data", "DELETE"):
        return 202
    if method == "POST" and route in ("sources", "roles", "api-tokens"):
        return 201
    if route == "mailboxes/{id}/labels/{label}":
        return 200
    return 204 if method in ("DELETE", "PUT") else 200


def call(client: Any, route: str, method: str, filled: Filled) -> int:
    body = (
        BODIES.get(route, {})
        if method == "PATCH"
        else BODIES.get(route)
        if method in ("POST", "PUT")
        else None
    )
    status: int = client.call(method, path_of(route, filled), body).status_code
    return status


def expected_of_mailbox(role: str, route: str) -> int:
    """Who has ``email_sync`` alone sees a mailbox of somebody else no more than one that is not there."""
    if role == "Administrator":
        return 200
    if "email_sync" not in ROLES[role]:
        return 403
    return 200 if route == "mailboxes" else 404


def test_every_route_stands_in_the_table_and_nothing_else_SEC_1() -> None:
    assert {route_of(pattern) for pattern in v1} == set(ROUTES)


def test_every_permission_of_the_table_exists() -> None:
    needed = {access.permission for methods in ROUTES.values() for access in methods.values()}
    assert needed - set(PERMISSIONS) == {ANY, MAILBOX, PUBLIC, UPLOAD, USER}


@pytest.mark.parametrize(("route", "method"), CALLS)
def test_a_token_opens_what_its_scopes_say_and_nothing_else(
    workspace: Workspace, token_for: Callable[..., Any], route: str, method: str
) -> None:
    needed = ROUTES[route][method].permission
    for permission in PERMISSIONS:
        opens = permission == needed or (needed == MAILBOX and permission == "admin_access")
        if not opens and needed not in (ANY, PUBLIC):
            assert call(token_for(workspace, permission), route, method, NOTHING) == 403
    filled = fill(workspace)
    scope = needed if needed in PERMISSIONS else "admin"
    expected = 403 if needed in (UPLOAD, USER) or route in OF_A_MAILBOX else success_of(route, method)
    assert call(token_for(workspace, scope), route, method, filled) == expected


@pytest.mark.parametrize(("route", "method"), CALLS)
def test_an_access_token_opens_the_upload_api_and_nothing_else_K1(
    workspace: Workspace, upload: Any, route: str, method: str
) -> None:
    filled = fill(workspace)
    response = upload.call(method, path_of(route, filled), BODIES.get(route))
    needed = ROUTES[route][method].permission
    if needed in (PUBLIC, UPLOAD):
        is_of_an_item = needed == UPLOAD and method == "DELETE"
        assert response.status_code == (404 if is_of_an_item else success_of(route, method))
    else:
        assert (response.status_code, json.loads(response.content)["code"]) == (403, "forbidden")


@pytest.mark.parametrize(("route", "method"), CALLS)
def test_without_credentials_only_the_description_opens(
    workspace: Workspace, nobody: Any, route: str, method: str
) -> None:
    filled = fill(workspace)
    public = ROUTES[route][method].permission == PUBLIC
    assert call(nobody, route, method, filled) == (success_of(route, method) if public else 401)


@pytest.mark.parametrize("role", ROLES)
def test_a_session_opens_what_its_role_says(workspace: Workspace, role: str) -> None:
    from api_client import ApiClient

    filled = fill(workspace)
    add_users(workspace, [{"email": "who@us.com", "role": role}], actor="command line")
    login = Login.objects.create(email="who@us.com")
    User.objects.filter(email="who@us.com").update(login=login)
    client = Client(raise_request_exception=False)
    client.force_login(login)
    for route, methods in ROUTES.items():
        for method, access in methods.items():
            if method == "GET":
                needed = "manage_rules" if route == "jobs/{id}" else access.permission
                allowed = needed in (ANY, PUBLIC, USER, *ROLES[role])
                expected = success_of(route, method) if allowed else 403
                if needed == MAILBOX:
                    expected = expected_of_mailbox(role, route)
                if route in OF_A_USER and "report_all" not in ROLES[role]:
                    expected = 404
                assert (route, call(ApiClient(client=client), route, method, filled)) == (route, expected)


def test_a_permission_that_is_taken_ends_at_the_next_call_SEC_7(workspace: Workspace, api: Any) -> None:
    from api_client import ApiClient

    add_users(workspace, [{"email": "who@us.com", "role": "Viewer"}], actor="command line")
    login = Login.objects.create(email="who@us.com")
    User.objects.filter(email="who@us.com").update(login=login)
    client = Client(raise_request_exception=False)
    client.force_login(login)
    who = ApiClient(client=client)
    who.get("accounts")
    User.objects.filter(email="who@us.com").update(role="None such")
    assert who.call("GET", "accounts").status_code == 403
    User.objects.filter(email="who@us.com").update(role="Viewer", disabled_at="2026-01-01T00:00:00Z")
    assert who.call("GET", "accounts").status_code == 401


def test_a_change_with_a_session_needs_the_csrf_token_and_with_a_token_does_not_SEC_10(
    workspace: Workspace, admin: User
) -> None:
    from api_client import ApiClient

    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    assert admin.login is not None
    client.force_login(admin.login)
    who = ApiClient(client=client)
    problem = who.answer(403, "POST", "blocklist", {"entries": ["rival.com"]})
    assert problem["code"] == "csrf_failed"
    page = client.get("/api/v1/docs").content.decode()
    csrf = page.partition('data-csrf="')[2].partition('"')[0]
    headers = {"X-CSRFToken": csrf}
    answer = who.answer(200, "POST", "blocklist", {"entries": ["rival.com"]}, headers=headers)
    assert answer["results"][0]["status"] == "created"


def test_a_wrong_token_is_not_helped_by_a_session(workspace: Workspace, admin: User) -> None:
    from api_client import ApiClient

    client = Client(raise_request_exception=False)
    assert admin.login is not None
    client.force_login(admin.login)
    assert ApiClient("pr_wrong", client).call("GET", "accounts").status_code == 401
