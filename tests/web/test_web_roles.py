"""Settings, Roles: what each role opens in words, and own ones made, changed and deleted (R1, R3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from shelf import ACTOR, Shelf, text_of

from postroom.actions.add_users import add_users
from postroom.actions.create_role import create_role
from postroom.core.permissions import PERMISSIONS
from postroom.store.models import Role, User
from postroom.web.permission_words import SECTIONS, TITLES, titles

AsUser = Callable[[User], Client]


def made(shelf: Shelf, name: str, *permissions: str) -> Role:
    return create_role(shelf.workspace, {"name": name, "permissions": list(permissions)}, actor=ACTOR)


def test_every_permission_stands_once_on_a_page_R3() -> None:
    named = [name for section in SECTIONS.values() for name in section]
    assert sorted(named) == sorted(PERMISSIONS) == sorted(TITLES)


def test_permissions_are_said_in_words_in_one_order_R3() -> None:
    assert titles(["report_team", "email_sync", "view_engagements"]) == [
        "View engagements",
        "Email sync",
        "Team reports",
    ]
    assert titles(["admin"]) == titles(list(PERMISSIONS)) == ["Everything"]
    assert titles([]) == []


def test_the_list_says_what_each_role_opens_and_how_many_have_it_R3(shelf: Shelf, browser: Client) -> None:
    made(shelf, "Desk", "manage_users", "view_engagements")
    made(shelf, "Guest")
    add_users(shelf.workspace, [{"email": "g@us.com", "role": "Guest"}], actor=ACTOR)
    rows = browser.get("/settings/roles").context["rows"]
    assert [(row["role"].name, row["opens"], row["users"]) for row in rows] == [
        ("Administrator", ["Everything"], 1),
        ("Manager", ["View engagements", "Email sync", "Team reports"], 0),
        ("Member", ["View engagements", "Email sync"], 1),
        ("Viewer", ["View engagements"], 0),
        ("Desk", ["View engagements", "Manage users"], 0),
        ("Guest", [], 1),
    ]
    text = text_of(browser.get("/settings/roles"))
    assert "Guest Nothing but one's own data 1 Change Guest Delete Guest" in text
    assert "Viewer View engagements 0 Built in" in text


def test_a_role_is_made_on_its_page_and_counts_for_who_is_given_it_R3(
    shelf: Shelf, browser: Client, as_user: AsUser
) -> None:
    posted = browser.post(
        "/settings/roles/add", {"name": "Desk", "permissions": ["manage_rules"]}, follow=True
    )
    assert posted.redirect_chain == [("/settings/roles", 302)]
    assert "The role Desk is there. Give it to users to let it count." in text_of(posted)
    who = as_user(shelf.user("Desk"))
    assert [who.get(path).status_code for path in ("/decisions", "/accounts", "/settings/roles")] == [
        200,
        403,
        403,
    ]


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({"name": " "}, "name", "A name is a must."),
        ({"name": "viewer", "permissions": ["manage_rules"]}, "name", "This name is taken already."),
        ({"name": "x" * 101}, "name", "The text is too long."),
        ({"name": "X", "permissions": ["king"]}, "permissions", "No permission has this name."),
    ],
)
def test_what_is_wrong_with_a_role_stands_beside_its_field(
    browser: Client, sent: dict[str, object], field: str, says: str
) -> None:
    answer = browser.post("/settings/roles/add", sent)
    assert (answer.status_code, answer.context["problems"]) == (422, {field: says})
    assert f'id="{field}-problem"' in answer.content.decode()
    on = [switch.name for _, switches in answer.context["sections"] for switch in switches if switch.is_on]
    assert on == [name for name in sent.get("permissions", []) if name in PERMISSIONS]  # type: ignore[attr-defined]
    assert not Role.objects.exists()


def test_a_changed_role_counts_at_the_next_request_R3(shelf: Shelf, browser: Client, as_user: AsUser) -> None:
    role = made(shelf, "Desk", "view_engagements")
    who = as_user(shelf.user("Desk"))
    assert who.get("/accounts").status_code == 200
    page = browser.get(f"/settings/roles/{role.pk}")
    assert "It counts for 1 user, from the next page they open." in text_of(page)
    sent = {"name": "Front desk", "permissions": ["manage_rules"]}
    posted = browser.post(f"/settings/roles/{role.pk}", sent, follow=True)
    assert "The role Front desk was changed." in text_of(posted)
    assert [who.get(path).status_code for path in ("/accounts", "/decisions")] == [403, 200]


def test_switching_all_off_leaves_ones_own_pages_R1(shelf: Shelf, browser: Client, as_user: AsUser) -> None:
    role = made(shelf, "Desk", "view_engagements")
    who = as_user(shelf.user("Desk"))
    browser.post(f"/settings/roles/{role.pk}", {"name": "Desk"})
    assert [entry["title"] for entry in who.get("/").context["menu"]] == ["Overview", "Reports"]
    assert [who.get(path).status_code for path in ("/", "/security", "/accounts")] == [200, 200, 403]


def test_who_takes_admin_access_from_their_own_role_is_led_away_R1(
    shelf: Shelf, browser: Client, as_user: AsUser
) -> None:
    role = made(shelf, "Lead", "admin_access")
    who = as_user(shelf.user("Lead"))
    page = who.get(f"/settings/roles/{role.pk}")
    assert "You have this role yourself: what you switch off here is closed to you at once." in text_of(page)
    posted = who.post(f"/settings/roles/{role.pk}", {"name": "Led"}, follow=True)
    assert (posted.redirect_chain, posted.status_code) == ([("/", 302)], 200)
    assert who.get("/settings/roles").status_code == 403


def test_the_last_with_admin_access_keep_it_and_are_told_R3(shelf: Shelf, as_user: AsUser) -> None:
    role = made(shelf, "Lead", "admin_access")
    who = as_user(shelf.user("Lead"))
    answer = who.post(f"/settings/roles/{role.pk}", {"name": "Led", "permissions": ["view_audit"]})
    assert answer.status_code == 422
    assert answer.context["problems"] == {"permissions": "The last user with admin access keeps it."}
    assert 'value="Led"' in answer.content.decode()
    deleted = who.post(f"/settings/roles/{role.pk}/delete", {"instead": "Viewer"})
    assert (deleted.status_code, deleted.context["problem"]) == (
        422,
        "The last user with admin access keeps it.",
    )
    role.refresh_from_db()
    assert (role.name, role.permissions) == ("Lead", ["admin_access"])


def test_deleting_says_who_has_it_and_gives_them_another_R3(
    shelf: Shelf, browser: Client, as_user: AsUser
) -> None:
    role = made(shelf, "Desk", "manage_rules")
    who = as_user(shelf.user("Desk"))
    asked = browser.get(f"/settings/roles/{role.pk}/delete")
    assert "1 user has it, and gets the role chosen here in the same step." in text_of(asked)
    assert asked.context["others"] == ["Administrator", "Manager", "Member", "Viewer"]
    refused = browser.post(f"/settings/roles/{role.pk}/delete", {"instead": ""})
    assert refused.status_code == 422
    assert refused.context["problem"] == "Users have this role; say which role they get instead."
    posted = browser.post(f"/settings/roles/{role.pk}/delete", {"instead": "Viewer"}, follow=True)
    assert "The role Desk is deleted. 1 user now has Viewer." in text_of(posted)
    assert [who.get(path).status_code for path in ("/accounts", "/decisions")] == [200, 403]
    assert browser.post(f"/settings/roles/{role.pk}/delete", {"instead": "Viewer"}).status_code == 404


def test_a_role_that_nobody_has_is_deleted_at_once(shelf: Shelf, browser: Client) -> None:
    role = made(shelf, "Desk")
    assert "No user has it; nobody loses anything." in text_of(
        browser.get(f"/settings/roles/{role.pk}/delete")
    )
    posted = browser.post(f"/settings/roles/{role.pk}/delete", follow=True)
    assert "The role Desk is deleted." in text_of(posted)
    assert not Role.objects.exists()


def test_a_name_is_shown_as_text_and_never_as_markup(shelf: Shelf, browser: Client) -> None:
    role = made(shelf, "<script>alert(1)</script>")
    for path in ("/settings/roles", f"/settings/roles/{role.pk}", f"/settings/roles/{role.pk}/delete"):
        page = browser.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page


@pytest.mark.parametrize("role", ["Manager", "Member", "Viewer", "Desk"])
def test_who_has_no_admin_access_makes_and_changes_no_role_R1(
    shelf: Shelf, as_user: AsUser, role: str
) -> None:
    everything_else = [name for name in PERMISSIONS if name != "admin_access"]
    desk = made(shelf, "Desk", *everything_else)
    who = as_user(shelf.user(role))
    for path in ("/settings/roles/add", f"/settings/roles/{desk.pk}", f"/settings/roles/{desk.pk}/delete"):
        assert who.post(path, {"name": "King", "permissions": ["admin_access"]}).status_code == 403
    assert [(one.name, one.permissions) for one in Role.objects.all()] == [("Desk", sorted(everything_else))]
    assert "Roles" not in [entry["title"] for entry in who.get("/").context["menu"]]
