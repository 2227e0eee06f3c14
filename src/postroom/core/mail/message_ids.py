"""Message-IDs in Message-ID, References and In-Reply-To, as they can be compared and kept.

Must not decide what answers what (see ``thread``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from postroom.core.mail.charsets import REPLACEMENT

MAX_ID_CHARS: Final = 998
"""The longest line that mail may have (RFC 5322, 2.1.1)."""
NEWEST_REFERENCES: Final = 100
"""So many are kept, and the first."""

_ORDINARY = re.compile(r"<([!-;=?-~]{1,998})>")
_BRACKETED = re.compile(r"<([^<>]*+)>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def read_message_id(text: str) -> tuple[str, tuple[str, ...]]:
    """Read a Message-ID: what stands in the first angle brackets, else the bare word. With its defects."""
    ordinary = _ORDINARY.fullmatch(text)
    if ordinary:
        return ordinary[1], () if "@" in ordinary[1] else ("bad_message_id",)
    bracketed = _BRACKETED.search(text)
    whole = _clean(bracketed[1] if bracketed else text.strip().strip("<>"))
    defects = ["bad_message_id"]
    if len(whole) > MAX_ID_CHARS:
        defects.append("long_message_id")
    return whole[:MAX_ID_CHARS], tuple(defects)


def _clean(text: str) -> str:
    """Take blanks out and make what cannot be shown harmless."""
    return _CONTROL.sub(REPLACEMENT, "".join(text.split()))


def read_references(references: Iterable[str], in_reply_to: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """List the Message-IDs, oldest first, no repeats: the first and the newest. Says if any was left out."""
    ids: dict[str, None] = {}
    for text in (*references, *in_reply_to):
        bracketed = _BRACKETED.findall(text)
        # Without brackets only what looks like an id: In-Reply-To may hold a sentence (RFC 822).
        for word in bracketed or [w for w in text.strip("<> \t").split() if "@" in w]:
            cleaned = _clean(word)[:MAX_ID_CHARS]
            if cleaned:
                ids[cleaned] = None
    kept = tuple(ids)
    if len(kept) > NEWEST_REFERENCES + 1:
        return kept[:1] + kept[-NEWEST_REFERENCES:], True
    return kept, False
