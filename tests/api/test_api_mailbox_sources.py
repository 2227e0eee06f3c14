"""Mailbox sources and Centralized Connect by the API; secrets go in and never come out (M1, M2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from postroom.actions.add_users import add_users
from postroom.actions.create_workspace import create_workspace
from postroom.actions.mailbox_secrets import opened
from postroom.actions.mailbox_source import set_up_source
from postroom.actions.work import claim_job, do_claimed
from postroom.core.trouble import TryLater
from postroom.providers import registry
from postroom.providers.memory import MemoryServer, memory_server
from postroom.providers.port import Missing
from postroom.store.models import Job, Mailbox, Source, Workspace
from postroom.worker.duties import DUTIES

MASTER = {"host": "imap.us.com", "master_user": "reader", "master_password": "master"}
ANN = "ann@us.com"


@pytest.fixture
def server(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryServer]:
    """A mail server with Ann's mailbox, in the place of IMAP."""
    monkeypatch.setitem(registry._WHERE, "imap", "postroom.providers.memory")  # type: ignore[index]
    add_users(workspace, [{"email": ANN}, {"email": "ben@us.com"}], actor="boss@us.com")
    with memory_server("ours") as made:
        made.add_user(ANN)
        yield made


def at_the_server() -> None:
    source = Source.objects.get()
    source.settings["server"] = "ours"
    source.save()


def test_a_mail_system_is_set_up_and_its_secrets_are_in_no_answer_M1_S1(
    workspace: Workspace, api: Any
) -> None:
    made = api.answer(200, "PATCH", "mailbox-sources/imap", MASTER)

    source = Source.objects.get()
    assert made == {
        "id": source.pk,
        "kind": "imap",
        "name": "IMAP",
        "settings": {"host": "imap.us.com", "port": 993, "security": "tls"},
        "secrets": ["master_password", "master_user"],
        "can_be_central": True,
        "is_central": False,
    }
    assert opened(source.sealed_secret)["master_password"] == "master"
    assert api.get("mailbox-sources/imap") == made
    assert api.get("mailbox-sources") == {"items": [made], "next_cursor": None}
    assert source.created_by == "token:test"


def test_what_is_not_given_stays_and_what_is_wrong_is_named(workspace: Workspace, api: Any) -> None:
    api.answer(200, "PATCH", "mailbox-sources/imap", MASTER)

    moved = {"port": 10993, "master_password": "master"}
    changed = api.answer(200, "PATCH", "mailbox-sources/imap", moved)
    assert changed["settings"]["port"] == 10993 and "master_password" in changed["secrets"]
    for sent, code, field in (
        ({"host": "http://x"}, "host_invalid", "host"),
        ({"host": "imap.them.com"}, "secret_again", "master_password"),
        ({"tenant": "x"}, "unknown_field", "tenant"),
        ({"master_password": None}, "master_incomplete", "master_password"),
    ):
        refused = api.answer(422, "PATCH", "mailbox-sources/imap", sent)
        assert (refused["code"], refused["field"]) == (code, field)
    assert api.get("mailbox-sources/imap") == changed
    api.answer(404, "PATCH", "mailbox-sources/exchange", {})


def test_all_are_connected_by_a_job_and_disconnected_again_M2(
    workspace: Workspace, api: Any, server: MemoryServer
) -> None:
    api.answer(200, "PATCH", "mailbox-sources/imap", MASTER)
    at_the_server()
    assert api.post("mailbox-sources/imap/check", {"email": ANN}) == {"missing": []}

    asked = api.answer(202, "POST", "mailbox-sources/imap/connect-all", {"email": ANN})

    job = claim_job()
    assert job is not None and asked == {"job": job.pk}
    do_claimed(job, DUTIES[job.kind])
    shown = api.get(f"jobs/{job.pk}")
    assert (shown["state"], shown["asked_by"]) == ("done", "token:test")
    assert shown["results"] == [
        {"user": ANN, "status": "connected", "reason": None},
        {"user": "ben@us.com", "status": "no_mailbox", "reason": None},
    ]
    assert api.get("mailbox-sources/imap")["is_central"] is True
    assert api.answer(200, "DELETE", "mailbox-sources/imap/connect-all") == {"disconnected": 1}
    assert Mailbox.objects.get().connected_at is None
    assert api.get("mailbox-sources/imap")["is_central"] is False


def test_a_check_says_what_is_missing_and_when_to_ask_again_M2(
    workspace: Workspace, api: Any, server: MemoryServer
) -> None:
    api.answer(200, "PATCH", "mailbox-sources/imap", MASTER)
    at_the_server()
    server.missing = [Missing("delegation", "Allow it under Security.")]
    said = {"missing": [{"what": "delegation", "says": "Allow it under Security."}]}
    assert api.post("mailbox-sources/imap/check", {"email": ANN}) == said

    server.faults.fail_next("open", TryLater("unreachable", "10.0.0.7 said no"))
    response = api.call("POST", "mailbox-sources/imap/check", {"email": ANN})
    problem = json.loads(response.content)
    assert (response.status_code, problem["code"], response.headers["Retry-After"]) == (
        503,
        "provider_away",
        "60",
    )
    assert "10.0.0.7" not in response.content.decode()
    refused = api.answer(422, "POST", "mailbox-sources/imap/check", {"email": "stranger@us.com"})
    assert (refused["code"], refused["field"]) == ("user_unknown", "email")
    assert not Job.objects.exists()


def test_another_workspaces_mail_system_is_neither_shown_nor_changed_W3(
    workspace: Workspace, token_for: Callable[..., Any]
) -> None:
    other = create_workspace("Them", "admin@them.com").workspace
    theirs = set_up_source(other, "imap", MASTER, actor="admin@them.com")
    ours = token_for(workspace, "admin")

    assert ours.get("mailbox-sources")["items"] == []
    assert ours.answer(404, "GET", "mailbox-sources/imap")["code"] == "not_found"
    made = ours.answer(200, "PATCH", "mailbox-sources/imap", {"host": "imap.ours.com"})
    assert made["id"] != theirs.pk and made["secrets"] == []
    theirs.refresh_from_db()
    assert theirs.settings["host"] == "imap.us.com"
