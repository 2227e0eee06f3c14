"""Roles and API tokens over the API (R1-R3, K2 in kind)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_client import ApiClient

from postroom.actions.add_users import add_users
from postroom.core.permissions import ROLES
from postroom.store.models import ApiToken, Role, User, Workspace

Callers = Callable[..., ApiClient]


def give(workspace: Workspace, email: str, role: str) -> User:
    add_users(workspace, [{"email": email, "role": role}], actor="command line")
    return User.objects.get(email=email)


def test_a_role_is_made_given_changed_and_deleted_R3(workspace: Workspace, api: ApiClient) -> None:
    made = api.answer(201, "POST", "roles", {"name": "Desk", "permissions": ["manage_rules", "email_sync"]})
    assert {name: made[name] for name in ("name", "built_in", "permissions", "users")} == {
        "name": "Desk",
        "built_in": False,
        "permissions": ["email_sync", "manage_rules"],
        "users": 0,
    }
    [answer] = api.post("users", {"users": [{"email": "a@us.com", "role": "Desk"}]})["results"]
    assert answer["status"] == "created"
    path = f"roles/{made['id']}"
    assert api.get(path)["users"] == 1
    changed = api.answer(200, "PATCH", path, {"permissions": []})
    assert (changed["name"], changed["permissions"], changed["users"]) == ("Desk", [], 1)
    changed = api.answer(200, "PATCH", path, {"name": "Front desk"})
    assert (changed["name"], api.get("users/a@us.com")["role"]) == ("Front desk", "Front desk")
    refusal = api.answer(422, "DELETE", path)
    assert (refusal["code"], refusal["field"]) == ("role_in_use", "instead")
    assert api.answer(204, "DELETE", f"{path}?instead=Viewer") is None
    assert api.get("users/a@us.com")["role"] == "Viewer"
    assert api.answer(404, "GET", path)["code"] == "not_found"


def test_the_list_has_the_built_in_roles_first_R3(workspace: Workspace, api: ApiClient) -> None:
    for name in ("Desk", "Archive"):
        api.answer(201, "POST", "roles", {"name": name})
    give(workspace, "a@us.com", "Manager")
    items = api.get("roles")["items"]
    assert [item["name"] for item in items] == [*ROLES, "Desk", "Archive"]
    assert [item["built_in"] for item in items] == [True] * 4 + [False] * 2
    assert [item["id"] is None for item in items] == [True] * 4 + [False] * 2
    assert {item["name"]: frozenset(item["permissions"]) for item in items[:4]} == ROLES
    assert [item["users"] for item in items] == [0, 1, 0, 0, 0, 0]


def test_pages_of_roles_together_are_the_list(workspace: Workspace, api: ApiClient) -> None:
    for number in range(5):
        api.answer(201, "POST", "roles", {"name": f"Role {number}"})
    whole = api.get("roles?limit=200")
    together, cursor = [], ""
    while cursor is not None:
        page = api.get(f"roles?limit=2&cursor={cursor}")
        assert len(page["items"]) <= 2
        together += page["items"]
        cursor = page["next_cursor"]
    assert (together, len(together)) == (whole["items"], 9)
    first = api.get("roles?limit=6")
    api.answer(204, "DELETE", f"roles/{first['items'][5]['id']}")
    assert [one["name"] for one in api.get(f"roles?cursor={first['next_cursor']}")["items"]] == [
        "Role 2",
        "Role 3",
        "Role 4",
    ]
    assert api.answer(400, "GET", "roles?cursor=made-up")["code"] == "invalid_cursor"


def test_a_list_of_roles_takes_the_same_number_of_queries(
    workspace: Workspace, api: ApiClient, django_assert_num_queries: Any
) -> None:
    api.get("roles")
    for number in range(30):
        api.answer(201, "POST", "roles", {"name": f"Role {number}"})
        with django_assert_num_queries(3):  # the token, the roles, how many users have each
            api.get("roles")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"name": "viewer"}, "name_taken", "name"),
        ({"name": ""}, "name_required", "name"),
        ({"name": "New", "permissions": ["king"]}, "permission_unknown", "permissions"),
        ({"permissions": []}, "invalid", "name"),
        ({"name": "New", "colour": "red"}, "invalid", "colour"),
        ({"name": 7}, "invalid", "name"),
    ],
)
def test_what_is_no_role_is_refused_R3(api: ApiClient, body: Any, code: str, field: str) -> None:
    problem = api.answer(422, "POST", "roles", body)
    assert (problem["code"], problem["field"]) == (code, field)
    assert not Role.objects.exists()


def test_the_last_user_with_admin_access_keeps_it_over_the_api_R3(
    workspace: Workspace, api: ApiClient
) -> None:
    made = api.answer(201, "POST", "roles", {"name": "Lead", "permissions": ["admin_access"]})
    give(workspace, "a@us.com", "Lead")
    path = f"roles/{made['id']}"
    problem = api.answer(422, "PATCH", path, {"permissions": ["view_audit"]})
    assert (problem["code"], problem["field"]) == ("last_admin", "permissions")
    problem = api.answer(422, "DELETE", f"{path}?instead=Manager")
    assert (problem["code"], problem["field"]) == ("last_admin", "instead")
    assert api.answer(422, "DELETE", f"{path}?instead=King")["code"] == "role_unknown"
    assert api.get(path)["permissions"] == ["admin_access"]


def test_a_change_of_a_role_counts_at_the_next_call_R3(
    workspace: Workspace, api: ApiClient, session_of: Callers
) -> None:
    made = api.answer(201, "POST", "roles", {"name": "Desk", "permissions": ["view_engagements"]})
    who = session_of(give(workspace, "a@us.com", "Desk"))
    assert who.get("accounts") == {"items": [], "next_cursor": None}
    api.answer(200, "PATCH", f"roles/{made['id']}", {"permissions": ["manage_users"]})
    assert [who.call("GET", path).status_code for path in ("accounts", "users")] == [403, 200]


@pytest.mark.parametrize("role", ["Manager", "Desk"])
def test_without_admin_access_roles_and_tokens_are_closed_R1(
    workspace: Workspace, api: ApiClient, session_of: Callers, role: str
) -> None:
    desk = api.answer(
        201, "POST", "roles", {"name": "Desk", "permissions": ["manage_users", "manage_sources"]}
    )
    who = session_of(give(workspace, "a@us.com", role))
    calls = [
        ("GET", "roles", None),
        ("POST", "roles", {"name": "King", "permissions": ["admin_access"]}),
        ("PATCH", f"roles/{desk['id']}", {"permissions": ["admin_access"]}),
        ("DELETE", f"roles/{desk['id']}", None),
        ("GET", "api-tokens", None),
        ("POST", "api-tokens", {"name": "mine", "scopes": ["admin"]}),
        ("DELETE", f"api-tokens/{ApiToken.objects.get().pk}", None),
    ]
    assert [who.call(*one).status_code for one in calls] == [403] * len(calls)
    assert list(Role.objects.values_list("name", "permissions")) == [
        ("Desk", ["manage_sources", "manage_users"])
    ]
    assert ApiToken.objects.get().revoked_at is None


def test_a_token_is_made_shown_once_listed_and_revoked_K2(workspace: Workspace, api: ApiClient) -> None:
    made = api.answer(201, "POST", "api-tokens", {"name": "sync", "scopes": ["manage_users", "manage_users"]})
    secret = made.pop("token")
    sync = ApiClient(secret)
    assert sync.get("users")["items"] == []
    assert sync.call("GET", "accounts").status_code == 403
    listed = api.get("api-tokens")["items"]
    assert [item["name"] for item in listed] == ["test", "sync"]
    assert secret not in str(listed)
    used = listed[1].pop("last_used_at")
    assert (made.pop("last_used_at"), used is None) == (None, False)
    assert listed[1] == made
    assert (made["scopes"], made["created_by"], made["revoked_at"]) == (["manage_users"], "token:test", None)
    assert api.answer(204, "DELETE", f"api-tokens/{made['id']}") is None
    assert sync.answer(401, "GET", "users") == ApiClient("pr_never_was").answer(401, "GET", "users")
    ended = api.get("api-tokens")["items"][1]
    assert ended["revoked_by"] == "token:test"
    assert api.answer(204, "DELETE", f"api-tokens/{made['id']}") is None
    assert api.get("api-tokens")["items"][1] == ended


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"name": "x", "scopes": []}, "scope_required", "scopes"),
        ({"name": "x", "scopes": ["king"]}, "scope_unknown", "scopes"),
        ({"name": " ", "scopes": ["admin"]}, "name_required", "name"),
        ({"name": "x"}, "invalid", "scopes"),
        ({"name": "x", "scopes": [1]}, "invalid", "scopes.0"),
    ],
)
def test_what_is_no_token_is_refused_K2(api: ApiClient, body: Any, code: str, field: str) -> None:
    problem = api.answer(422, "POST", "api-tokens", body)
    assert (problem["code"], problem["field"]) == (code, field)
    assert ApiToken.objects.count() == 1


def test_tokens_of_another_workspace_are_not_listed_W3(workspace: Workspace, token_for: Callers) -> None:
    from postroom.actions.create_workspace import create_workspace

    theirs = token_for(create_workspace("Them", "admin@them.com").workspace, "admin")
    theirs.answer(201, "POST", "roles", {"name": "Secret"})
    ours = token_for(workspace, "admin")
    assert [item["name"] for item in ours.get("roles")["items"]] == list(ROLES)
    assert [item["id"] for item in ours.get("api-tokens")["items"]] == [
        ApiToken.objects.get(workspace=workspace).pk
    ]
