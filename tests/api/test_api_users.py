"""Users over the API: settings, who is connected, disabling, invitations (U4, P2, P5, R5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from postroom.actions.add_users import add_users
from postroom.actions.invite import invitation_of
from postroom.store.models import Consent, User, Workspace

ME = "command line"


@pytest.fixture(autouse=True)
def _users(workspace: Workspace) -> None:
    add_users(workspace, [{"email": "s1@us.com", "name": "Sam", "aliases": ["one@us.com"]}], actor=ME)
    add_users(workspace, [{"email": "s2@us.com"}, {"email": "s3@us.com"}], actor=ME)


def switch(api: Any, **wanted: bool) -> list[tuple[str, str | None]]:
    sent = [{"email": f"{name}@us.com", "collect_passive_data": is_on} for name, is_on in wanted.items()]
    results = api.answer(200, "PATCH", "users/settings", {"users": sent})["results"]
    return [(result["status"], result["reason"]) for result in results]


def connected(api: Any) -> list[str]:
    return [user["email"] for user in api.get("users/connected")["users"]]


def test_nobody_connected_is_an_empty_list_P5(api: Any) -> None:
    assert api.get("users/connected") == {"users": []}


def test_connected_are_exactly_those_with_collect_passive_data_on_P5(api: Any, workspace: Workspace) -> None:
    assert switch(api, one=True, s2=True, gone=True) == [
        ("updated", None),
        ("updated", None),
        ("rejected", "user_unknown"),
    ]
    since = User.objects.get(email="s1@us.com").collects_since
    assert since is not None
    assert api.get("users/connected")["users"][0] == {
        "email": "s1@us.com",
        "name": "Sam",
        "since": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert connected(api) == ["s1@us.com", "s2@us.com"]
    assert switch(api, s1=False, s2=True) == [("updated", None), ("unchanged", None)]
    assert connected(api) == ["s2@us.com"]
    assert [user["collect_passive_data"] for user in api.get("users")["items"]] == [False, True, False]
    said = Consent.objects.order_by("pk").values_list("user__email", "is_given", "actor", "how")
    assert list(said) == [
        ("s1@us.com", True, "token:test", "api"),
        ("s2@us.com", True, "token:test", "api"),
        ("s1@us.com", False, "token:test", "api"),
    ]


@pytest.mark.parametrize("count", [1, 60])
def test_all_connected_users_are_answered_by_one_question_P5(
    api: Any, workspace: Workspace, count: int
) -> None:
    add_users(workspace, [{"email": f"n{n}@us.com"} for n in range(count)], actor=ME)
    User.objects.update(collects_since=timezone.now())
    with CaptureQueriesContext(connection) as captured:
        assert len(connected(api)) == count + 3
    assert sum('FROM "store_user"' in query["sql"] for query in captured) == 1


def test_settings_are_changed_record_by_record_U2(api: Any) -> None:
    sent: list[Any] = [
        {"email": "s1@us.com", "time_zone": "Europe/Berlin", "locale": "de-DE"},
        {"email": "s2@us.com", "role": "Administrator"},
        7,
    ]
    results = api.answer(200, "PATCH", "users/settings", {"users": sent})["results"]
    assert [(r["index"], r["id"], r["status"], r["reason"], r["field"]) for r in results] == [
        (0, "s1@us.com", "updated", None, None),
        (1, None, "rejected", "unknown_field", "role"),
        (2, None, "rejected", "not_an_object", None),
    ]
    assert api.get("users/s1@us.com")["time_zone"] == "Europe/Berlin"
    assert api.answer(413, "PATCH", "users/settings", {"users": [{}] * 1001})["code"] == "too_many_items"


def test_a_user_is_disabled_and_enabled_U4(api: Any) -> None:
    switch(api, s1=True)
    shown = api.answer(200, "PATCH", "users/one@us.com", {"disabled": True})
    assert (shown["email"], shown["disabled"], shown["collect_passive_data"]) == ("s1@us.com", True, False)
    assert connected(api) == []
    assert switch(api, s1=True) == [("rejected", "user_disabled")]
    assert api.answer(422, "POST", "users/s1@us.com/invitation")["code"] == "user_disabled"
    shown = api.answer(200, "PATCH", "users/s1@us.com", {"disabled": False})
    assert (shown["disabled"], shown["collect_passive_data"]) == (False, False)
    assert api.answer(200, "PATCH", "users/s1@us.com", {})["disabled"] is False
    assert api.answer(422, "PATCH", "users/s1@us.com", {"disabled": None})["code"] == "invalid"
    assert api.answer(422, "PATCH", "users/s1@us.com", {"name": "X"})["code"] == "invalid"


def test_the_last_administrator_is_not_disabled_R3(api: Any, admin: User) -> None:
    assert api.answer(422, "PATCH", f"users/{admin.email}", {"disabled": True})["code"] == "last_admin"


def test_who_manages_users_does_not_reach_an_administrator_R3(
    workspace: Workspace, admin: User, token_for: Callable[..., Any]
) -> None:
    mere = token_for(workspace, "manage_users")
    for method, path, body in (
        ("POST", f"users/{admin.email}/invitation", None),
        ("PATCH", f"users/{admin.email}", {"disabled": True}),
    ):
        assert mere.answer(422, method, path, body)["code"] == "user_not_allowed"
    assert mere.answer(200, "PATCH", "users/s1@us.com", {"disabled": True})["disabled"] is True


def test_an_invitation_is_a_link_that_works_R5(api: Any) -> None:
    first = api.answer(200, "POST", "users/one@us.com/invitation")
    assert first["link"].startswith("http://testserver/invitation/")
    assert first["mailed"] is False
    until = datetime.fromisoformat(first["expires_at"]) - timezone.now()
    assert timedelta(days=13, hours=23) < until <= timedelta(days=14)
    second = api.answer(200, "POST", "users/s1@us.com/invitation?mail=true")
    found = [invitation_of(made["link"].rpartition("/")[2]) for made in (first, second)]
    assert [made and made.user.email for made in found] == [None, "s1@us.com"]
    assert (second["mailed"], mail.outbox) == (False, [])


def test_an_invitation_is_mailed_where_a_mail_server_is_set_up_R5(api: Any, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.us.example"
    made = api.answer(200, "POST", "users/s1@us.com/invitation?mail=true")
    assert made["mailed"] is True
    [sent] = mail.outbox
    assert (sent.to, sent.subject, made["link"] in sent.body) == (
        ["s1@us.com"],
        "Your invitation to Us",
        True,
    )
    assert api.answer(200, "POST", "users/s2@us.com/invitation")["mailed"] is False


def test_the_link_is_by_https_behind_a_web_server_R5(api: Any, settings: Any) -> None:
    settings.IS_BEHIND_PROXY = True
    assert api.answer(200, "POST", "users/s1@us.com/invitation")["link"].startswith("https://testserver/")
