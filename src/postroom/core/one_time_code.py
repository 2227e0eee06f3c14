"""Codes that an authenticator app shows: six digits that change every thirty seconds (TOTP, RFC 6238).

Must not know where secrets are kept, nor what time it is.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from typing import Final
from urllib.parse import quote

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""As long as the hash that the apps agree on, SHA-1; its weaknesses do not matter in an HMAC."""


def code_at(secret: bytes, step: int) -> str:
    """The code of a step: of the thirty seconds with this number since 1970."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, code: str, now: int) -> int | None:
    """The step whose code this is, of the present one and its neighbours, as clocks differ; ``now``: Unix seconds."""
    present = now // STEP_SECONDS
    steps = (present, present - 1, present + 1)
    given = code.encode("utf-8", "surrogatepass")
    return next((step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given)), None)


def typed_key(secret: bytes) -> str:
    """The secret as a person types it into an app."""
    return b32encode(secret).decode().rstrip("=")


def app_address(secret: bytes, owner: str, issuer: str) -> str:
    """The address that an app reads from a QR code: ``otpauth://…``."""
    label = f"{quote(issuer, safe='')}:{quote(owner, safe='@')}"
    return f"otpauth://totp/{label}?secret={typed_key(secret)}&issuer={quote(issuer, safe='')}"
