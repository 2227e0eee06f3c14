"""API tokens: shown once, kept as a hash, ended at once (K2 in kind)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from postroom.actions.create_token import create_token, revoke_token, token_of_secret
from postroom.actions.create_workspace import create_workspace
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import ApiToken, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return create_workspace("Us", "admin@us.com").workspace


def test_the_secret_is_recognisable_and_not_kept(workspace: Workspace) -> None:
    token, secret = create_token(workspace, "script", ["admin"], actor="command line")
    assert re.fullmatch(r"pr_[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{6}", secret)
    stored = ApiToken.objects.values_list("name", "scopes", "digest").get(pk=token.pk)
    assert stored[:2] == ("script", ["admin"])
    assert secret.encode() not in bytes(stored[2])
    assert len(bytes(stored[2])) == 32


def test_a_token_is_known_by_its_secret_until_it_is_revoked(workspace: Workspace) -> None:
    token, secret = create_token(workspace, "script", ["manage_users"], actor="command line")
    assert token_of_secret(secret) == token
    assert token_of_secret(secret + "x") is None
    assert token_of_secret("") is None
    assert token_of_secret("pr_\ud800") is None
    revoke_token(workspace, token.pk, actor="command line")
    assert token_of_secret(secret) is None


def test_last_use_is_noted_once_a_minute(workspace: Workspace) -> None:
    token, secret = create_token(workspace, "script", ["admin"], actor="command line")
    token_of_secret(secret)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    assert first is not None
    token_of_secret(secret)
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=timezone.now() - timedelta(seconds=61))
    token_of_secret(secret)
    last = ApiToken.objects.get(pk=token.pk).last_used_at
    assert last is not None and last >= first


@pytest.mark.parametrize(
    ("scopes", "reason"),
    [([], "scope_required"), (["everything"], "scope_unknown"), (["admin", "king"], "scope_unknown")],
)
def test_no_scopes_and_unknown_ones_are_refused(workspace: Workspace, scopes: list[str], reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        create_token(workspace, "script", scopes, actor="command line")
    assert (refusal.value.reason, refusal.value.field) == (reason, "scopes")
    assert ApiToken.objects.count() == 0


def test_a_token_of_another_workspace_cannot_be_revoked_W3(workspace: Workspace) -> None:
    other = create_workspace("Them", "admin@them.com").workspace
    token, secret = create_token(other, "theirs", ["admin"], actor="command line")
    with pytest.raises(NotFound):
        revoke_token(workspace, token.pk, actor="command line")
    assert token_of_secret(secret) == token


def test_who_made_and_ended_a_token_is_kept(workspace: Workspace) -> None:
    token, _ = create_token(workspace, "script", ["admin"], actor="boss@us.com")
    assert (token.created_by, token.revoked_by) == ("boss@us.com", "")
    revoke_token(workspace, token.pk, actor="command line")
    revoke_token(workspace, token.pk, actor="too@late.com")
    token.refresh_from_db()
    assert (token.created_by, token.revoked_by) == ("boss@us.com", "command line")
