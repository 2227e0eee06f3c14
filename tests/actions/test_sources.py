"""Sources and their access tokens: shown once, kept as a hash, rotated, ended at once (K1, K2)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from postroom.actions.access_tokens import revoke, rotate, source_of_secret
from postroom.actions.change_source import change_source
from postroom.actions.create_source import create_source
from postroom.actions.create_token import create_token, token_of_secret
from postroom.actions.create_workspace import create_workspace
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import AccessToken, Source, Workspace
from postroom.store.read.sources import fed_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return create_workspace("Us", "admin@us.com").workspace


def _source(workspace: Workspace, name: str = "Slack") -> Source:
    return Source.objects.create(workspace=workspace, name=name, created_by="admin@us.com")


def test_the_secret_is_recognisable_and_not_kept_K2(workspace: Workspace) -> None:
    source = _source(workspace)
    secret = rotate(source, 0, actor="admin@us.com")
    assert re.fullmatch(r"ps_[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{6}", secret)
    token = AccessToken.objects.get()
    assert secret.encode() not in bytes(token.digest) and len(bytes(token.digest)) == 32
    assert (token.created_by, token.expires_at, token.revoked_at) == ("admin@us.com", None, None)


def test_a_secret_opens_its_own_source_until_it_is_revoked_K1(workspace: Workspace) -> None:
    one, other = _source(workspace, "One"), _source(workspace, "Other")
    secret, others = rotate(one, 0, actor="a"), rotate(other, 0, actor="a")
    found = source_of_secret(secret)
    assert found == one
    assert found is not None and found.workspace == workspace
    for wrong in (secret + "x", "", "ps_\ud800", "pr_" + secret[3:]):
        assert source_of_secret(wrong) is None
    revoke(one, AccessToken.objects.get(source=one).pk, actor="a")
    assert source_of_secret(secret) is None
    assert source_of_secret(others) == other


def test_api_tokens_and_access_tokens_are_not_one_another(workspace: Workspace) -> None:
    _, of_api = create_token(workspace, "script", ["admin"], actor="a")
    of_source = rotate(_source(workspace), 0, actor="a")
    assert source_of_secret(of_api) is None
    assert token_of_secret(of_source) is None


def test_the_old_secret_works_for_the_chosen_time_K2(workspace: Workspace) -> None:
    source = _source(workspace)
    old, new = rotate(source, 0, actor="a"), rotate(source, 24, actor="a")
    assert source_of_secret(old) == source_of_secret(new) == source
    of_old, of_new = AccessToken.objects.order_by("pk")
    assert of_new.expires_at is None
    assert of_old.expires_at is not None
    assert timedelta(hours=23, minutes=59) < of_old.expires_at - timezone.now() <= timedelta(hours=24)
    AccessToken.objects.filter(pk=of_old.pk).update(expires_at=timezone.now())
    assert source_of_secret(old) is None
    assert source_of_secret(new) == source


def test_without_grace_the_old_secret_ends_at_once_K2(workspace: Workspace) -> None:
    source = _source(workspace)
    old = rotate(source, 0, actor="a")
    new = rotate(source, 0, actor="a")
    assert source_of_secret(old) is None
    assert source_of_secret(new) == source


def test_rotating_again_never_makes_an_older_secret_work_longer_K2(workspace: Workspace) -> None:
    source = _source(workspace)
    rotate(source, 0, actor="a")
    rotate(source, 1, actor="a")
    before = AccessToken.objects.order_by("pk")[0].expires_at
    rotate(source, 168, actor="a")
    assert AccessToken.objects.order_by("pk")[0].expires_at == before


def test_after_revoking_all_a_source_gets_a_new_secret_K2(workspace: Workspace) -> None:
    source = _source(workspace)
    old = rotate(source, 0, actor="a")
    revoke(source, AccessToken.objects.get().pk, actor="boss")
    new = rotate(source, 168, actor="a")
    assert source_of_secret(old) is None
    assert source_of_secret(new) == source
    assert AccessToken.objects.order_by("pk")[0].expires_at is None


@pytest.mark.parametrize("hours", [-1, 169])
def test_other_times_of_grace_are_refused(workspace: Workspace, hours: int) -> None:
    source = _source(workspace)
    with pytest.raises(Rejected) as refusal:
        rotate(source, hours, actor="a")
    assert (refusal.value.reason, refusal.value.field) == ("grace_invalid", "grace_hours")
    assert AccessToken.objects.count() == 0


def test_last_use_is_noted_once_a_minute_K2(workspace: Workspace) -> None:
    secret = rotate(_source(workspace), 0, actor="a")
    source_of_secret(secret)
    first = AccessToken.objects.get().last_used_at
    assert first is not None
    source_of_secret(secret)
    assert AccessToken.objects.get().last_used_at == first
    AccessToken.objects.update(last_used_at=first - timedelta(seconds=61))
    source_of_secret(secret)
    last = AccessToken.objects.get().last_used_at
    assert last is not None and last >= first


def test_a_token_of_another_source_cannot_be_revoked_K1(workspace: Workspace) -> None:
    one, other = _source(workspace, "One"), _source(workspace, "Other")
    secret = rotate(other, 0, actor="a")
    with pytest.raises(NotFound):
        revoke(one, AccessToken.objects.get().pk, actor="a")
    assert source_of_secret(secret) == other


def test_who_made_and_ended_a_token_is_kept(workspace: Workspace) -> None:
    source = _source(workspace)
    rotate(source, 0, actor="boss@us.com")
    token = AccessToken.objects.get()
    revoke(source, token.pk, actor="command line")
    again = revoke(source, token.pk, actor="too@late.com")
    assert (again.created_by, again.revoked_by) == ("boss@us.com", "command line")


def test_a_source_feeds_people_unless_told_otherwise_F5(workspace: Workspace) -> None:
    source, secret = create_source(workspace, " Slack ", actor="boss@us.com")
    source.refresh_from_db()
    assert (source.name, source.kind, source.created_by) == ("Slack", "api", "boss@us.com")
    assert (source.crawling_depth, fed_by(source)) == (None, ["people"])
    assert source_of_secret(secret) == source


@pytest.mark.parametrize("lenses", [["customer"], ["people"], ["customer", "people"]])
def test_a_source_feeds_the_lenses_that_are_named_F5(workspace: Workspace, lenses: list[str]) -> None:
    source, _ = create_source(workspace, "Slack", [*lenses, lenses[0]], "2026-11-21", actor="a")
    source.refresh_from_db()
    assert (fed_by(source), source.crawling_depth) == (lenses, date(2026, 11, 21))


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        ({"name": " "}, "name_required", "name"),
        ({"name": None}, "name_required", "name"),
        ({"name": "x" * 201}, "too_long", "name"),
        ({"name": "Slack"}, "name_taken", "name"),
        ({"name": "New", "lenses": []}, "lens_unknown", "lenses"),
        ({"name": "New", "lenses": ["sales"]}, "lens_unknown", "lenses"),
        ({"name": "New", "lenses": "people"}, "wrong_type", "lenses"),
        ({"name": "New", "crawling_depth": "21.11.2026"}, "date_invalid", "crawling_depth"),
    ],
)
def test_what_is_wrong_with_a_source_is_named(
    workspace: Workspace, given: dict[str, Any], reason: str, field: str
) -> None:
    create_source(workspace, "Slack", actor="a")
    with pytest.raises(Rejected) as refusal:
        create_source(workspace, **given, actor="a")
    assert (refusal.value.reason, refusal.value.field) == (reason, field)
    assert (Source.objects.count(), AccessToken.objects.count()) == (1, 1)


def test_two_workspaces_may_have_sources_of_one_name_W3(workspace: Workspace) -> None:
    other = create_workspace("Them", "admin@them.com").workspace
    _, secret = create_source(workspace, "Slack", actor="a")
    theirs, _ = create_source(other, "Slack", actor="a")
    found = source_of_secret(secret)
    assert found is not None and found.workspace == workspace and found != theirs


def test_what_is_given_is_changed_and_the_rest_stays(workspace: Workspace) -> None:
    source, _ = create_source(workspace, "Slack", ["customer"], "2026-11-21", actor="a")
    change_source(workspace, source.pk, {"name": "Chats"})
    change_source(workspace, source.pk, {"lenses": ["customer", "people"]})
    source.refresh_from_db()
    assert (source.name, fed_by(source)) == ("Chats", ["customer", "people"])
    assert source.crawling_depth == date(2026, 11, 21)
    change_source(workspace, source.pk, {"name": "Chats", "crawling_depth": None})
    source.refresh_from_db()
    assert source.crawling_depth is None


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"name": "Taken"}, "name_taken", "name"),
        ({"name": None}, "name_required", "name"),
        ({"lenses": []}, "lens_unknown", "lenses"),
        ({"lenses": None}, "lens_unknown", "lenses"),
        ({"name": "Chats", "crawling_depth": "soon"}, "date_invalid", "crawling_depth"),
        ({"kind": "imap"}, "unknown_field", "kind"),
        ([], "not_an_object", None),
    ],
)
def test_a_refused_change_changes_nothing(
    workspace: Workspace, changes: Any, reason: str, field: str | None
) -> None:
    create_source(workspace, "Taken", actor="a")
    source, _ = create_source(workspace, "Slack", actor="a")
    before = Source.objects.filter(pk=source.pk).values().get()
    with pytest.raises(Rejected) as refusal:
        change_source(workspace, source.pk, changes)
    assert (refusal.value.reason, refusal.value.field) == (reason, field)
    assert Source.objects.filter(pk=source.pk).values().get() == before


def test_a_source_of_another_workspace_is_not_there_W3(workspace: Workspace) -> None:
    other = create_workspace("Them", "admin@them.com").workspace
    theirs, _ = create_source(other, "Slack", actor="a")
    with pytest.raises(NotFound):
        change_source(workspace, theirs.pk, {"name": "Ours"})
    theirs.refresh_from_db()
    assert theirs.name == "Slack"
