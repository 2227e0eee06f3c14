"""Add users: one record after another, each for itself (U1, U2, U3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postroom.actions.add_users import add_users
from postroom.actions.create_workspace import create_workspace
from postroom.actions.disable_user import disable_user
from postroom.actions.rejection import Rejected
from postroom.store.models import Revision, User, UserAddress, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return create_workspace("Us", "admin@us.com").workspace


def add(workspace: Workspace, *records: Any, **options: Any) -> list[tuple[str, str | None, str | None]]:
    """Status, reason and field of each answer."""
    answers = add_users(workspace, records, actor="command line", **options)
    assert [answer["index"] for answer in answers] == list(range(len(records)))
    return [(answer["status"], answer["reason"], answer["field"]) for answer in answers]


CREATED = ("created", None, None)
UPDATED = ("updated", None, None)
UNCHANGED = ("unchanged", None, None)


def test_the_same_call_again_changes_nothing_U2(workspace: Workspace) -> None:
    records = [{"email": "s1@us.com", "name": "S One", "aliases": ["one@us.com"]}, {"email": "s2@us.com"}]
    assert add(workspace, *records) == [CREATED, CREATED]
    revision = Workspace.objects.get(pk=workspace.pk).revision
    assert add(workspace, *records) == [UNCHANGED, UNCHANGED]
    assert Workspace.objects.get(pk=workspace.pk).revision == revision
    assert Revision.objects.filter(workspace=workspace).count() == revision


def test_a_record_without_a_valid_address_leaves_its_neighbours_alone_U1(workspace: Workspace) -> None:
    assert add(
        workspace,
        {"email": "s1@us.com"},
        {"name": "Nobody"},
        {"email": None},
        {"email": "  "},
        {"email": "no address"},
        {"email": 7},
        "s3@us.com",
        None,
        {"email": "s\x00@us.com"},
        {"email": "\ud800@us.com"},
        {"email": "s2@us.com"},
    ) == [
        CREATED,
        ("rejected", "email_required", "email"),
        ("rejected", "email_required", "email"),
        ("rejected", "email_required", "email"),
        ("rejected", "email_invalid", "email"),
        ("rejected", "wrong_type", "email"),
        ("rejected", "not_an_object", None),
        ("rejected", "not_an_object", None),
        ("rejected", "text_invalid", "email"),
        ("rejected", "text_invalid", "email"),
        CREATED,
    ]
    assert sorted(User.objects.filter(workspace=workspace).values_list("email", flat=True)) == [
        "admin@us.com",
        "s1@us.com",
        "s2@us.com",
    ]


def test_an_address_is_trimmed_and_case_folded_and_an_alias_counts_U2(workspace: Workspace) -> None:
    assert add(workspace, {"email": "s1@us.com", "aliases": ["One@US.com"]}) == [CREATED]
    answers = add_users(workspace, [{"email": "  ONE@us.com ", "title": "Boss"}], actor="command line")
    assert answers == [
        {"index": 0, "id": "s1@us.com", "status": "updated", "reason": None, "field": None, "warnings": []}
    ]
    assert User.objects.get(workspace=workspace, email="s1@us.com").title == "Boss"


def test_attributes_not_given_stay_and_null_clears_U2(workspace: Workspace) -> None:
    full = {
        "email": "s1@us.com",
        "name": "S One",
        "aliases": ["one@us.com"],
        "title": "Boss",
        "department": "Sales",
        "location": "Berlin",
        "manager_email": "admin@us.com",
        "employee_id": "7",
        "hire_date": "2020-02-29",
        "termination_date": "2031-01-01",
        "employment_type": "full time",
        "time_zone": "Europe/Berlin",
        "locale": "de_DE",
        "role": "Manager",
        "custom": {"floor": "3", "badge": "12", "car": "none"},
    }
    assert add(workspace, full) == [CREATED]
    assert add(workspace, {"email": "s1@us.com"}) == [UNCHANGED]
    user = User.objects.get(workspace=workspace, email="s1@us.com")
    assert (user.hire_date, user.locale, user.role, user.custom) == (
        date(2020, 2, 29),
        "de-DE",
        "Manager",
        {"floor": "3", "badge": "12", "car": "none"},
    )
    assert add(workspace, dict.fromkeys(full) | {"email": "s1@us.com"}) == [UPDATED]
    user.refresh_from_db()
    assert (user.name, user.hire_date, user.time_zone, user.role, user.custom, user.manager_email) == (
        "",
        None,
        "",
        "Member",
        {},
        "",
    )
    in_force = UserAddress.objects.filter(user=user, closed_in=None).values_list("address", flat=True)
    assert list(in_force) == ["s1@us.com"]


def test_duplicates_within_a_call_are_handled_in_order_U2(workspace: Workspace) -> None:
    assert add(
        workspace,
        {"email": "s1@us.com", "name": "First"},
        {"email": "S1@us.com", "name": "Second", "aliases": ["one@us.com"]},
        {"email": "one@us.com", "name": "Second"},
        {"email": "s2@us.com", "aliases": ["one@us.com"]},
    ) == [CREATED, UPDATED, UNCHANGED, ("rejected", "alias_taken", "aliases")]
    assert User.objects.get(workspace=workspace, email="s1@us.com").name == "Second"
    assert User.objects.filter(workspace=workspace).count() == 2


@pytest.mark.parametrize(
    ("record", "reason", "field"),
    [
        ({"mail": "s@us.com"}, "unknown_field", "mail"),
        ({"email": "s@us.com", "workspace": 2}, "unknown_field", "workspace"),
        ({"email": "s@us.com", "collect_passive_data": True}, "unknown_field", "collect_passive_data"),
        ({"email": "s@us.com", "login": 1}, "unknown_field", "login"),
        ({"email": "s@us.com", "role": "King"}, "role_unknown", "role"),
        ({"email": "s@us.com", "hire_date": "29.2.2020"}, "date_invalid", "hire_date"),
        ({"email": "s@us.com", "hire_date": "2021-02-29"}, "date_invalid", "hire_date"),
        ({"email": "s@us.com", "time_zone": "Mars/Base"}, "time_zone_unknown", "time_zone"),
        ({"email": "s@us.com", "locale": "!"}, "locale_invalid", "locale"),
        ({"email": "s@us.com", "name": "x" * 201}, "too_long", "name"),
        ({"email": "s@us.com", "aliases": "a@us.com"}, "wrong_type", "aliases"),
        ({"email": "s@us.com", "aliases": ["nobody"]}, "email_invalid", "aliases"),
        ({"email": "s@us.com", "aliases": ["admin@us.com"]}, "alias_taken", "aliases"),
        (
            {"email": "s@us.com", "custom": {"a": "1", "b": "2", "c": "3", "d": "4"}},
            "custom_invalid",
            "custom",
        ),
        ({"email": "s@us.com", "custom": {"a": {"b": 1}}}, "custom_invalid", "custom"),
    ],
)
def test_what_cannot_be_taken_is_named_U3(
    workspace: Workspace, record: dict[str, Any], reason: str, field: str
) -> None:
    assert add(workspace, record) == [("rejected", reason, field)]
    assert User.objects.filter(workspace=workspace).count() == 1


def test_managers_unknown_or_in_a_circle_are_warnings_U3(workspace: Workspace) -> None:
    answers = add_users(
        workspace,
        [
            {"email": "a@us.com", "manager_email": "b@us.com"},
            {"email": "b@us.com", "manager_email": "c@us.com"},
            {"email": "c@us.com", "manager_email": "a@us.com"},
            {"email": "d@us.com", "manager_email": "a@us.com"},
            {"email": "e@us.com", "manager_email": "gone@us.com"},
            {"email": "f@us.com", "manager_email": "no address"},
            {"email": "g@us.com", "manager_email": "g@us.com"},
            {"email": "h@us.com", "manager_email": "admin@us.com"},
        ],
        actor="command line",
    )
    assert [(answer["status"], answer["warnings"]) for answer in answers] == [
        ("created", ["manager_loop"]),
        ("created", ["manager_loop"]),
        ("created", ["manager_loop"]),
        ("created", []),
        ("created", ["manager_unknown"]),
        ("created", ["manager_unknown"]),
        ("created", ["manager_loop"]),
        ("created", []),
    ]


def test_the_last_administrator_keeps_the_role_R3(workspace: Workspace) -> None:
    assert add(workspace, {"email": "admin@us.com", "role": "Member"}) == [("rejected", "last_admin", "role")]
    assert add(workspace, {"email": "admin@us.com", "role": None}) == [("rejected", "last_admin", "role")]
    assert add(
        workspace,
        {"email": "s1@us.com", "role": "Administrator"},
        {"email": "admin@us.com", "role": "Member"},
        {"email": "s1@us.com", "role": "Member"},
    ) == [CREATED, UPDATED, ("rejected", "last_admin", "role")]
    with pytest.raises(Rejected) as refusal:
        disable_user(workspace, "s1@us.com", actor="command line")
    assert refusal.value.reason == "last_admin"


def test_without_admin_access_nobody_is_made_or_unmade_an_administrator_R3(workspace: Workspace) -> None:
    add(workspace, {"email": "second@us.com", "role": "Administrator"})
    mere = frozenset({"manage_users"})
    assert add(
        workspace,
        {"email": "s1@us.com", "role": "Administrator"},
        {"email": "second@us.com", "role": "Member"},
        {"email": "second@us.com", "name": "Second"},
        {"email": "s2@us.com", "role": "Manager"},
        granted_by=mere,
    ) == [
        ("rejected", "role_not_allowed", "role"),
        ("rejected", "role_not_allowed", "role"),
        UPDATED,
        CREATED,
    ]


def test_another_workspace_may_have_the_same_user_W3(workspace: Workspace) -> None:
    other = create_workspace("Them", "admin@them.com").workspace
    assert add(workspace, {"email": "s1@us.com", "name": "Ours"}) == [CREATED]
    assert add(other, {"email": "s1@us.com", "name": "Theirs"}) == [CREATED]
    assert User.objects.get(workspace=workspace, email="s1@us.com").name == "Ours"


def test_the_number_of_reads_does_not_grow_with_the_records(workspace: Workspace) -> None:
    def reads(count: int, domain: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            add(
                workspace, *({"email": f"s{n}@{domain}", "aliases": [f"a{n}@{domain}"]} for n in range(count))
            )
        return sum(query["sql"].startswith("SELECT") for query in captured)

    assert reads(1, "one.us.com") == reads(100, "many.us.com")
