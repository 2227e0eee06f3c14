"""What the parent asks of a reading process, and what may come back. Plain values; must not do anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from postroom.reader.limits import Limits
from postroom.reader.outcome import Chunk, MetMail, ReadContent, ReadMail, Unread


class Begin(NamedTuple):
    """The first thing a process is told; not answered."""

    key: bytes
    """Of the workspace's tokens."""
    limits: Limits
    import_path: Sequence[str]
    """Where the classes of chunks are found."""


class Meet(NamedTuple):
    """Take this chunk and say what is in it. Answered by ``Met`` or ``Stuck``."""

    chunk: Chunk
    without: Mapping[int, str]
    """Mails not to be touched, by index, and why."""
    until: int | None
    """Stop before this mail: the chunk cannot even pass it."""


class Read(NamedTuple):
    """Read the envelopes of these mails of the chunk. Answered by ``Envelopes``."""

    indices: Sequence[int]
    spoilt: Mapping[int, str]
    """Mails to be handed back as they are, by index, and why."""


class Fetch(NamedTuple):
    """Read the contents of these mails of the chunk. Answered by ``Contents``."""

    indices: Sequence[int]
    spoilt: Mapping[int, str]


class Met(NamedTuple):
    mails: Sequence[MetMail]


class Envelopes(NamedTuple):
    mails: Sequence[ReadMail]
    unread: Sequence[Unread]


class Contents(NamedTuple):
    contents: Sequence[ReadContent]
    unread: Sequence[Unread]


class Stuck(NamedTuple):
    """Taking the chunk ended at this mail, whose exception the process survived."""

    index: int  # type: ignore[assignment]
    why: str


class Refused(NamedTuple):
    """The request itself could not be done: a mistake of ours, for the parent to raise."""

    error: str


class Died(NamedTuple):
    """The process is gone; this is where it was."""

    stage: int
    index: int  # type: ignore[assignment]
    why: str


Request = Meet | Read | Fetch
Reply = Met | Envelopes | Contents | Stuck | Refused | Died
