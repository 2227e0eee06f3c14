"""Several requests in one (multipart/mixed, RFC 2046): how Google wants them written, and how it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import httpx2

from postroom.core.trouble import CannotEver

MOST: Final = 50
"""Parts of one batch: of more, Google advises against."""
BOUNDARY: Final = "postroom_part"
CONTENT_TYPE: Final = f"multipart/mixed; boundary={BOUNDARY}"

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_CONTENT_ID = re.compile(
    rb"^content-id:[ \t]*<?(?:response-)?<?(\d+)>?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_STATUS = re.compile(rb"HTTP/[\d.]+ (\d{3})\b[^\n]*\n")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


def written(paths: Sequence[str]) -> bytes:
    """Write a batch that gets each of these paths."""
    parts = (
        f"--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\nGET {path}\r\n\r\n"
        for number, path in enumerate(paths)
    )
    return f"{''.join(parts)}--{BOUNDARY}--\r\n".encode()


def read(response: httpx2.Response) -> dict[int, httpx2.Response]:
    """The answers, by the number of the part they answer; what is not answered is left out.

    Raises ``CannotEver`` (``protocol``) where it is no answer to a batch.
    """
    boundary = _BOUNDARY.search(response.headers.get("Content-Type", ""))
    if boundary is None:
        raise CannotEver("protocol")
    answers = {}
    for part in re.split(rb"(?:^|\r?\n)--" + re.escape(boundary[1].strip().encode()), response.content):
        about, found = _CONTENT_ID.search(part.partition(b"HTTP/")[0]), _STATUS.search(part)
        if about and found:
            answers[int(about[1])] = _answer(int(found[1]), part[found.end() :])
    return answers


def _answer(status: int, rest: bytes) -> httpx2.Response:
    head, *body = _BLANK_LINE.split(rest, 1)
    lines = (line.partition(b":") for line in head.splitlines())
    headers = [
        (name.strip(), value.strip()) for name, _, value in lines if name.strip().lower() == b"retry-after"
    ]
    return httpx2.Response(status, headers=headers, content=body[0] if body else b"")
