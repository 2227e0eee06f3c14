"""Makes a mail's plain text readable: quoted passages are folded away. Must not change a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_CHARS: Final = 60_000
"""So much of a text is shown at first; a page stays a page."""
FOLD_FROM_LINES: Final = 3
"""Shorter quotations are read as part of the answer."""


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


def unquoted(text: str) -> str:
    """What a text says itself: without the lines that it quotes."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(">"))


def _joined(parts: list[TextPart]) -> list[TextPart]:
    """Join short quotations with what stands around them."""
    joined: list[TextPart] = []
    for part in parts:
        folded = part.is_quoted and part.lines >= FOLD_FROM_LINES
        if joined and not folded and not joined[-1].is_quoted:
            before = joined.pop()
            joined.append(TextPart(f"{before.text}\n{part.text}", False, before.lines + part.lines))
        else:
            joined.append(TextPart(part.text, folded, part.lines))
    return joined
