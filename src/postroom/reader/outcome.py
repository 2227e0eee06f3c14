"""What reading gives, stage by stage, and who is asked between the stages.

Plain values that travel between processes. Must not import more than the core.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from postroom.core.message import Envelope
from postroom.core.seal import SealedAddress, Token

TOOK_TOO_LONG: Final = "took_too_long"
TOO_MUCH_MEMORY: Final = "too_much_memory"
CRASHED: Final = "crashed"
CHANGED: Final = "changed"
"""Why a mail is set aside here; beside what ``UnreadableMail`` and the chunk's mails say."""

Sealed = tuple[tuple[str, SealedAddress], ...]
"""Participants as role and tokens."""


class MetMail(NamedTuple):
    """First stage: the bytes are there, or it is known why not."""

    index: int  # type: ignore[assignment]
    """Of the mail in its chunk."""
    locator: str
    raw_token: Token
    """Of the bytes; where there are none, of the locator and the problem."""
    size: int
    """In bytes."""
    received_at: int | None
    problem: str
    """Empty where the bytes could be read."""


class ReadMail(NamedTuple):
    """Second stage: the envelope, and its tokens under the workspace's key."""

    index: int  # type: ignore[assignment]
    envelope: Envelope
    identity: Token
    message_id: Token | None
    references: bytes
    """Tokens, one after the other."""
    sealed: Sealed
    """The envelope's participants, in their order."""
    alternative: Sealed | None


class Unread(NamedTuple):
    """A mail to set aside whole."""

    index: int  # type: ignore[assignment]
    why: str
    """A stable name (``UnreadableMail.why``, the mail's ``problem``, or one of the above)."""
    raw: bytes
    """Empty where the bytes could not be read or are too many."""


class ReadContent(NamedTuple):
    """Third stage, of imported mail only: the content and what is kept of it."""

    index: int  # type: ignore[assignment]
    subject: str
    digest: bytes
    """Of subject, text and HTML: tells variants of one message apart (F3)."""
    snippet: str
    body: bytes
    """Text, HTML and attachments, packed (``core.body.pack``)."""
    searchable: str
    """The visible text, as far as it is searched."""
    defects: tuple[str, ...]
    """What was wrong with the body."""


class Mail(Protocol):
    """A mail as a chunk yields it (``providers.files.FileMail`` is one)."""

    @property
    def locator(self) -> str: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def received_at(self) -> int | None: ...
    @property
    def too_large(self) -> int: ...
    @property
    def problem(self) -> str: ...


class Chunk(Protocol):
    """A picklable portion of mails, whose classes import the standard library only."""

    def mails(self, without: Mapping[int, str] = ...) -> Iterator[Mail]:
        """Yield the mails in a fixed order. Those ``without`` names, by index, are not touched again: each is
        yielded without bytes and with the problem given."""
        ...


class Judge(Protocol):
    """Whoever decides about one chunk. Asked in the parent, one chunk's stages in order.

    The stages of several chunks interleave: ``new`` and ``importable`` of later chunks are asked before
    ``file`` of earlier ones. An exception stops the pool and propagates.
    """

    def new(self, mails: Sequence[MetMail]) -> Sequence[int]:
        """Say which to read, by index; where it is none, ``file`` comes next. Should be cheap."""
        ...

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> Sequence[int]:
        """Say of which to read the content, by index. Should be cheap."""
        ...

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        """Write the outcomes; asked once, last. ``unread``: without envelope or without content."""
        ...
