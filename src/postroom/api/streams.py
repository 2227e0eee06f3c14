"""Reads the bodies of calls: counted while they come, so that none is larger than its route takes (section 13).

A body may come in chunks, or compressed with gzip. Must not trust what the headers say of its length.
"""

from __future__ import annotations

import contextlib
import socket
import time
import zlib
from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest

from postroom.api.errors import Problem

STALLED_AFTER_SECONDS: Final = 60
"""So long a body may pause before the call is given up."""
MAX_RATIO: Final = 100
"""How many times its length on the way a compressed body may have."""
_RATIO_COUNTS_FROM: Final = 1024 * 1024
"""Small bodies may repeat themselves as they like."""
_PART: Final = 256 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
_LINGER_SECONDS: Final = 3.0
_LINGER_BYTES: Final = 64 * 1024 * 1024


def body_parts(request: HttpRequest, max_bytes: int) -> Iterator[bytes]:
    """Yield the body part by part, uncompressed; raises ``Problem``.

    ``max_bytes``: what it may have uncompressed; 0: there is no limit.
    """
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise Problem("unsupported_encoding")
    sent = _length_of(request)
    if max_bytes and sent is not None and sent > max_bytes:
        let_go(request)
        raise Problem("too_large")
    parts = _as_sent(request, sent)
    read = 0
    for part in _unzipped(parts) if encoding == "gzip" else parts:
        read += len(part)
        if max_bytes and read > max_bytes:
            let_go(request)
            raise Problem("too_large")
        yield part


def whole_body(request: HttpRequest, max_bytes: int) -> bytes:
    """The body, uncompressed; raises ``Problem``."""
    return b"".join(body_parts(request, max_bytes))


def let_go(request: HttpRequest) -> None:
    """Read for a moment what is still on the way: whoever sends it would not see the answer before."""
    deadline = time.monotonic() + _LINGER_SECONDS
    left = min(_LINGER_BYTES, _length_of(request) or _LINGER_BYTES)
    with contextlib.suppress(Problem), _not_stalling(request, _LINGER_SECONDS):
        while left > 0 and time.monotonic() < deadline:
            part = _read(request, min(left, _PART))
            if not part:
                return
            left -= len(part)


def _length_of(request: HttpRequest) -> int | None:
    """What the header says; ``None``: the body comes in chunks until it ends."""
    if _in_chunks(request):
        return None
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length[:20]) if length.isdecimal() else 0


def _in_chunks(request: HttpRequest) -> bool:
    return "chunked" in request.headers.get("Transfer-Encoding", "").lower() and bool(
        request.META.get("wsgi.input_terminated")
    )


def _as_sent(request: HttpRequest, length: int | None) -> Iterator[bytes]:
    read = 0
    with _not_stalling(request, STALLED_AFTER_SECONDS):
        while length is None or read < length:
            part = _read(request, _PART if length is None else min(_PART, length - read))
            if not part:
                break
            read += len(part)
            yield part
    if length is not None and read < length:
        raise Problem("incomplete")


def _read(request: HttpRequest, length: int) -> bytes:
    # Not through Django: it does not know bodies in chunks, nor tells a pause from an end.
    try:
        return bytes(request.META["wsgi.input"].read(length))
    except TimeoutError:
        raise Problem("stalled") from None
    except Exception:
        # The server's own words for a connection that broke off, or chunks that are none.
        raise Problem("incomplete") from None


@contextlib.contextmanager
def _not_stalling(request: HttpRequest, seconds: float) -> Iterator[None]:
    """Let no read wait longer: gunicorn's threads would wait for ever."""
    connection = request.META.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        yield
        return
    before = connection.gettimeout()
    connection.settimeout(seconds)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            connection.settimeout(before)


def _unzipped(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Unzip, never more at a time than a part; raises ``Problem``."""
    unzipping = zlib.decompressobj(_GZIP)
    sent = read = 0
    for part in parts:
        sent += len(part)
        while part:
            if unzipping.eof:
                unzipping = zlib.decompressobj(_GZIP)
            try:
                plain = unzipping.decompress(part, _PART)
            except zlib.error:
                raise Problem("incomplete") from None
            part = unzipping.unused_data if unzipping.eof else unzipping.unconsumed_tail
            read += len(plain)
            if read > max(_RATIO_COUNTS_FROM, sent * MAX_RATIO):
                raise Problem("too_large")
            yield plain
    if sent and not unzipping.eof:
        raise Problem("incomplete")
