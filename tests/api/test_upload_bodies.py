"""Bodies of calls: counted, unzipped, and refused before they fill the memory (section 13)."""

from __future__ import annotations

import gzip
import json
import os
import socket
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from test_api_problems import problem

from postroom.api import streams
from postroom.api.errors import Problem
from postroom.api.streams import body_parts, whole_body
from postroom.config import config
from postroom.store.passing_file import PassingFile

MIB = 1024 * 1024
USERS = json.dumps({"users": [{"email": "s1@us.com"}]}).encode()


def zipped(api: Any, status: int, body: bytes, encoding: str = "gzip") -> Any:
    return api.answer(status, "POST", "users", body, headers={"Content-Encoding": encoding})


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", " gzip "])
def test_a_body_may_be_zipped(api: Any, encoding: str) -> None:
    assert zipped(api, 200, gzip.compress(USERS), encoding)["results"][0]["status"] == "created"


def test_a_zipped_body_may_have_several_members(api: Any) -> None:
    body = gzip.compress(USERS[:9]) + gzip.compress(USERS[9:])
    assert zipped(api, 200, body)["results"][0]["status"] == "created"


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd", "x"])
def test_other_encodings_are_refused(api: Any, encoding: str) -> None:
    assert zipped(api, 415, USERS, encoding) == problem("unsupported_encoding")


@pytest.mark.parametrize(
    "body",
    [USERS, gzip.compress(USERS)[:-3], gzip.compress(USERS) + b"x", b"\x1f\x8b", zlib.compress(USERS)],
    ids=["plain", "cut", "more", "begun", "zlib"],
)
def test_what_is_no_gzip_is_refused(api: Any, body: bytes) -> None:
    assert zipped(api, 400, body) == problem("incomplete")


def test_an_empty_body_may_say_that_it_is_zipped() -> None:
    assert parts_of(b"", HTTP_CONTENT_ENCODING="gzip") == []


def test_a_bomb_is_refused_without_memory(api: Any) -> None:
    bomb = gzip.compress(bytes(100 * MIB))
    tracemalloc.start()
    try:
        assert zipped(api, 413, bomb) == problem("too_large")
        assert tracemalloc.get_traced_memory()[1] < 30 * MIB
    finally:
        tracemalloc.stop()


def parts_of(body: bytes, max_bytes: int = 0, **more: Any) -> list[int]:
    request = RequestFactory().post("/", body, content_type="application/mbox", **more)
    return [len(part) for part in body_parts(request, max_bytes)]


def test_a_body_without_a_limit_is_held_to_its_ratio() -> None:
    noise = os.urandom(MIB)
    assert sum(parts_of(gzip.compress(noise + bytes(50 * MIB)), HTTP_CONTENT_ENCODING="gzip")) == 51 * MIB
    with pytest.raises(Problem) as refusal:
        parts_of(gzip.compress(bytes(50 * MIB)), HTTP_CONTENT_ENCODING="gzip")
    assert refusal.value.code == "too_large"


def test_a_small_body_may_repeat_itself() -> None:
    assert sum(parts_of(gzip.compress(bytes(MIB)), HTTP_CONTENT_ENCODING="gzip")) == MIB


def test_a_body_is_handed_on_in_parts() -> None:
    assert max(parts_of(bytes(3 * MIB))) == 256 * 1024


def test_a_body_at_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    assert sum(parts_of(bytes(1000), 1000)) == 1000
    assert sum(parts_of(gzip.compress(bytes(1000)), 1000, HTTP_CONTENT_ENCODING="gzip")) == 1000
    for body, more in ((bytes(1001), {}), (gzip.compress(bytes(1001)), {"HTTP_CONTENT_ENCODING": "gzip"})):
        with pytest.raises(Problem) as refusal:
            parts_of(body, 1000, **more)
        assert refusal.value.code == "too_large"


def test_a_body_that_ends_before_its_length_is_incomplete() -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"half")
        there.shutdown(socket.SHUT_WR)
        with pytest.raises(Problem) as refusal:
            whole_body(_request_from(here), 100)
    assert refusal.value.code == "incomplete"


def test_a_body_that_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STALLED_AFTER_SECONDS", 0.05)
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"half")
        with pytest.raises(Problem) as refusal:
            whole_body(_request_from(here), 100)
        assert here.gettimeout() is None
    assert refusal.value.code == "stalled"


def _request_from(connection: socket.socket) -> Any:
    """A request as gunicorn makes it, with 8 bytes announced."""
    request = RequestFactory().post("/", content_type="application/json")
    request.META |= {
        "wsgi.input": connection.makefile("rb"),
        "CONTENT_LENGTH": "8",
        "gunicorn.socket": connection,
    }
    return request


def test_bytes_pass_through_the_disk_unread_by_anybody() -> None:
    content = b"canary " * 10_000
    with PassingFile() as file:
        before = set(config().data_dir.iterdir())
        for start in range(0, len(content), 777):
            file.write(content[start : start + 777])
        on_disk = Path(f"/proc/self/fd/{file._file.fileno()}").read_bytes()
        assert (len(on_disk), b"canary" in on_disk) == (len(content), False)
        assert file.size == len(content)
        for offset, length in [
            (0, 5),
            (15, 2),
            (16, 16),
            (33, 1000),
            (len(content) - 3, 10),
            (len(content), 4),
        ]:
            assert file.read(offset, length) == content[offset : offset + length]
        assert file.read(0, len(content)) == content
        assert set(config().data_dir.iterdir()) == before
