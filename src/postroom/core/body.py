"""How a mail's text is written for storage, and what of it is searched and previewed.

Standard library only: it runs in the reading processes. Must not decide what is shown (see the pages).
"""

from __future__ import annotations

import html
import json
import re
from hashlib import blake2b
from typing import Final, NamedTuple

from postroom.core.message import Attachment, Content

SEARCH_VERSION: Final = 2
"""Rises when the same mail would be searched differently: the index is then made anew (``store.upgrade``).

Words are taken out of the index by giving it the same text again, so a text made differently would spoil it.
"""
SNIPPET_CHARS: Final = 160
SEARCHABLE_CHARS: Final = 65_536
"""Of each text so much is searched."""
_HTML_CHARS: Final = 1_000_000
"""How far into an HTML text the visible text is looked for."""
_LINES_CHARS: Final = 65_536
"""Of an HTML text so much, without what is never seen, is taken apart into lines."""

_UNSEEN: Final = re.compile(r"<(?:(!--)|(script|style|head|title|template|noscript|svg)\b)", re.IGNORECASE)
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|big|code|em|font|i|ins|kbd|mark|o:p|s|small|span|strike|strong|sub|sup|tt|u|wbr)"
    r"(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
_BLOCK: Final = re.compile(
    r"<(/?)(?:(blockquote)|br|div|dd|dl|dt|h[1-6]|hr|li|ol|p|pre|table|tr|ul)(?:[\s/][^<>]*)?>", re.IGNORECASE
)
_TAG: Final = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_JSON: Final = json.JSONEncoder(separators=(",", ":")).encode


class Body(NamedTuple):
    """What is kept of a mail's text beside its subject."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


class HtmlLine(NamedTuple):
    """What stands in one block of an HTML text, without tags."""

    text: str
    is_quoted: bool
    """It stands in a quotation (``blockquote``)."""


def encode(content: Content) -> bytes:
    """Write text, HTML and attachments for keeping; the subject is kept beside it.

    A line of JSON (the length of the text in bytes, the attachments), then the text and the HTML as they are.
    """
    text = content.text.encode()
    return b"%b\n%b%b" % (_JSON([len(text), content.attachments]).encode(), text, content.html.encode())


def decode(encoded: bytes) -> Body:
    """Read what ``encode`` wrote."""
    head, _, texts = encoded.partition(b"\n")
    length, attachments = json.loads(head)
    return Body(texts[:length].decode(), texts[length:].decode(), tuple(Attachment(*a) for a in attachments))


def digest(content: Content) -> bytes:
    """16 bytes that differ where subject, text or HTML differ."""
    parts = f"{content.subject}\0{content.text}\0{content.html}"
    return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def visible_text(text: str, markup: str) -> str:
    """What a person would read: the text, or the HTML without its tags."""
    return text or without_tags(markup)


def snippet(visible: str) -> str:
    """The beginning of a visible text on one line."""
    return " ".join(visible[: 20 * SNIPPET_CHARS].split())[:SNIPPET_CHARS]


def searchable(visible: str) -> str:
    """The part of a visible text that is searched."""
    return visible[:SEARCHABLE_CHARS]


def html_lines(markup: str) -> list[HtmlLine]:
    """The lines of the beginning of an HTML text, as its blocks divide them; as crude as ``without_tags``."""
    seen = _without_unseen(markup[: 4 * _LINES_CHARS])[:_LINES_CHARS]
    if seen.rfind("<") > seen.rfind(">"):
        seen = seen[: seen.rfind("<")]
    seen = _INLINE.sub("", seen)
    lines: list[HtmlLine] = []
    depth = start = 0
    for block in _BLOCK.finditer(seen):
        lines.append(HtmlLine(_plain(seen[start : block.start()]), depth > 0))
        start = block.end()
        if block[2]:
            depth = max(depth - 1, 0) if block[1] else depth + 1
    lines.append(HtmlLine(_plain(seen[start:]), depth > 0))
    return [line for line in lines if line.text]


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def without_tags(markup: str) -> str:
    """Strip HTML crudely, in linear time: for searching and snippets, never for showing."""
    seen = _INLINE.sub("", _without_unseen(markup[:_HTML_CHARS]))
    return _plain(seen)


def _without_unseen(markup: str) -> str:
    """Cut out comments, scripts and styles; one that is not closed reaches to the end, as in a browser."""
    parts, position = [], 0
    lower = markup.lower() if markup.isascii() else markup.translate(_ASCII_LOWER)
    while found := _UNSEEN.search(lower, position):
        parts.append(markup[position : found.start()])
        closing = "-->" if found[1] else f"</{found[2]}"
        end = lower.find(closing, found.end())
        if end < 0:
            return " ".join(parts)
        position = end + len(closing) if found[1] else lower.find(">", end) + 1 or len(lower)
    parts.append(markup[position:])
    return " ".join(parts)


_ASCII_LOWER: Final = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
"""Lower-casing that never changes the length of a text."""
