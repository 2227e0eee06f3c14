"""Secrets of mailboxes and their sources: JSON objects of texts, encrypted before they are kept (S1)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from postroom.store.secrets import decrypt, encrypt


def sealed(secret: Mapping[str, str]) -> bytes | None:
    """The secret as it is kept; ``None`` where there is nothing in it."""
    given = {name: text for name, text in sorted(secret.items()) if text}
    return encrypt(json.dumps(given).encode()) if given else None


def opened(kept: bytes | memoryview | None) -> dict[str, str]:
    """The secret that is kept so. Raises ``KeyMissing``."""
    if kept is None:
        return {}
    secret: dict[str, str] = json.loads(decrypt(kept))
    return secret
