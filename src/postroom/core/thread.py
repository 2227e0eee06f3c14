"""Which messages answer one another: by References and In-Reply-To, never by subject alone (C21)."""

from __future__ import annotations

from postroom.core.seal import Token


def thread_of(references: bytes, message_id: Token | None, identity: Token) -> Token:
    """The token of the thread: the oldest message referred to, else the message itself.

    ``references`` are 16-byte tokens of References and In-Reply-To, oldest first, joined.
    """
    return references[:16] or message_id or identity
