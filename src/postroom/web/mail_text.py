"""Makes a mail's text readable: quotations are told from what it says itself. Must not change a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Final

from postroom.core.body import html_lines

MAX_BYTES: Final = 50_000
"""So much of a page a text takes at first, as it is written there; a page stays a page."""
_WRITTEN: Final = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&#x27;"}
FOLD_FROM_LINES: Final = 3
"""Shorter quotations are read as part of the answer."""
MOST_FOLDED: Final = 50
"""Quotations after so many stand unfolded: each that is folded takes its part of the page."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """Some lines of a text, quoted or not."""

    text: str
    is_quoted: bool
    lines: int


def quoted_parts(text: str) -> list[TextPart]:
    """Split a text where quoting (``>``) begins and ends."""
    lines = text.splitlines()
    parts: list[TextPart] = []
    start = 0
    while start < len(lines):
        is_quoted = lines[start].startswith(">")
        end = start + 1
        while end < len(lines) and lines[end].startswith(">") == is_quoted:
            end += 1
        parts.append(TextPart("\n".join(lines[start:end]), is_quoted, end - start))
        start = end
    return _joined(parts)


def beginning(text: str) -> str:
    """So much of a text as is shown at first."""
    sizes = accumulate(len(_WRITTEN.get(char, char).encode("utf-8", "replace")) for char in text)
    return text[: sum(1 for _ in takewhile(lambda size: size <= MAX_BYTES, sizes))]


def own_words(text: str, markup: str) -> tuple[str, str]:
    """What a mail says itself, without what it quotes, and all that it says.

    Of HTML without a text it is the beginning: see ``core.body.html_lines``.
    """
    if text:
        return _unquoted(text.splitlines()), text
    lines = html_lines(markup)
    own = _unquoted(line.text for line in lines if not line.is_quoted)
    return own, "\n".join(line.text for line in lines)


def _unquoted(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if not line.startswith(">"))


def _joined(parts: list[TextPart]) -> list[TextPart]:
    """Join quotations that are not folded with what stands around them."""
    joined: list[TextPart] = []
    count = 0
    for part in parts:
        folded = part.is_quoted and part.lines >= FOLD_FROM_LINES and count < MOST_FOLDED
        count += folded
        if joined and not folded and not joined[-1].is_quoted:
            before = joined.pop()
            joined.append(TextPart(f"{before.text}\n{part.text}", False, before.lines + part.lines))
        else:
            joined.append(TextPart(part.text, folded, part.lines))
    return joined
