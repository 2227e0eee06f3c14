"""Bytes too many for memory that pass through the disk, where nobody can read them.

The file has no name and is gone with the process; it is encrypted (AES-CTR) under a key that stands nowhere but
in memory. Must not outlive one call.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from types import TracebackType
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from postroom.config import config

_BLOCK: Final = 16


class PassingFile:
    """Written once from its beginning to its end, then read at any place."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(dir=config().data_dir, buffering=0)  # noqa: SIM115 # closed below
        self._key = AES(secrets.token_bytes(32))
        self._writing = self._cipher_at(0)
        self.size = 0

    def __enter__(self) -> PassingFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, part: bytes) -> None:
        """Add ``part`` at the end. Raises ``OSError``: there is no room."""
        rest = memoryview(self._writing.update(part))
        while rest:
            rest = rest[self._file.write(rest) :]
        self.size += len(part)

    def read(self, offset: int, length: int) -> bytes:
        """Read ``length`` bytes at ``offset``, less only at the end."""
        before = offset % _BLOCK
        sealed = bytearray()
        wanted = min(length, self.size - offset) + before
        while len(sealed) < wanted:
            sealed += os.pread(self._file.fileno(), wanted - len(sealed), offset - before + len(sealed))
        return (
            self._cipher_at((offset - before) // _BLOCK).update(bytes(sealed))[before:]
            if wanted > before
            else b""
        )

    def _cipher_at(self, block: int):  # type: ignore[no-untyped-def]
        # Counting from zero under a key that is used for this file alone.
        return Cipher(self._key, CTR(block.to_bytes(_BLOCK, "big"))).encryptor()
