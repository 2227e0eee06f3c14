"""Content transfer encodings, read tolerantly: base64 and quoted-printable of mail as it is (RFC 2045, 6).

What cannot be decoded is kept as it stands: no text is lost. Must not decode characters (see ``charsets``).
"""

from __future__ import annotations

import binascii
import re
from typing import Final

_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_OR_SPACE: Final = _BASE64 + b" \t\r\n"
_BASE64_LINE: Final = re.compile(rb"[A-Za-z0-9+/]+={0,3}")


def from_base64(raw: bytes) -> tuple[bytes, bool]:
    """Decode base64 and say whether it was sound; clear text that follows it is appended as it is."""
    odd = raw.translate(None, _BASE64_OR_SPACE)
    if len(odd) <= 2 and not odd.strip(b"=") and raw.rstrip().endswith(odd):
        decoded, sound = _decode(raw)
    else:
        decoded, sound = _decode_lines(raw), False
    return (decoded, sound) if decoded or not raw.strip() else (raw, False)


def _decode(raw: bytes) -> tuple[bytes, bool]:
    """Decode what consists of base64 only; padding may be missing or too short."""
    try:
        return binascii.a2b_base64(raw), True
    except binascii.Error:
        digits = raw.translate(None, b" \t\r\n=")
    whole = len(digits) - 1 if len(digits) % 4 == 1 else len(digits)
    return binascii.a2b_base64(digits[:whole] + b"=" * (-whole % 4)), False


def _decode_lines(raw: bytes) -> bytes:
    """Decode the base64 lines at the beginning, a padded line ending a run, and keep the rest as it is."""
    lines = raw.splitlines(keepends=True)
    decoded: list[bytes] = []
    run: list[bytes] = []
    taken = 0
    for line in lines:
        stripped = line.strip()
        if stripped and not _BASE64_LINE.fullmatch(stripped):
            break
        taken += 1
        run.append(stripped)
        if stripped.endswith(b"="):
            decoded.append(_decode(b"".join(run))[0])
            run = []
    if run:
        decoded.append(_decode(b"".join(run))[0])
    clear = b"".join(lines[taken:])
    whole = b"".join(decoded)
    return whole + b"\n" + clear if whole and clear else whole + clear


def from_quoted_printable(raw: bytes) -> bytes:
    """Decode quoted-printable; what is no ``=XX`` stays."""
    return binascii.a2b_qp(raw)
