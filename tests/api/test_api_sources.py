"""Sources by the API: created, changed, rotated, revoked; secrets shown once (K1, K2, K9, F5)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from postroom.actions.access_tokens import source_of_secret
from postroom.actions.create_source import create_source
from postroom.actions.mailbox_source import set_up_source
from postroom.core.clock_text import moment_text
from postroom.store.models import AccessToken, Source, UploadCall, Workspace


def a_source(workspace: Workspace, name: str = "Slack") -> Source:
    return create_source(workspace, name, actor="command line")[0]


def test_a_source_is_created_and_its_secret_shown_once_K2(workspace: Workspace, api: Any) -> None:
    made = api.answer(201, "POST", "sources", {"name": "Slack"})
    source, token = Source.objects.get(), AccessToken.objects.get()
    shape = {
        "id": source.pk,
        "name": "Slack",
        "kind": "api",
        "lenses": ["people"],
        "crawling_depth": None,
        "created_at": moment_text(source.created_at),
        "failure_share": None,
        "is_alarmed": False,
        "tokens": [
            {
                "id": token.pk,
                "created_at": moment_text(token.created_at),
                "expires_at": None,
                "last_used_at": None,
                "revoked_at": None,
            }
        ],
    }
    secret = made["access_token"]
    assert made == {**shape, "access_token": secret}
    assert source_of_secret(secret) == source
    AccessToken.objects.update(last_used_at=None)
    assert api.get(f"sources/{source.pk}") == shape
    assert api.get("sources") == {"items": [shape], "next_cursor": None}
    assert api.get(f"sources/{source.pk}/tokens") == {"items": shape["tokens"]}
    assert (source.created_by, token.created_by) == ("token:test", "token:test")


def test_lenses_and_crawling_depth_are_taken_and_changed_F5_K4(workspace: Workspace, api: Any) -> None:
    given = {"name": "Mail", "lenses": ["people", "customer"], "crawling_depth": "2026-01-31"}
    made = api.answer(201, "POST", "sources", given)
    assert (made["lenses"], made["crawling_depth"]) == (["customer", "people"], "2026-01-31")
    changed = api.answer(200, "PATCH", f"sources/{made['id']}", {"lenses": ["customer"]})
    assert (changed["name"], changed["lenses"]) == ("Mail", ["customer"])
    assert changed["crawling_depth"] == "2026-01-31"
    changed = api.answer(200, "PATCH", f"sources/{made['id']}", {"crawling_depth": None, "name": "Post"})
    assert (changed["name"], changed["crawling_depth"]) == ("Post", None)
    assert changed == api.get(f"sources/{made['id']}")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "invalid", "name"),
        ({"name": " "}, "name_required", "name"),
        ({"name": "Slack"}, "name_taken", "name"),
        ({"name": "New", "lenses": []}, "lens_unknown", "lenses"),
        ({"name": "New", "lenses": ["sales"]}, "lens_unknown", "lenses"),
        ({"name": "New", "lenses": None}, "invalid", "lenses"),
        ({"name": "New", "crawling_depth": "soon"}, "date_invalid", "crawling_depth"),
        ({"name": "New", "kind": "imap"}, "invalid", "kind"),
    ],
)
def test_what_is_wrong_with_a_source_is_named(
    workspace: Workspace, api: Any, given: Any, code: str, field: str
) -> None:
    a_source(workspace)
    problem = api.answer(422, "POST", "sources", given)
    assert (problem["code"], problem["field"]) == (code, field)
    assert (Source.objects.count(), AccessToken.objects.count()) == (1, 1)


def test_a_token_is_rotated_with_a_time_of_grace_K2(workspace: Workspace, api: Any) -> None:
    source, old = create_source(workspace, "Slack", actor="command line")
    rotated = api.post(f"sources/{source.pk}/rotate", {"grace_hours": 2})
    new = rotated["access_token"]
    assert source_of_secret(old) == source_of_secret(new) == source
    ends = AccessToken.objects.order_by("pk")[0].expires_at
    assert ends is not None and timedelta(hours=1) < ends - timezone.now() <= timedelta(hours=2)
    newest = api.post(f"sources/{source.pk}/rotate", {"grace_hours": 0})["access_token"]
    assert [source_of_secret(secret) for secret in (old, new, newest)] == [None, None, source]
    assert len(api.get(f"sources/{source.pk}")["tokens"]) == 3


@pytest.mark.parametrize(("hours", "code"), [(-1, "grace_invalid"), (169, "grace_invalid"), ("2", "invalid")])
def test_another_time_of_grace_is_refused(workspace: Workspace, api: Any, hours: Any, code: str) -> None:
    source = a_source(workspace)
    problem = api.answer(422, "POST", f"sources/{source.pk}/rotate", {"grace_hours": hours})
    assert (problem["code"], problem["field"]) == (code, "grace_hours")
    assert AccessToken.objects.count() == 1


def test_a_token_is_revoked_through_its_own_source_only_K1(workspace: Workspace, api: Any) -> None:
    one, secret = create_source(workspace, "One", actor="command line")
    other = a_source(workspace, "Other")
    token = one.tokens.get()
    assert api.answer(404, "DELETE", f"sources/{other.pk}/tokens/{token.pk}")["code"] == "not_found"
    assert source_of_secret(secret) == one
    for _ in range(2):
        assert api.answer(204, "DELETE", f"sources/{one.pk}/tokens/{token.pk}") is None
    assert source_of_secret(secret) is None
    [shown] = api.get(f"sources/{one.pk}/tokens")["items"]
    assert shown["revoked_at"] is not None


def test_a_secret_is_answered_anew_whatever_the_idempotency_key_K2(workspace: Workspace, api: Any) -> None:
    source = a_source(workspace)
    headers = {"Idempotency-Key": "once"}
    first, second = (
        json.loads(api.call("POST", f"sources/{source.pk}/rotate", {}, headers=headers).content)
        for _ in range(2)
    )
    assert first["access_token"] != second["access_token"]


def test_the_share_of_failed_items_stands_on_the_source_K9(workspace: Workspace, api: Any) -> None:
    source = a_source(workspace)
    now = timezone.now()
    calls = [
        (timedelta(0), {"queued": 93, "rejected": 5, "duplicate": 1, "skipped": 1}),
        (timedelta(hours=25), {"rejected": 100}),
    ]
    for ago, statuses in calls:
        UploadCall.objects.create(source=source, kind="mail", at=now - ago, statuses=statuses)
    shown = api.get(f"sources/{source.pk}")
    assert (shown["failure_share"], shown["is_alarmed"]) == (0.05, False)
    UploadCall.objects.create(source=source, kind="mail", at=now, statuses={"rejected": 1})
    shown = api.get(f"sources/{source.pk}")
    assert (shown["failure_share"], shown["is_alarmed"]) == (6 / 101, True)


def test_sources_of_mailboxes_are_listed_and_have_no_tokens_K1(workspace: Workspace, api: Any) -> None:
    source = set_up_source(workspace, "google", {"client_id": "c", "client_secret": "s"}, actor="boss@us.com")

    [shown] = api.get("sources")["items"]

    assert (shown["kind"], shown["lenses"], shown["tokens"]) == ("google", ["customer", "people"], [])
    assert (shown["failure_share"], shown["is_alarmed"]) == (None, False)
    assert shown == api.get(f"sources/{source.pk}")
    assert '"s"' not in json.dumps(shown)
    api.answer(404, "GET", f"sources/{source.pk}/tokens")
    api.answer(404, "POST", f"sources/{source.pk}/rotate", {})
    api.answer(404, "DELETE", f"sources/{source.pk}/tokens/1")
    refused = api.answer(422, "PATCH", f"sources/{source.pk}", {"crawling_depth": None})
    assert (refused["code"], refused["field"]) == ("field_required", "crawling_depth")
    assert not AccessToken.objects.exists()
