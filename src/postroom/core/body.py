"""How a mail's text is packed for storage, and what of it is searched and previewed.

Standard library only, so that it runs in the reading processes. Must not decide what is shown (see the pages).
"""

from __future__ import annotations

import json
import re
import zlib
from html import unescape
from typing import Final, NamedTuple

from postroom.core.message import Attachment, Content

SEARCHED_CHARS: Final = 65_536
"""Of each text so much is searched."""
SNIPPET_CHARS: Final = 160

_HIDDEN = re.compile(r"<(script|style|head|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]*>", re.I)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_SPACE = re.compile(r"\s+")


class Body(NamedTuple):
    """What is kept of a mail's text beside its subject."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


def pack(content: Content) -> bytes:
    """Pack text, HTML and the attachments' descriptions."""
    plain = json.dumps(
        {"text": content.text, "html": content.html, "attachments": content.attachments},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return zlib.compress(plain.encode(), 3)


def unpack(packed: bytes) -> Body:
    """Read what ``pack`` wrote."""
    plain = json.loads(zlib.decompress(bytes(packed)))
    return Body(plain["text"], plain["html"], tuple(Attachment(*a) for a in plain["attachments"]))


def visible_text(text: str, html: str) -> str:
    """The text as a person reads it: the plain text, else what the HTML shows without its tags."""
    if text.strip() or not html:
        return text
    shown = _TAG.sub(" ", _BREAK.sub("\n", _HIDDEN.sub(" ", html[: 8 * SEARCHED_CHARS])))
    return unescape(shown)


def searched(text: str, html: str) -> str:
    """What of a mail's text is found by search."""
    return visible_text(text, html)[:SEARCHED_CHARS]


def snippet(visible: str) -> str:
    """The first words of a text, in one line."""
    short = _SPACE.sub(" ", visible[: 4 * SNIPPET_CHARS]).strip()
    return short if len(short) <= SNIPPET_CHARS else short[: SNIPPET_CHARS - 1].rstrip() + "…"
