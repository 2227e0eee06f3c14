"""Names of IMAP folders: modified UTF-7 (RFC 3501, section 5.1.3), and how texts are written into a command."""

from __future__ import annotations

import binascii
import re
from typing import Final

_SHIFTED: Final = re.compile(r"&([^-]*)-")


def shown(name: str) -> str:
    """A folder's name as people read it; as it stands where it is no modified UTF-7."""
    try:
        return _SHIFTED.sub(lambda found: _decoded(found[1]), name)
    except (binascii.Error, ValueError):
        return name


def _decoded(shifted: str) -> str:
    if not shifted:
        return "&"
    padded = shifted.replace(",", "/") + "=" * (-len(shifted) % 4)
    return binascii.a2b_base64(padded, strict_mode=True).decode("utf-16-be")


def quoted(text: str) -> bytes | None:
    """A text between quotation marks; ``None`` where only a literal can carry it."""
    raw = text.encode("utf-8", "surrogateescape")
    if not raw.isascii() or any(byte in raw for byte in b"\r\n\0"):
        return None
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
