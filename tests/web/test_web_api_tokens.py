"""Settings, API tokens: made with scopes in words, shown once, revoked (K2 in kind)."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from shelf import ACTOR, Shelf, another_workspace, text_of

from postroom.actions.create_token import create_token, revoke_token, token_of_secret
from postroom.core.permissions import PERMISSIONS
from postroom.store.models import ApiToken


def test_a_token_is_shown_once_and_works_K2(shelf: Shelf, browser: Client) -> None:
    sent = {"name": "directory sync", "permissions": ["manage_users", "view_engagements"]}
    answer = browser.post("/settings/api-tokens/add", sent)
    secret = answer.context["secret"]
    assert re.fullmatch(r"pr_[A-Za-z0-9_-]{49}", secret)
    assert f'<pre class="command" id="secret">{secret}</pre>' in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    token = token_of_secret(secret)
    assert token is not None
    assert (token.name, token.scopes, token.created_by) == (
        "directory sync",
        ["manage_users", "view_engagements"],
        "boss@us.com",
    )
    later = [browser.get("/settings/api-tokens"), browser.get(f"/settings/api-tokens/{token.pk}/revoke")]
    assert [secret in page.content.decode() for page in later] == [False, False]
    assert "directory sync View engagements · Manage users" in text_of(later[0])


def test_what_opens_nothing_to_a_token_is_not_offered_R3(browser: Client) -> None:
    page = browser.get("/settings/api-tokens/add")
    offered = re.findall(r'name="permissions" value="([a-z_]+)"', page.content.decode())
    assert sorted(offered) == sorted(["admin", *PERMISSIONS.keys() - {"email_sync", "report_team"}])
    assert "own mailbox" not in text_of(page)


@pytest.mark.parametrize(
    ("sent", "problems"),
    [
        ({"name": "", "permissions": ["manage_users"]}, {"name": "A name is a must."}),
        ({"name": "sync"}, {"scopes": "A token needs a scope at least."}),
        ({"name": "sync", "permissions": ["king"]}, {"scopes": "No permission has this name."}),
        ({"name": "x" * 201, "permissions": ["admin"]}, {"name": "The text is too long."}),
    ],
)
def test_what_is_wrong_with_a_token_stands_beside_its_field(
    browser: Client, sent: dict[str, object], problems: dict[str, str]
) -> None:
    answer = browser.post("/settings/api-tokens/add", sent)
    assert (answer.status_code, answer.context["problems"]) == (422, problems)
    assert f'id="{next(iter(problems))}-problem"' in answer.content.decode()
    assert answer.context["name"] == sent["name"]
    assert not ApiToken.objects.exists()


def test_the_list_has_what_works_with_its_last_use_and_revoked_ones_apart_K2(
    shelf: Shelf, browser: Client
) -> None:
    _, secret = create_token(shelf.workspace, "used", ["admin"], actor=ACTOR)
    create_token(shelf.workspace, "fresh", ["view_engagements"], actor="token:used")
    ended, _ = create_token(shelf.workspace, "ended", ["admin"], actor=ACTOR)
    revoke_token(shelf.workspace, ended.pk, actor="boss@us.com")
    create_token(another_workspace(), "theirs", ["admin"], actor=ACTOR)
    token_of_secret(secret)
    rows = browser.get("/settings/api-tokens").context["rows"]
    assert [(token.name, opens) for token, opens in rows] == [
        ("fresh", ["View engagements"]),
        ("used", ["Everything"]),
    ]
    assert [token.last_used_at is None for token, _ in rows] == [True, False]
    gone = browser.get("/settings/api-tokens?show=revoked")
    assert [token.name for token, _ in gone.context["rows"]] == ["ended"]
    assert "boss@us.com" in text_of(gone)


def test_a_long_list_goes_on(shelf: Shelf, browser: Client) -> None:
    for number in range(51):
        create_token(shelf.workspace, f"token {number}", ["admin"], actor=ACTOR)
    first = browser.get("/settings/api-tokens")
    assert [first.context["rows"][at][0].name for at in (0, -1)] == ["token 50", "token 1"]
    more = browser.get(f"/settings/api-tokens?before={first.context['more']}", headers={"HX-Request": "true"})
    assert [token.name for token, _ in more.context["rows"]] == ["token 0"]
    assert more.content.decode().count("<tr>") == 1


def test_a_token_is_revoked_after_it_was_asked_K2(shelf: Shelf, browser: Client) -> None:
    token, secret = create_token(shelf.workspace, "sync", ["manage_users"], actor=ACTOR)
    asked = text_of(browser.get(f"/settings/api-tokens/{token.pk}/revoke"))
    assert "A program that uses it is refused from its next call on. It was never used." in asked
    assert "It opens: Manage users. Other tokens, and users, go on." in asked
    assert token_of_secret(secret) == token
    posted = browser.post(f"/settings/api-tokens/{token.pk}/revoke", follow=True)
    assert "The token sync is revoked." in text_of(posted)
    assert token_of_secret(secret) is None
    token.refresh_from_db()
    assert token.revoked_by == "boss@us.com"
    again = browser.post(f"/settings/api-tokens/{token.pk}/revoke")
    assert again.status_code == 302
    token.refresh_from_db()
    assert token.revoked_by == "boss@us.com"


def test_a_token_of_another_workspace_is_not_revoked_W3(shelf: Shelf, browser: Client) -> None:
    token, secret = create_token(another_workspace(), "theirs", ["admin"], actor=ACTOR)
    assert browser.post(f"/settings/api-tokens/{token.pk}/revoke").status_code == 404
    assert token_of_secret(secret) == token


def test_nothing_there_says_what_a_token_is_for(shelf: Shelf, browser: Client) -> None:
    assert "No token works here" in text_of(browser.get("/settings/api-tokens"))
    assert "No token was revoked" in text_of(browser.get("/settings/api-tokens?show=revoked"))
