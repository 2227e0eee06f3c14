"""Roles of a workspace's own, and that somebody always has admin access (R3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from postroom.actions.add_users import ALL_PERMISSIONS, add_users
from postroom.actions.change_role import change_role
from postroom.actions.create_role import create_role
from postroom.actions.create_workspace import create_workspace
from postroom.actions.delete_role import delete_role
from postroom.actions.disable_user import disable_user, enable_user
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.role_rules import MAX_ROLES
from postroom.core.permissions import PERMISSIONS, ROLES, may_give
from postroom.store.models import Revision, Role, User, Workspace
from postroom.store.read.roles import holders_of, permissions_of, roles_of
from postroom.store.read.users import administrators

ME = "boss@us.com"
LEADS = {"name": "Leads", "permissions": ["view_engagements", "admin_access"]}


def give(workspace: Workspace, email: str, role: str, granted_by: frozenset[str] = ALL_PERMISSIONS) -> str:
    [answer] = add_users(workspace, [{"email": email, "role": role}], actor=ME, granted_by=granted_by)
    return answer["reason"] or answer["status"]


def refused(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Rejected) as refusal:
        act()
    return refusal.value.reason, refusal.value.field


def user(email: str) -> User:
    return User.objects.get(email=email)


def test_a_role_is_a_set_of_permissions_switched_on_R1(workspace: Workspace) -> None:
    role = create_role(workspace, {"name": " Support ", "permissions": ["view_engagements"] * 2}, actor=ME)
    assert (role.name, role.permissions) == ("Support", ["view_engagements"])
    assert roles_of(workspace) == {**ROLES, "Support": frozenset({"view_engagements"})}
    create_role(workspace, {"name": "Guest"}, actor=ME)
    assert roles_of(workspace)["Guest"] == frozenset()


@pytest.mark.parametrize("role", ROLES)
def test_a_built_in_role_asks_nothing_R3(
    workspace: Workspace, role: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert permissions_of(User(workspace=workspace, role=role)) == ROLES[role]


def test_a_role_of_ones_own_asks_once_and_an_unknown_one_opens_nothing_R3(
    workspace: Workspace, django_assert_num_queries: Any
) -> None:
    create_role(workspace, LEADS, actor=ME)
    Role.objects.update(permissions=["view_engagements", "a_permission_of_old"])
    with django_assert_num_queries(1):
        assert permissions_of(User(workspace=workspace, role="Leads")) == {"view_engagements"}
    assert permissions_of(User(workspace=workspace, role="leads")) == frozenset()


@pytest.mark.parametrize(
    ("sent", "reason", "field"),
    [
        ({}, "name_required", "name"),
        ({"name": " "}, "name_required", "name"),
        ({"name": None}, "name_required", "name"),
        ({"name": 7}, "wrong_type", "name"),
        ({"name": "x" * 101}, "too_long", "name"),
        ({"name": "a\0b"}, "text_invalid", "name"),
        ({"name": "administrator"}, "name_taken", "name"),
        ({"name": "Viewer"}, "name_taken", "name"),
        ({"name": "STRASSE"}, "name_taken", "name"),
        ({"name": "New", "permissions": ["king"]}, "permission_unknown", "permissions"),
        ({"name": "New", "permissions": "admin_access"}, "wrong_type", "permissions"),
        ({"name": "New", "permissions": [["admin_access"]]}, "wrong_type", "permissions"),
        ({"name": "New", "colour": "red"}, "unknown_field", "colour"),
        ([], "not_an_object", None),
    ],
)
def test_what_is_no_role_is_refused_by_name_R3(
    workspace: Workspace, sent: Any, reason: str, field: str | None
) -> None:
    create_role(workspace, {"name": "Straße"}, actor=ME)
    assert refused(lambda: create_role(workspace, sent, actor=ME)) == (reason, field)
    assert [role.name for role in Role.objects.all()] == ["Straße"]


def test_a_name_is_free_again_in_another_workspace_W3(workspace: Workspace) -> None:
    them = create_workspace("Them", "boss@them.com").workspace
    theirs = create_role(them, LEADS, actor=ME)
    ours = create_role(workspace, LEADS, actor=ME)
    for act in (
        lambda: change_role(workspace, theirs.pk, {"name": "Ours"}, actor=ME),
        lambda: delete_role(workspace, theirs.pk, actor=ME),
    ):
        with pytest.raises(NotFound):
            act()
    change_role(workspace, ours.pk, {"permissions": []}, actor=ME)
    theirs.refresh_from_db()
    assert theirs.permissions == ["admin_access", "view_engagements"]
    assert give(them, "a@them.com", "Leads") == "created"
    assert holders_of(workspace) == {}


def test_there_are_so_many_roles_at_most(workspace: Workspace) -> None:
    Role.objects.bulk_create(Role(workspace=workspace, name=f"Role {n}") for n in range(MAX_ROLES))
    assert refused(lambda: create_role(workspace, LEADS, actor=ME)) == ("too_many_roles", "name")


def test_users_keep_a_role_that_is_called_otherwise_R3(workspace: Workspace) -> None:
    role = create_role(workspace, LEADS, actor=ME)
    assert give(workspace, "a@us.com", "Leads") == "created"
    changed = change_role(workspace, role.pk, {"name": "LEADS"}, actor=ME)
    assert (changed.name, user("a@us.com").role) == ("LEADS", "LEADS")
    assert change_role(workspace, role.pk, {"name": "Heads"}, actor=ME).permissions == [
        "admin_access",
        "view_engagements",
    ]
    assert permissions_of(user("a@us.com")) == {"admin_access", "view_engagements"}
    assert refused(lambda: change_role(workspace, role.pk, {"name": "Viewer"}, actor=ME)) == (
        "name_taken",
        "name",
    )


def test_every_change_of_a_role_says_who_made_it(workspace: Workspace) -> None:
    role = create_role(workspace, LEADS, actor=ME)
    change_role(workspace, role.pk, {"permissions": []}, actor=ME)
    change_role(workspace, role.pk, {"permissions": []}, actor=ME)
    delete_role(workspace, role.pk, actor=ME)
    assert list(Revision.objects.order_by("number").values_list("actor", "change")) == [
        (ME, "create the role Leads: admin_access, view_engagements"),
        (ME, "change the role Leads: Leads, "),
        (ME, "delete the role Leads"),
    ]


def test_a_role_that_users_have_is_deleted_only_with_another_for_them_R3(workspace: Workspace) -> None:
    role = create_role(workspace, {"name": "Support"}, actor=ME)
    for email in ("a@us.com", "b@us.com"):
        give(workspace, email, "Support")
    disable_user(workspace, "b@us.com", actor=ME)
    assert holders_of(workspace) == {"Support": 2}

    def delete(instead: str | None) -> int:
        return delete_role(workspace, role.pk, instead=instead, actor=ME)

    assert refused(lambda: delete(None)) == ("role_in_use", "instead")
    assert refused(lambda: delete("Support")) == ("role_unknown", "instead")
    assert refused(lambda: delete("King")) == ("role_unknown", "instead")
    assert delete("Viewer") == 2
    assert holders_of(workspace) == {"Viewer": 2}
    assert not Role.objects.exists()
    with pytest.raises(NotFound):
        delete(None)


def test_a_role_is_given_by_its_name_and_no_other_R3(workspace: Workspace) -> None:
    create_role(workspace, {"name": "Support"}, actor=ME)
    assert give(workspace, "a@us.com", "Support") == "created"
    assert give(workspace, "a@us.com", "support") == "role_unknown"
    assert user("a@us.com").role == "Support"


MANAGES = frozenset({"manage_users"})


@pytest.mark.parametrize(
    ("touched", "held", "may"),
    [
        (ROLES["Administrator"], MANAGES, False),
        (ROLES["Administrator"], frozenset({"admin_access"}), True),
        (ROLES["Manager"], MANAGES, True),
        (frozenset(), frozenset(), True),
        (frozenset({"admin_access"}), frozenset(PERMISSIONS) - {"admin_access"}, False),
        (frozenset({"view_audit"}), MANAGES, False),
        (frozenset({"view_audit"}), MANAGES | {"view_audit"}, True),
    ],
)
def test_nobody_gives_more_than_they_have_R3(
    touched: frozenset[str], held: frozenset[str], may: bool
) -> None:
    assert may_give(touched, held) is may


def test_who_manages_users_cannot_come_to_more_by_a_role_R3(workspace: Workspace) -> None:
    create_role(workspace, {"name": "Auditors", "permissions": ["view_audit"]}, actor=ME)
    create_role(workspace, {"name": "Desk", "permissions": ["manage_users"]}, actor=ME)
    give(workspace, "audit@us.com", "Auditors")
    assert give(workspace, "me@us.com", "Desk", MANAGES) == "created"
    assert give(workspace, "me@us.com", "Auditors", MANAGES) == "role_not_allowed"
    assert give(workspace, "audit@us.com", "Viewer", MANAGES) == "role_not_allowed"
    assert give(workspace, "me@us.com", "Manager", MANAGES) == "updated"


# The last who has admin access.


@pytest.fixture
def leads(workspace: Workspace) -> Role:
    """An own role with admin access, which two users have and nobody else."""
    role = create_role(workspace, LEADS, actor=ME)
    give(workspace, "a@us.com", "Leads")
    give(workspace, "b@us.com", "Leads")
    give(workspace, "c@us.com", "Viewer")
    return role


def test_a_role_keeps_admin_access_that_nobody_else_would_have_R3(workspace: Workspace, leads: Role) -> None:
    def drop() -> Role:
        return change_role(workspace, leads.pk, {"name": "X", "permissions": ["view_engagements"]}, actor=ME)

    assert refused(drop) == ("last_admin", "permissions")
    leads.refresh_from_db()
    assert (leads.name, leads.permissions) == ("Leads", ["admin_access", "view_engagements"])
    assert user("a@us.com").role == "Leads"
    assert give(workspace, "c@us.com", "Administrator") == "updated"
    assert drop().permissions == ["view_engagements"]
    assert [found.email for found in administrators(workspace)] == ["c@us.com"]


def test_a_role_with_the_last_admin_access_is_not_handed_on_to_one_without_R3(
    workspace: Workspace, leads: Role
) -> None:
    def delete(instead: str) -> int:
        return delete_role(workspace, leads.pk, instead=instead, actor=ME)

    assert refused(lambda: delete("Viewer")) == ("last_admin", "instead")
    assert holders_of(workspace) == {"Leads": 2, "Viewer": 1}
    assert delete("Administrator") == 2


def test_disabling_and_roles_together_leave_an_administrator_R3(workspace: Workspace, leads: Role) -> None:
    disable_user(workspace, "a@us.com", actor=ME)
    assert refused(lambda: disable_user(workspace, "b@us.com", actor=ME)) == ("last_admin", "email")
    assert give(workspace, "b@us.com", "Viewer") == "last_admin"
    assert give(workspace, "a@us.com", "Viewer") == "updated"
    enable_user(workspace, "a@us.com", actor=ME)
    assert refused(lambda: disable_user(workspace, "b@us.com", actor=ME)) == ("last_admin", "email")
    assert refused(lambda: change_role(workspace, leads.pk, {"permissions": []}, actor=ME)) == (
        "last_admin",
        "permissions",
    )
    give(workspace, "a@us.com", "Leads")
    assert give(workspace, "b@us.com", "Viewer") == "updated"
    assert [found.email for found in administrators(workspace)] == ["a@us.com"]


def test_several_records_of_one_call_leave_an_administrator_R3(workspace: Workspace, leads: Role) -> None:
    records = [{"email": email, "role": "Viewer"} for email in ("a@us.com", "b@us.com")]
    assert [answer["reason"] for answer in add_users(workspace, records, actor=ME)] == [None, "last_admin"]


def test_a_workspace_that_has_no_administrator_yet_may_change_its_roles(workspace: Workspace) -> None:
    role = create_role(workspace, LEADS, actor=ME)
    assert change_role(workspace, role.pk, {"permissions": []}, actor=ME).permissions == []


WAYS: dict[str, Callable[[Workspace, Role, str], object]] = {
    "disable": lambda w, role, email: disable_user(w, email, actor=ME),
    "take the role": lambda w, role, email: _raising(give(w, email, "Viewer")),
    "change the role": lambda w, role, email: change_role(w, role.pk, {"permissions": []}, actor=ME),
    "delete the role": lambda w, role, email: delete_role(w, role.pk, instead="Viewer", actor=ME),
}
"""The ways to take admin access from somebody."""


def _raising(answer: str) -> None:
    if answer == "last_admin":
        raise Rejected(answer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("one", WAYS)
@pytest.mark.parametrize("other", WAYS)
def test_two_requests_at_once_leave_an_administrator_R3(workspace: Workspace, one: str, other: str) -> None:
    roles = [create_role(workspace, {**LEADS, "name": name}, actor=ME) for name in ("One", "Two")]
    for role in roles:
        give(workspace, f"{role.name.lower()}@us.com", role.name)
    begin = threading.Barrier(2)
    became: list[str] = []

    def take(way: str, role: Role) -> None:
        begin.wait()
        try:
            WAYS[way](Workspace.objects.get(pk=workspace.pk), role, f"{role.name.lower()}@us.com")
            became.append("done")
        except Rejected as refusal:
            became.append(refusal.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=pair) for pair in zip((one, other), roles, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(became) == ["done", "last_admin"]
    assert administrators(workspace).count() == 1
