"""Encryption of what uploaded items say, between the answer and its judgement: fast, each bound to its item.

AES-256-GCM under keys made of those of ``secrets``: the newest encrypts, all decrypt. What is encrypted for one item
opens for no other, so that nobody who can only write to the database swaps two.

A sealed item is a byte for this form, four that name the key, a nonce of twelve, then the ciphertext with its tag.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from postroom.core.seal import Token
from postroom.store.secrets import KeyMissing, ring_keys

_FORM: Final = b"\1"
_HEAD_BYTES: Final = 5
_NONCE_BYTES: Final = 12
_CONTEXT: Final = b"postroom uploaded items 1"


class ItemDamaged(Exception):
    """What is kept of an item was changed, or is another item's."""


class ItemCipher:
    """Encrypts items with the first of ``keys``, Fernet keys as text, and decrypts with all."""

    def __init__(self, keys: Sequence[str]) -> None:
        named = [_named(key) for key in keys]
        self._newest = named[0]
        self._by_head = dict(reversed(named))

    def encrypt(self, key: Token, plain: bytes) -> bytes:
        """Encrypt what the item that is known by ``key`` says."""
        head, cipher = self._newest
        nonce = os.urandom(_NONCE_BYTES)
        return head + nonce + cipher.encrypt(nonce, plain, head + key)

    def decrypt(self, key: Token, sealed: bytes | memoryview) -> bytes:
        """What the item says; raises ``KeyMissing`` where no key fits, ``ItemDamaged`` where it is not the item's."""
        sealed = bytes(sealed)
        head, nonce = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
        cipher = self._by_head.get(head)
        if cipher is None:
            raise KeyMissing
        try:
            return cipher.decrypt(nonce, sealed[_HEAD_BYTES + _NONCE_BYTES :], head + key)
        except (InvalidTag, ValueError):
            raise ItemDamaged from None


@lru_cache(maxsize=1)
def item_cipher() -> ItemCipher:
    """The cipher with the keys of this installation."""
    return ItemCipher(ring_keys())


def _named(key: str) -> tuple[bytes, AESGCM]:
    """How items of this key begin, and what encrypts them."""
    made = HKDF(SHA256(), 36, None, _CONTEXT).derive(urlsafe_b64decode(key))
    return _FORM + made[32:], AESGCM(made[:32])
