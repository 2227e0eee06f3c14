"""The client against a server that is busy, away, or says no."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import postroom_client
import pytest
from postroom_client import Postroom, PostroomError
from stand_in import Got, Said, standing_in


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """How long the client waited, in seconds; no time passes, and chance is always 1."""
    pauses: list[float] = []
    monkeypatch.setattr(postroom_client.time, "sleep", pauses.append)
    monkeypatch.setattr(postroom_client.time, "monotonic", lambda: sum(pauses))
    monkeypatch.setattr(postroom_client.random, "uniform", lambda low, high: high)
    yield pauses


def answers(said: list[Said], got: list[Got]) -> Callable[[Got], Said]:
    def answer(call: Got) -> Said:
        got.append(call)
        return said[min(len(got), len(said)) - 1]

    return answer


def problem(status: int, code: str, **headers: str) -> Said:
    body = json.dumps({"code": code, "detail": "So it is.", "field": "messages"}).encode()
    return Said(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def test_a_call_goes_on_under_the_same_key_until_it_is_answered_K7(slept: list[float]) -> None:
    got: list[Got] = []
    said = [
        problem(429, "too_many_calls", Retry_After="17"),
        Said(503, b"<html>Busy</html>"),
        Said(0),
        problem(409, "in_flight", Retry_After="1"),
        Said(200),
    ]
    with standing_in(answers(said, got)) as url:
        found = Postroom(url, "ps_1").add_chat_messages([{"id": "1"}])
        Postroom(url, "ps_1").add_chat_messages([{"id": "1"}])
    assert [answer["status"] for answer in found] == ["queued"]
    assert slept == [17 + 1, 2, 4, 1 + 8]
    assert {(call.path, call.body) for call in got} == {
        ("/api/v1/chat-messages", b'{"messages":[{"id":"1"}]}')
    }
    keys = [call.headers["Idempotency-Key"] for call in got]
    assert len(set(keys[:5])) == 1 and keys[5] != keys[0]
    assert {call.headers["Authorization"] for call in got} == {"Bearer ps_1"}


def test_patience_ends_with_what_the_server_said_last(slept: list[float]) -> None:
    got: list[Got] = []
    with (
        standing_in(answers([problem(503, "busy", Retry_After="5")], got)) as url,
        pytest.raises(PostroomError, match=r"^503, busy: So it is\. Field: messages\.$"),
    ):
        Postroom(url, "ps_1", patience=30).settings()
    assert (slept, len(got)) == ([6, 7, 9], 4)


def test_nobody_there_is_said(slept: list[float]) -> None:
    with standing_in(lambda _: Said(200)) as url:
        pass
    with pytest.raises(PostroomError, match=r"^no answer, unreachable: ConnectionRefusedError") as error:
        Postroom(url, "ps_1", patience=10).settings()
    assert (slept, error.value.status) == ([1, 2, 4], 0)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (problem(401, "unauthorized"), "401, unauthorized: So it is. Field: messages."),
        (problem(422, "invalid"), "422, invalid: So it is. Field: messages."),
        (problem(409, "other"), "409, other: So it is. Field: messages."),
        (Said(500, b"[1]"), "500, http_error: Internal Server Error."),
        (
            Said(301, b"", {"Location": "http://else.example/"}),
            "301, http_error: Moved Permanently http://else.example/.",
        ),
    ],
)
def test_what_does_not_get_better_is_not_sent_again(slept: list[float], said: Said, sentence: str) -> None:
    got: list[Got] = []
    with standing_in(answers([said], got)) as url, pytest.raises(PostroomError) as error:
        Postroom(url, "ps_1").add_activities([])
    assert (str(error.value), len(got), slept) == (sentence, 1, [])


def test_an_id_may_hold_any_sign(slept: list[float]) -> None:
    got: list[Got] = []
    with standing_in(answers([Said(204, b"")], got)) as url:
        Postroom(url, "ps_1").take_back("mail-messages", "a/b?c d", "ana+x@acme.example")
    assert [(call.method, call.path) for call in got] == [
        ("DELETE", "/api/v1/mail-messages/a/b%3Fc%20d?user=ana%2Bx%40acme.example")
    ]
