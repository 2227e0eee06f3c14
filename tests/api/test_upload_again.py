"""Uploads sent once more to be decided again: ``?reconsider=true`` (F6)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from api_client import ApiClient
from django.test import Client
from test_api_problems import problem
from test_upload_calls import as_mbox, mail, mbox, raw, statuses, whole

from postroom.actions.add_organization import add_organization
from postroom.actions.add_persons import add_persons
from postroom.actions.add_users import add_users
from postroom.actions.process_uploads import process_some
from postroom.store.models import Engagement, FolderStatistics, Item, Source, Waiting, Workspace

ME = "command line"
KIM = "kim@customer.example"


@pytest.fixture
def office(workspace: Workspace, upload: ApiClient) -> Workspace:
    """A workspace whose source feeds the customer lens, and which does not know Kim."""
    add_organization(workspace, ["acme.com"], actor=ME)
    add_users(workspace, [{"email": "ana@acme.com"}, {"email": "ben@acme.com"}], actor=ME)
    Source.objects.update(feeds_customer=True)
    return workspace


def know_kim(workspace: Workspace) -> None:
    add_persons(workspace, [{"name": "Kim", "emails": [KIM], "known_since": "2020-01-01"}], actor=ME)


CHAT = {
    "id": "1",
    "chat_id": "c",
    "chat_type": "direct",
    "author": "ana@acme.com",
    "members": [KIM],
    "date": "2026-11-16T10:00:00Z",
}
CALL = {
    "id": "1",
    "type": "call",
    "user": "ana@acme.com",
    "participants": [KIM],
    "start": "2026-11-16T10:00:00Z",
    "end": "2026-11-16T10:30:00Z",
}


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("mail-messages", {"messages": [mail(1)]}),
        ("chat-messages", {"messages": [CHAT]}),
        ("activities", {"activities": [CALL]}),
    ],
    ids=["mail", "chat", "activity"],
)
def test_what_did_not_come_in_is_queued_once_more_F6(
    office: Workspace, upload: Any, path: str, sent: dict[str, Any]
) -> None:
    assert statuses(upload.post(path, sent)) == ["queued"]
    process_some(office.pk)
    know_kim(office)
    assert statuses(upload.post(path, sent)) == ["duplicate"]

    foreseen = upload.post(f"{path}?reconsider=true&dry_run=true", sent)
    assert foreseen["results"][0].pop("lenses")["customer"]["reason"] == "imported"
    assert (statuses(foreseen), Waiting.objects.filter(user=None).count()) == (["queued"], 0)
    assert upload.post(f"{path}?reconsider=true", sent) == foreseen
    assert statuses(upload.post(f"{path}?reconsider=true", sent)) == ["duplicate"]
    process_some(office.pk)
    assert statuses(upload.post(f"{path}?reconsider=true", sent)) == ["duplicate"]
    assert (Engagement.objects.count(), Item.objects.count()) == (1, 1)


def test_whole_mails_and_an_mbox_are_reconsidered_too_F6_K11(office: Workspace, upload: Any) -> None:
    both = mbox(raw(1), raw(2))
    inbox = "?user=ana@acme.com&folder=inbox"
    assert statuses(whole(upload, 200, raw(3), f"{inbox}&id=3")) == ["queued"]
    assert statuses(as_mbox(upload, 200, both, inbox)) == ["queued"] * 2
    process_some(office.pk)
    know_kim(office)
    assert statuses(as_mbox(upload, 200, both, inbox)) == ["duplicate"] * 2
    for dry_run in ("&dry_run=true", ""):
        assert statuses(whole(upload, 200, raw(3), f"{inbox}&id=3&reconsider=true{dry_run}")) == ["queued"]
        assert statuses(as_mbox(upload, 200, both, f"{inbox}&reconsider=true{dry_run}")) == ["queued"] * 2
    process_some(office.pk)
    assert Engagement.objects.count() == 3
    assert Waiting.objects.filter(user=None).count() == 0


def test_the_same_key_with_another_query_is_refused_K7(office: Workspace, upload: Any) -> None:
    key = {"Idempotency-Key": "one"}
    body = json.dumps({"messages": [mail(1)]}).encode()
    upload.answer(200, "POST", "mail-messages", body, headers=key)
    refused = upload.answer(422, "POST", "mail-messages?reconsider=true", body, headers=key)
    assert refused == problem("idempotency_key_reused", "Idempotency-Key")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("mail-folder-statistics", "reconsider"),
        ("mail-folder-statistics", "dry_run"),
    ],
)
def test_what_a_call_does_not_know_is_refused_and_nothing_stored(
    office: Workspace, upload: Any, path: str, name: str
) -> None:
    [example] = [
        of["post"]["requestBody"]["content"]["application/json"]["example"]
        for at, of in json.loads(Client().get("/api/v1/openapi.json").content)["paths"].items()
        if at.endswith(path)
    ]
    refused = upload.answer(422, "POST", f"{path}?{name}=true", example)
    assert (refused["code"], refused["field"]) == ("invalid", name)
    assert (Item.objects.count(), FolderStatistics.objects.count()) == (0, 0)
