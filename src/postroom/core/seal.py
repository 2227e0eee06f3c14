"""Keyed hashes, called tokens: the only form in which an outside address is kept of mail not imported (L1).

The directory is looked up by tokens too, so a sealed envelope is judged just like a readable one.
A token is 16 bytes of BLAKE2b under the workspace's key; kinds are told apart by a prefix.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, NamedTuple

from postroom.core.address import domain_of, parent_domains
from postroom.core.message import Envelope

Token = bytes
TOKEN_BYTES: Final = 16

_REMEMBERED: Final = 4_096
"""Addresses, and domains, kept in memory before starting afresh."""


class SealedAddress(NamedTuple):
    """An address as tokens: itself, its domain, and the domains above, nearest first."""

    address: Token
    domain: Token
    parents: tuple[Token, ...]


class Seal:
    """Makes tokens under one workspace's key, remembering those it made last."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._addresses: dict[str, SealedAddress] = {}
        self._domains: dict[str, tuple[Token, tuple[Token, ...]]] = {}

    def _token(self, kind: bytes, text: str) -> Token:
        return blake2b(
            kind + text.encode("utf-8", "surrogatepass"), digest_size=TOKEN_BYTES, key=self._key
        ).digest()

    def address(self, address: str) -> Token:
        """The token of a normalised address."""
        return self._token(b"a:", address)

    def domain(self, domain: str) -> Token:
        """The token of a normalised domain."""
        return self._domain(domain)[0]

    def message_id(self, message_id: str) -> Token:
        """The token of a Message-ID without its angle brackets."""
        return self._token(b"m:", message_id)

    def raw(self, message: bytes) -> Token:
        """The token of a whole mail, byte for byte: says whether this copy was met before."""
        return blake2b(message, digest_size=TOKEN_BYTES, key=self._key).digest()

    def item(self, source: int, kind: str, user: int | None, id_: str) -> Token:
        """What an uploaded item is known by (K7): its source, kind, for mail also the user, and its id there."""
        return self._token(b"u:", f"{source}\0{kind}\0{user or ''}\0{id_}")

    def chat(self, source: int, chat: str) -> Token:
        """The token of a chat, by its id in its source."""
        return self._token(b"c:", f"{source}\0{chat}")

    def chat_day(self, chat: Token, at: int) -> Token:
        """The token of a chat's day (UTC) around ``at``, Unix seconds: one engagement (C20)."""
        return self._token(b"y:", f"{chat.hex()}\0{at // 86_400}")

    def sealed(self, address: str) -> SealedAddress:
        """All tokens of a normalised address."""
        known = self._addresses.get(address)
        if known is None:
            if len(self._addresses) >= _REMEMBERED:
                self._addresses.clear()
            known = SealedAddress(self.address(address), *self._domain(domain_of(address)))
            self._addresses[address] = known
        return known

    def _domain(self, domain: str) -> tuple[Token, tuple[Token, ...]]:
        known = self._domains.get(domain)
        if known is None:
            if len(self._domains) >= _REMEMBERED:
                self._domains.clear()
            known = (
                self._token(b"d:", domain),
                tuple(self._token(b"d:", parent) for parent in parent_domains(domain)),
            )
            self._domains[domain] = known
        return known

    def identity(self, envelope: Envelope) -> Token:
        """What makes two copies one message (F3): Message-ID + From + Date, else the header block."""
        if not envelope.message_id:
            return self._token(b"h:", envelope.header_block.hex())
        senders = ",".join(p.address for p in envelope.participants if p.role == "from")
        return self._token(b"i:", f"{envelope.message_id}\0{senders}\0{envelope.date}")
