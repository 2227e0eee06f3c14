"""Find the parts between the boundary lines of a multipart (RFC 2046, 5.1.1). Linear.

Must not look into the parts (see ``mime``).
"""

from __future__ import annotations

from typing import NamedTuple

Span = tuple[int, int]
"""From where to where in the buffer."""


class Parts(NamedTuple):
    """The parts of a multipart, without the line end that belongs to the boundary after each."""

    buffer: bytes
    parts: list[Span]
    outside: list[Span]
    """Preamble and epilogue, where they are not empty."""
    closed: bool


def split_multipart(buffer: bytes, start: int, end: int, boundary: str) -> Parts | None:
    """Split a body at the lines that are the boundary; ``None`` where there is none."""
    delimiter = b"--" + boundary.encode("utf-8", "replace")
    line = _next_boundary(buffer, delimiter, start, end) if boundary else None
    if line is None:
        return None
    parts: list[Span] = []
    outside = [(start, _before_line_end(buffer, start, line[0]))]
    while line is not None and not line[2]:
        following = _next_boundary(buffer, delimiter, line[1], end)
        stop = end if following is None else _before_line_end(buffer, line[1], following[0])
        parts.append((line[1], stop))
        line = following
    if line is not None:
        outside.append((line[1], end))
    return Parts(buffer, parts, [span for span in outside if span[0] < span[1]], line is not None)


def _next_boundary(buffer: bytes, delimiter: bytes, start: int, end: int) -> tuple[int, int, bool] | None:
    """Find the next boundary line: where it begins, where the next line begins, whether it closes."""
    at = buffer.find(delimiter, start, end)
    while at >= 0:
        after = at + len(delimiter)
        if at == start or buffer[at - 1] in b"\r\n":
            closes = buffer[after : after + 2] == b"--"
            next_line = _end_of_padding(buffer, after + 2 if closes else after, end)
            if next_line >= 0:
                return at, next_line, closes
        at = buffer.find(delimiter, after, end)
    return None


def _end_of_padding(buffer: bytes, at: int, end: int) -> int:
    """Where the line after a boundary begins; -1 where more than blanks follow on its line."""
    while at < end:
        byte = buffer[at]
        if byte == 10:
            return at + 1
        if byte == 13:
            return _end_of_returns(buffer, at, end)
        if byte not in b" \t":
            return -1
        at += 1
    return end


def _end_of_returns(buffer: bytes, at: int, end: int) -> int:
    """Step over a line end that begins with a carriage return: one or several with a line feed, or one alone."""
    after = at
    while after < end and buffer[after] == 13:
        after += 1
    return after + 1 if after < end and buffer[after] == 10 else at + 1


def _before_line_end(buffer: bytes, start: int, at: int) -> int:
    """Step back over the line end before ``at``."""
    if at > start and buffer[at - 1] == 10:
        at -= 1
    if at > start and buffer[at - 1] == 13:
        at -= 1
    return at
