"""The secrets of API tokens and access tokens: made at random, shown once, kept as a SHA-256 (K2).

A secret is a prefix that tells its kind, 43 characters that carry 256 bits, and 6 of a checksum by which a
scanner knows a leaked one from chance. Must not know whose a secret is.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import zlib
from datetime import datetime, timedelta
from typing import Final

LAST_USE_IS_KEPT_EVERY: Final = timedelta(minutes=1)


def new_secret(prefix: str) -> str:
    """Make a secret."""
    body = secrets.token_urlsafe(32)
    return f"{prefix}{body}{_checksum(body)}"


def digest_of(secret: str) -> bytes:
    """What is kept of a secret, and what it is looked up by, be it right or wrong: 32 bytes.

    The checksum is not asked first: all wrong secrets take the same time.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def is_use_due(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether the last use is so long ago that this one is noted."""
    return last_used_at is None or now - last_used_at >= LAST_USE_IS_KEPT_EVERY


def _checksum(body: str) -> str:
    return base64.urlsafe_b64encode(zlib.crc32(body.encode()).to_bytes(4, "big")).rstrip(b"=").decode()
