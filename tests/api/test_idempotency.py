"""A call with an ``Idempotency-Key`` is done once and answered as often as it is sent (K7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from api_client import ApiClient
from django.db import connections
from django.utils import timezone
from test_api_problems import problem
from test_upload_calls import mbox, office, raw

from postroom.actions.create_token import create_token
from postroom.actions.remember_answer import KEPT, Answer, InFlight, answer_once, digest, forget_sent_calls
from postroom.store.models import Account, SentCall, User, Workspace

__all__ = ["office"]
KEY = "2026-11-21/accounts:1"
ACME = {"accounts": [{"name": "Acme"}]}
"""Sent twice without a key it makes two accounts."""


def send(api: Any, body: Any = ACME, key: str = KEY, path: str = "accounts") -> Any:
    return api.call("POST", path, body, headers={"Idempotency-Key": key})


def names() -> list[str]:
    return list(Account.objects.order_by("pk").values_list("name", flat=True))


def test_the_same_call_again_gets_the_same_answer_and_does_nothing_K7(api: Any) -> None:
    first, second = send(api), send(api)
    assert (first.status_code, first.headers.get("Idempotency-Replayed")) == (200, None)
    assert (second.status_code, second.headers["Idempotency-Replayed"]) == (200, "true")
    assert (second.content, second.headers["Content-Type"]) == (first.content, first.headers["Content-Type"])
    assert names() == ["Acme"]
    send(api, key="another")
    assert names() == ["Acme", "Acme"]


def test_a_problem_is_an_answer_too_K7(api: Any) -> None:
    first, second = send(api, {"accounts": 1}), send(api, {"accounts": 1})
    assert json.loads(first.content) == problem("invalid", "accounts", "It must be a list.")
    assert (second.status_code, second.content) == (422, first.content)
    assert second.headers["Content-Type"] == "application/problem+json"
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    "body", [{"accounts": [{"name": "Beta"}]}, {"accounts": [{"name": "Acme"}], "force": True}]
)
def test_another_body_under_a_used_key_is_refused_K7(api: Any, body: Any) -> None:
    send(api)
    response = send(api, body)
    assert json.loads(response.content) == problem("idempotency_key_reused", "Idempotency-Key")
    assert names() == ["Acme"]


def test_a_key_belongs_to_its_caller_and_route_K7(
    workspace: Workspace, api: Any, token_for: Callable[..., Any], admin: User, session_of: Callable[..., Any]
) -> None:
    for caller in (api, token_for(workspace, "admin"), session_of(admin)):
        response = send(caller)
        assert (response.status_code, "Idempotency-Replayed" in response.headers) == (200, False)
    assert send(api, {"persons": [{"name": "Acme"}]}, path="persons").status_code == 200
    assert names() == ["Acme"] * 3


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 256, "sch\u00f6n", "tab\t"])
def test_a_key_is_visible_ascii_K7(api: Any, key: str) -> None:
    response = send(api, key=key)
    assert (response.status_code, json.loads(response.content)) == (
        422,
        problem("idempotency_key_invalid", "Idempotency-Key"),
    )
    assert names() == []


def test_the_longest_key_is_taken_K7(api: Any) -> None:
    assert send(api, key="~" * 255).status_code == 200


def test_a_call_in_flight_is_not_done_beside_itself_K7(api: Any) -> None:
    send(api)
    SentCall.objects.update(status=None, sealed_answer=None, began_at=timezone.now())
    response = send(api)
    assert (response.status_code, json.loads(response.content)) == (
        409,
        problem("in_flight", "Idempotency-Key"),
    )
    assert response.headers["Retry-After"] == "1"
    assert json.loads(send(api, {"accounts": []}).content)["code"] == "idempotency_key_reused"
    assert names() == ["Acme"]


def test_a_call_that_takes_long_is_not_done_beside_itself_K7(api: Any) -> None:
    send(api)
    SentCall.objects.update(status=None, sealed_answer=None, began_at=timezone.now() - timedelta(seconds=110))
    assert json.loads(send(api).content) == problem("in_flight", "Idempotency-Key")
    assert names() == ["Acme"]


def test_an_mbox_may_take_an_hour_K7(office: Workspace, upload: Any) -> None:
    def send_mbox() -> int:
        said, kind = mbox(raw(1)), "application/mbox"
        path = "mail-messages?user=ana@acme.com"
        headers = {"Idempotency-Key": KEY}
        return upload.call(
            "POST", path, said, content_type=kind, headers=headers, CONTENT_TYPE=kind
        ).status_code

    assert send_mbox() == 200
    for minutes, status in ((59, 409), (61, 200)):
        began_at = timezone.now() - timedelta(minutes=minutes)
        SentCall.objects.update(status=None, sealed_answer=None, began_at=began_at)
        assert send_mbox() == status


def test_the_claim_of_a_call_that_died_is_taken_over_after_two_minutes_K7(api: Any) -> None:
    send(api)
    SentCall.objects.update(status=None, sealed_answer=None, began_at=timezone.now() - timedelta(seconds=121))
    first, second = send(api), send(api)
    assert ("Idempotency-Replayed" in first.headers, second.headers["Idempotency-Replayed"]) == (
        False,
        "true",
    )
    assert names() == ["Acme", "Acme"]


def test_a_call_that_reads_is_answered_anew_whatever_its_key(api: Any) -> None:
    for _ in range(2):
        response = send(api, {"address": "k@acme.com"}, path="explain")
        assert (response.status_code, "Idempotency-Replayed" in response.headers) == (200, False)
    assert SentCall.objects.count() == 0


def test_an_answer_is_not_readable_in_the_database_S1(api: Any) -> None:
    send(api, {"users": [{"email": "canary@us.com"}]}, path="users")
    [row] = SentCall.objects.values()
    assert [name for name, value in row.items() if b"canary" in str(value).encode()] == []
    assert len(bytes(row["key"])) == len(bytes(row["fingerprint"])) == 32


def test_answers_are_forgotten_after_a_day_K7(api: Any) -> None:
    send(api)
    send(api, key="later")
    old = SentCall.objects.order_by("pk")[:1]
    SentCall.objects.filter(pk__in=[call.pk for call in old]).update(began_at=timezone.now() - KEPT)
    assert forget_sent_calls() == 1
    assert "Idempotency-Replayed" in send(api, key="later").headers
    assert timedelta(hours=24) < KEPT


def test_an_error_of_ours_undoes_the_call_and_is_not_kept(workspace: Workspace) -> None:
    def fail() -> Answer:
        Account.objects.create(workspace=workspace, name="Acme", opened_in=1)
        return Answer(503, "text/plain", b"")

    def work() -> Answer:
        Account.objects.create(workspace=workspace, name="Beta", opened_in=1)
        return Answer(200, "text/plain", b"done")

    key, said = digest("key"), digest("said")
    assert answer_once(workspace, key, said, fail) == (Answer(503, "text/plain", b""), False)
    assert (names(), SentCall.objects.count()) == ([], 0)
    assert answer_once(workspace, key, said, work) == (Answer(200, "text/plain", b"done"), False)
    assert answer_once(workspace, key, said, work) == (Answer(200, "text/plain", b"done"), True)
    assert names() == ["Beta"]


def test_a_call_whose_claim_was_taken_over_comes_to_nothing(workspace: Workspace) -> None:
    key, said = digest("key"), digest("said")

    def slow() -> Answer:
        Account.objects.create(workspace=workspace, name="Acme", opened_in=1)
        SentCall.objects.update(began_at=timezone.now() + timedelta(seconds=61))
        return Answer(200, "text/plain", b"late")

    with pytest.raises(InFlight):
        answer_once(workspace, key, said, slow)
    assert names() == []


def test_parts_are_told_from_their_neighbours() -> None:
    assert digest("ab", "c") != digest("a", "bc")


def test_a_hundred_equal_calls_at_once_are_done_once_K7(
    transactional_db: None, workspace: Workspace, admin: User
) -> None:
    secret = create_token(workspace, "script", ["admin"], actor="command line")[1]

    def call(_: int) -> tuple[int, bytes]:
        try:
            response = send(ApiClient(secret))
            return response.status_code, response.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(call, range(100)))
    assert names() == ["Acme"]
    done = {content for status, content in answers if status == 200}
    assert {status for status, _ in answers} <= {200, 409}
    assert done == {send(ApiClient(secret)).content}
