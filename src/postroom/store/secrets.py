"""Encryption of what must not be read in the database: the workspaces' keys, mails set aside.

The keys lie outside the database (S1): in ``POSTROOM_ENCRYPTION_KEYS`` or in ``encryption.keys`` in the data
folder, newest first; the newest encrypts, all decrypt.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from postroom.config import config
from postroom.core.seal import Seal
from postroom.store.models import Workspace


class KeyMissing(Exception):
    """The key that encrypted this is not among the keys given: the database was moved without its keys."""


@lru_cache(maxsize=1)
def _ring() -> MultiFernet:
    text = config().encryption_keys or config().key_file("encryption.keys", Fernet.generate_key().decode())
    try:
        return MultiFernet([Fernet(key.strip()) for key in text.replace("\n", ",").split(",") if key.strip()])
    except ValueError:
        raise KeyMissing(
            "POSTROOM_ENCRYPTION_KEYS, or the file encryption.keys, holds something that is no key. "
            "Put back the keys this database was made with."
        ) from None


def encrypt(plain: bytes) -> bytes:
    """Encrypt with the newest key."""
    return _ring().encrypt(plain)


def decrypt(sealed: bytes | memoryview) -> bytes:
    """Decrypt with whichever key fits; raises ``KeyMissing`` where none does."""
    try:
        return _ring().decrypt(bytes(sealed))
    except InvalidToken:
        raise KeyMissing(
            "The encryption keys do not fit this database. Put back the file encryption.keys that lay beside it, "
            "or set POSTROOM_ENCRYPTION_KEYS."
        ) from None


def seal_of(workspace: Workspace) -> Seal:
    """The maker of the workspace's tokens."""
    return Seal(hash_key_of(workspace))


def hash_key_of(workspace: Workspace) -> bytes:
    """The 32-byte key of the workspace's tokens. Whoever has it can test addresses against the ledger."""
    return decrypt(workspace.sealed_hash_key)
