"""What an uploaded item says, between the answer and its judgement: encrypted, then erased (F2, P8)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from postroom.core.seal import Token
from postroom.core.upload import (
    ACTIVITY,
    CHAT,
    REACTION,
    Uploaded,
    UploadedActivity,
    UploadedChat,
    UploadedMail,
    UploadedReaction,
)
from postroom.store.item_cipher import item_cipher

_END: Final = b"\0"
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def plain(uploaded: Uploaded) -> bytes:
    """Write an item as bytes; the same item always as the same ones, so that a digest of them tells two apart."""
    if isinstance(uploaded, UploadedMail):
        return _where(uploaded.label, uploaded.label_role) + uploaded.raw
    return _JSON(list(uploaded)).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1024)
def _where(label: str, role: str) -> bytes:
    """Where a mail lay, which is said before it. Most mails of a batch lie in the same few labels."""
    return _JSON([label, role]).encode() + _END


def seal_item(key: Token, item: bytes) -> bytes:
    """Encrypt what ``plain`` wrote of the item that is known by ``key``."""
    return item_cipher().encrypt(key, item)


def open_item(kind: str, key: Token, sealed: bytes | memoryview) -> Uploaded:
    """Read what ``seal_item`` wrote of an item of this ``kind``. Raises ``KeyMissing``, ``ItemDamaged``."""
    item = item_cipher().decrypt(key, sealed)
    if kind in _READ:
        values = json.loads(item.decode("utf-8", "surrogatepass"))
        return _READ[kind](*(tuple(v) if isinstance(v, list) else v for v in values))
    head, _, raw = item.partition(_END)
    return UploadedMail(raw, *json.loads(head))


_READ: Final[dict[str, Callable[..., Uploaded]]] = {
    CHAT: UploadedChat,
    REACTION: UploadedReaction,
    ACTIVITY: UploadedActivity,
}
