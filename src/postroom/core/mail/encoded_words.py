"""Encoded words in headers (RFC 2047), read as other mail programs read them.

Words of the same charset that follow one another are joined before their characters are decoded, because
senders split characters between them. Must not decide where a word may stand: callers pass what is text.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from postroom.core.mail.charsets import decode
from postroom.core.mail.transfer import from_base64

# The text of a word ends at "?=", and no word begins within it: so every search is linear. The repeated group is
# not possessive: Python before 3.11.5 forgets to step back where such a group fails half-way (gh-106052).
ENCODED_WORD: Final = (
    r"=\?([A-Za-z0-9_.:*'$+()-]{1,80})\?([bBqQ])\?"
    r"([^?=]*+(?:(?:=(?!\?(?!=))|\?(?!=))[^?=]*+)*)\?="
)
"""Groups: charset (and language), encoding, text."""
_WORD = re.compile(ENCODED_WORD)


def decode_words(text: str) -> str:
    """Decode the encoded words in ``text``; everything else stays."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[bytes] = []
    pending_charset, at = "", 0
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        charset, raw = word[1].partition("*")[0].lower(), _bytes_of(word[2], word[3])
        # Blanks between two encoded words are not shown (RFC 2047, 6.2).
        follows = bool(pending) and not between.strip()
        if not (follows and charset == pending_charset):
            out.append(decode(b"".join(pending), pending_charset))
            pending = []
        if not follows:
            out.append(between)
        pending.append(raw)
        pending_charset, at = charset, word.end()
    if not at:
        return text
    return "".join((*out, decode(b"".join(pending), pending_charset), text[at:]))


def _bytes_of(encoding: str, text: str) -> bytes:
    """Undo B or Q encoding."""
    raw = text.encode("utf-8", "replace")
    return from_base64(raw)[0] if encoding in "bB" else binascii.a2b_qp(raw, header=True)
