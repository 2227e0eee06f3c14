"""Where in a text the words stand that were looked for: a short passage around the first, all of them marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from unicodedata import combining, normalize

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

BEFORE_CHARS: Final = 40
PASSAGE_CHARS: Final = 180
_LOOKED_THROUGH: Final = 65_536
_WORD: Final = re.compile(r"[^\W_]+")


def passage(text: str, words: Sequence[str]) -> SafeString | None:
    """A passage of ``text`` around the first word that is one of ``words``, marked; ``None``: none is.

    Words are compared as the index does, without case and accents; the last of them by its beginning.
    """
    text = " ".join(text[:_LOOKED_THROUGH].split())
    wanted = [_plain(word) for word in words]
    hits = [match.span() for match in _WORD.finditer(text) if _is_wanted(_plain(match[0]), wanted)]
    if not hits:
        return None
    start = _beginning(text, hits[0][0])
    end = start + PASSAGE_CHARS
    marked = _marked(text, hits, start, end)
    return format_html("{}{}{}", "… " if start else "", marked, " …" if end < len(text) else "")


def _beginning(text: str, first: int) -> int:
    """Where the passage begins: shortly before the first hit, and with a whole word."""
    start = first - BEFORE_CHARS
    if start <= 0:
        return 0
    space = text.find(" ", start, first)
    return first if space < 0 else space + 1


def _marked(text: str, hits: Sequence[tuple[int, int]], start: int, end: int) -> SafeString:
    parts: list[tuple[str, str]] = []
    done = start
    for first, last in hits:
        if first >= end:
            break
        parts.append((text[done:first], text[first : min(last, end)]))
        done = min(last, end)
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[done:end])


def _is_wanted(word: str, wanted: Sequence[str]) -> bool:
    return word in wanted or (bool(wanted) and word.startswith(wanted[-1]))


def _plain(word: str) -> str:
    return "".join(c for c in normalize("NFKD", word.casefold()) if not combining(c))
