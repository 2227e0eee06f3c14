"""Reads an mbox piece by piece: finds the messages that begin in a range of bytes, whatever the file's size.

What begins a message says ``from_line``. Memory is bounded by one window and one message. Must not trust
``Content-Length`` (it is wrong too often), and must not write.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from postroom.providers.files.from_line import HEAD_BYTES, FromLine, from_line

_WINDOW_BYTES: Final = 1 << 20
_NEEDLE: Final = b"\nFrom "
_CONTEXT_BYTES: Final = 2
"""What must be seen before the needle to know that it ends an empty line."""
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER_END: Final = re.compile(rb"\n\r?\n")


class Span(NamedTuple):
    """Where a message stands in the file, in bytes."""

    start: int
    """Of its From line."""
    begin: int
    """Of the message itself."""
    end: int
    at: int | None
    """The date of the From line, Unix seconds."""


def begins_mbox(fd: int) -> bool:
    """Say whether the file begins with a From line, empty lines aside."""
    return _first(fd) is not None


def spans(fd: int, begin: int, end: int, longest: int) -> Iterator[Span]:
    """Yield the messages whose From line starts in ``begin <= offset < end``.

    One longer than ``longest`` bytes is not followed to its end: its span is then longer than ``longest``.
    """
    size = os.fstat(fd).st_size
    found = _next(fd, begin, min(end, size))
    while found is not None:
        start, line = found
        message = start + line.length
        horizon = min(size, message + longest + _WINDOW_BYTES)
        following = _next(fd, message, horizon)
        stop = following[0] if following else horizon
        yield Span(start, message, stop, line.at)
        if following is None and stop < min(end, size):
            following = _next(fd, stop, min(end, size))
        found = following if following and following[0] < end else None


def message(fd: int, span: Span) -> bytes:
    """Read one message: without the empty line that ends it, ``>From`` in its body unquoted (mboxrd)."""
    raw = _without_final_empty_line(read_at(fd, span.begin, span.end - span.begin))
    if b">From " not in raw:
        return raw
    header = _HEADER_END.search(raw)
    return raw[: header.end()] + _QUOTED.sub(rb"\1", raw[header.end() :]) if header else raw


def _without_final_empty_line(raw: bytes) -> bytes:
    if raw in (b"\n", b"\r\n"):
        return b""
    if raw.endswith(b"\n\r\n"):
        return raw[:-2]
    return raw[:-1] if raw.endswith(b"\n\n") else raw


def read_at(fd: int, offset: int, length: int) -> bytes:
    """Read ``length`` bytes at ``offset``, less only at the end of the file."""
    parts = []
    while length > 0 and (part := os.pread(fd, length, offset)):
        parts.append(part)
        offset += len(part)
        length -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _next(fd: int, begin: int, end: int) -> tuple[int, FromLine] | None:
    """The first From line that starts in ``begin <= offset < end``."""
    first = _first(fd) if begin <= HEAD_BYTES else None
    if first and begin <= first[0] < end:
        return first
    # The needle starts with the line end of the empty line, one byte before the From line.
    position = max(0, begin - 1 - _CONTEXT_BYTES)
    while position < end:
        window = read_at(fd, position, min(_WINDOW_BYTES, end - position + len(_NEEDLE)))
        for offset in _after_empty_lines(window, position):
            if begin <= offset < end and (line := from_line(read_at(fd, offset, HEAD_BYTES))):
                return offset, line
        if len(window) <= len(_NEEDLE) + _CONTEXT_BYTES:
            return None
        position += len(window) - len(_NEEDLE) - _CONTEXT_BYTES
    return None


def _after_empty_lines(window: bytes, position: int) -> Iterator[int]:
    """Yield the offsets in the file of the lines ``From `` in the window that follow an empty line."""
    at = window.find(_NEEDLE)
    while at >= 0:
        if window[max(0, at - 2) : at].endswith((b"\n", b"\n\r")):
            yield position + at + 1
        at = window.find(_NEEDLE, at + 1)


def _first(fd: int) -> tuple[int, FromLine] | None:
    """The From line with which the file begins, after at most ``HEAD_BYTES`` of empty lines."""
    head = read_at(fd, 0, 2 * HEAD_BYTES)
    offset = len(head) - len(head.lstrip(b"\r\n"))
    line = from_line(head[offset : offset + HEAD_BYTES]) if offset <= HEAD_BYTES else None
    return (offset, line) if line else None
