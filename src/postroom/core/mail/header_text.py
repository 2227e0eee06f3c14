"""Turn the raw value of a header into text: unfolded, its bytes decoded.

Encoded words stay, because where they may stand depends on the header (see ``encoded_words``).
"""

from __future__ import annotations

import re

from postroom.core.mail.charsets import decode

_FOLD = re.compile(rb"\n[ \t]*+")


def header_text(value: bytes) -> str:
    """Unfold a raw header value and decode it: ASCII, UTF-8 or Windows-1252, without NULs."""
    if b"\n" in value:
        value = _FOLD.sub(b" ", value)
    value = value.strip()
    if value.isascii() and b"\0" not in value:
        return value.decode("ascii")
    return decode(value)
