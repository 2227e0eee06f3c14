"""Reads an mbox piece by piece: finds the messages that begin in a range of bytes, whatever the file's size.

What begins a message says ``from_line``. Memory is bounded by one window and one message. Must not trust
``Content-Length`` (it is wrong too often), and must not write.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from postroom.providers.files.from_line import HEAD_BYTES, FromLine, from_line

_WINDOW_BYTES: Final = 1 << 20
_NEEDLE: Final = b"\nFrom "
_CONTEXT_BYTES: Final = 2
"""What must be seen before the needle to know that it ends an empty line."""
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER_END: Final = re.compile(rb"\n\r?\n")


class Source(Protocol):
    """Bytes that can be read at any place."""

    size: int

    def read(self, offset: int, length: int) -> bytes:
        """Read ``length`` bytes at ``offset``, less only at the end."""
        ...


class FileSource:
    """An open file, of ``size`` bytes where that is known already."""

    def __init__(self, fd: int, size: int | None = None) -> None:
        self._fd = fd
        self.size = os.fstat(fd).st_size if size is None else size

    def read(self, offset: int, length: int) -> bytes:
        part = os.pread(self._fd, length, offset)
        if len(part) == length or not part:
            return part
        # A read may be cut short by the system (2 GiB, some network file systems).
        return part + self.read(offset + len(part), length - len(part))


class BytesSource:
    """A whole file in memory."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size = len(content)

    def read(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]


class Span(NamedTuple):
    """Where a message stands in the file, in bytes."""

    start: int
    """Of its From line."""
    begin: int
    """Of the message itself."""
    end: int
    at: int | None
    """The date of the From line, Unix seconds."""


class Mbox:
    """A file, if it is an mbox."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._first = self._find_first()

    @property
    def is_one(self) -> bool:
        """Whether the file begins with a From line, empty lines aside."""
        return self._first is not None

    def _find_first(self) -> tuple[int, FromLine] | None:
        head = self._source.read(0, HEAD_BYTES)
        offset = len(head) - len(head.lstrip(b"\r\n"))
        line = from_line(self._source.read(offset, HEAD_BYTES) if offset else head)
        return (offset, line) if line else None

    def spans(self, begin: int, end: int, longest: int) -> Iterator[Span]:
        """Yield the messages whose From line starts in ``begin <= offset < end``.

        One longer than ``longest`` bytes is not followed to its end: its span is longer than that, too.
        """
        size = self._source.size
        end = min(end, size)
        found = self._next(begin, end)
        while found is not None:
            start, line = found
            message = start + line.length
            horizon = min(size, message + longest + _WINDOW_BYTES)
            following = self._next(message, horizon)
            stop = following[0] if following else horizon
            yield Span(start, message, stop, line.at)
            if following is None and stop < end:
                following = self._next(stop, end)
            found = following if following and following[0] < end else None

    def message(self, span: Span) -> bytes:
        """Read one: without the empty line that ends it, ``>From`` lines of its body unquoted (mboxrd)."""
        raw = _without_final_empty_line(self._source.read(span.begin, span.end - span.begin))
        if b">From " not in raw:
            return raw
        header = _HEADER_END.search(raw)
        return raw[: header.end()] + _QUOTED.sub(rb"\1", raw[header.end() :]) if header else raw

    def _next(self, begin: int, end: int) -> tuple[int, FromLine] | None:
        """The first From line that starts in ``begin <= offset < end``."""
        if self._first and begin <= self._first[0] < end:
            return self._first
        # The needle starts with the line end of the empty line, one byte before the From line.
        position = max(0, begin - 1 - _CONTEXT_BYTES)
        while position < end:
            window = self._source.read(position, min(_WINDOW_BYTES, end - position + len(_NEEDLE)))
            for offset in _after_empty_lines(window, position):
                if begin <= offset < end and (line := from_line(self._source.read(offset, HEAD_BYTES))):
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


def _without_final_empty_line(raw: bytes) -> bytes:
    if raw in (b"\n", b"\r\n"):
        return b""
    if raw.endswith(b"\n\r\n"):
        return raw[:-2]
    return raw[:-1] if raw.endswith(b"\n\n") else raw
