"""Uploads over real connections: bodies in chunks, bodies without end, and a server killed right after its answer."""

from __future__ import annotations

import gzip
import http.client
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_api_problems import problem
from upload_server import UploadServer

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadServer]:
    """A server that runs for all tests of this file but those that kill theirs."""
    made = UploadServer(tmp_path_factory.mktemp("served"))
    made.start()
    yield made
    made.kill()


def chat(text: str) -> dict[str, Any]:
    return {
        "id": text,
        "chat_id": "c",
        "chat_type": "direct",
        "author": "ana@us.com",
        "date": "2026-11-16T10:00:00Z",
        "text": text,
    }


def chats(*texts: str) -> bytes:
    return json.dumps({"messages": [chat(text) for text in texts]}).encode()


def in_pieces(body: bytes, length: int) -> Iterator[bytes]:
    for start in range(0, len(body), length):
        yield body[start : start + length]


def statuses(answer: Any) -> list[str]:
    return [result["status"] for result in answer["results"]]


def test_a_body_may_come_in_chunks(server: UploadServer) -> None:
    body = chats("in chunks", "and more")
    assert statuses(server.call("POST", "chat-messages", in_pieces(body, 7))[1]) == ["held", "held"]
    zipped = server.call("POST", "chat-messages", in_pieces(gzip.compress(body), 7), Content_Encoding="gzip")
    assert statuses(zipped[1]) == ["duplicate", "duplicate"]


def test_an_mbox_may_come_in_chunks_K11(server: UploadServer) -> None:
    mail = b"From k@acme.com Mon Nov 16 11:00:00 2026\nFrom: k@acme.com\nTo: ana@us.com\nSubject: %d\n\nHello.\n\n"
    body = b"".join(mail % number for number in range(30))
    sent = in_pieces(body, 1000)
    status, answer = server.call(
        "POST", "mail-messages?user=ana@us.com", sent, Content_Type="application/mbox"
    )
    assert (status, statuses(answer)) == (200, ["held"] * 30)


def test_a_body_that_is_too_large_is_refused_and_the_answer_arrives(server: UploadServer) -> None:
    body = b" " * (11 * MIB)
    assert server.call("POST", "chat-messages", body) == (413, problem("too_large"))
    assert server.call("POST", "chat-messages", in_pieces(body, MIB)) == (413, problem("too_large"))


def test_a_body_without_end_is_refused_at_the_limit_and_its_connection_closed(server: UploadServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        head = f"POST /api/v1/chat-messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.secret}\r\n"
        connection.sendall(
            f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        ended = threading.Event()
        sender = threading.Thread(target=send_without_end, args=(connection, ended))
        sender.start()
        try:
            answer = b""
            while part := connection.recv(65536):
                answer += part
        except ConnectionResetError:
            pass
        finally:
            ended.set()
            sender.join()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == problem("too_large")


def send_without_end(connection: socket.socket, ended: threading.Event) -> None:
    chunk = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
    try:
        while not ended.is_set():
            connection.sendall(chunk)
    except OSError:
        pass


@pytest.mark.parametrize(
    "rest",
    [b"zz\r\n", b"5\r\nab", b"-1\r\n\r\n", b"5\r\nabcdefg\r\n"],
    ids=["no size", "cut", "minus", "too long"],
)
def test_chunks_that_are_none_are_incomplete(server: UploadServer, rest: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        head = f"POST /api/v1/chat-messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.secret}\r\n"
        connection.sendall(
            f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + rest
        )
        connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert (answer.status, json.loads(answer.read())) == (400, problem("incomplete"))


def test_what_was_answered_survives_that_the_server_is_killed_K6(tmp_path: Path) -> None:
    server = UploadServer(tmp_path)
    chance = random.Random(6)
    accepted: list[str] = []
    for turn in range(2):
        server.start()
        stop = time.monotonic() + 0.3 + chance.random()
        senders = [
            threading.Thread(target=send_until_killed, args=(server, f"{turn}-{n}", accepted)) for n in (1, 2)
        ]
        for sender in senders:
            sender.start()
        time.sleep(max(0.0, stop - time.monotonic()))
        server.kill()
        for sender in senders:
            sender.join()
    assert accepted
    texts, sound = server.state()
    assert sound == [["ok"]]
    assert set(accepted) - set(texts) == set()
    assert len(texts) == len(set(texts))


def send_until_killed(server: UploadServer, name: str, accepted: list[str]) -> None:
    """Send batch after batch, noting what was answered, until nobody answers."""
    for number in range(100_000):
        texts = [f"{name}-{number}-{item}" for item in range(20)]
        try:
            answer = server.call("POST", "chat-messages", chats(*texts))[1]
        except (OSError, ValueError):
            return
        accepted += [result["id"] for result in answer["results"] if result["status"] == "held"]
