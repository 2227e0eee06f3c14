"""Encryption of what must not be read in the database: the workspaces' keys, mails set aside.

The keys lie outside the database (S1): in ``POSTROOM_ENCRYPTION_KEYS`` or in ``encryption.keys`` in the data
folder, newest first; the newest encrypts, all decrypt. Uploaded items have a cipher of their own (``item_cipher``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from postroom.config import config
from postroom.core.seal import Seal
from postroom.store.models import Workspace

_FILE: Final = "encryption.keys"
_DO_NOT_FIT: Final = (
    "The encryption keys do not fit this database. Put back the file encryption.keys that lay beside it, "
    "or set POSTROOM_ENCRYPTION_KEYS."
)


class KeyMissing(Exception):
    """The key that encrypted this is not among the keys given: the database was moved without its keys."""

    def __init__(self, message: str = _DO_NOT_FIT) -> None:
        super().__init__(message)


@lru_cache(maxsize=1)
def _ring() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in ring_keys()])
    except ValueError:
        raise KeyMissing(
            "POSTROOM_ENCRYPTION_KEYS, or the file encryption.keys, holds something that is no key. "
            "Put back the keys this database was made with."
        ) from None


def ring_keys() -> list[str]:
    """The keys, newest first, as Fernet writes them."""
    return [key.strip() for key in _keys().replace("\n", ",").split(",") if key.strip()]


def _keys() -> str:
    """The keys given, newest first; one is made only where there is nothing yet that needs another."""
    given = config().encryption_keys
    if not given and not (config().data_dir / _FILE).exists() and Workspace.objects.exists():
        raise KeyMissing
    return given or config().key_file(_FILE, Fernet.generate_key().decode())


def check_keys() -> None:
    """Raise ``KeyMissing`` where the keys do not fit the database, before anything is written with others."""
    for workspace in Workspace.objects.order_by("-pk")[:1]:
        hash_key_of(workspace)


def encrypt(plain: bytes) -> bytes:
    """Encrypt with the newest key."""
    return _ring().encrypt(plain)


def decrypt(sealed: bytes | memoryview) -> bytes:
    """Decrypt with whichever key fits; raises ``KeyMissing`` where none does."""
    try:
        return _ring().decrypt(bytes(sealed))
    except InvalidToken:
        raise KeyMissing from None


def seal_of(workspace: Workspace) -> Seal:
    """The maker of the workspace's tokens."""
    return Seal(hash_key_of(workspace))


def hash_key_of(workspace: Workspace) -> bytes:
    """The 32-byte key of the workspace's tokens. Whoever has it can test addresses against the ledger."""
    return decrypt(workspace.sealed_hash_key)
