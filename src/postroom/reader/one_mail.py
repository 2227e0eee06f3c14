"""Chunks of mails that are in memory already, and a judge that wants to see one. Must not read files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from postroom.reader.outcome import MetMail, ReadContent, ReadMail, Unread


@dataclass(frozen=True, slots=True)
class OneMail:
    """Chunk and mail in one."""

    raw: bytes
    locator: str = "mail"
    received_at: int | None = None
    too_large: int = 0
    problem: str = ""

    def mails(self, without: Mapping[int, str] = {}) -> Iterator[OneMail]:
        yield OneMail(b"", problem=without[0]) if 0 in without else self


@dataclass(frozen=True, slots=True)
class Mails:
    """A chunk of mails that are in memory already."""

    each: tuple[OneMail, ...]

    def mails(self, without: Mapping[int, str] = {}) -> Iterator[OneMail]:
        for index, mail in enumerate(self.each):
            yield OneMail(b"", problem=without[index]) if index in without else mail


@dataclass(slots=True)
class Keep:
    """A judge that lets nothing pass beyond the envelope, and keeps what it is shown."""

    outcomes: list[ReadMail | Unread] = field(default_factory=list)

    def new(self, mails: Sequence[MetMail]) -> Sequence[int]:
        return [mail.index for mail in mails]

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> Sequence[int]:
        self.outcomes += mails
        return []

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        self.outcomes += unread
