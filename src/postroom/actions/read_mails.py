"""Have mails that are in memory read by the reading processes: envelopes alone, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from postroom.reader import MetMail, ReadContent, ReaderPool, ReadMail, Unread
from postroom.reader.one_mail import Keep, Mails, OneMail

_PART_BYTES: Final = 8 * 1024 * 1024
_PART_MAILS: Final = 50
"""So much goes to one reading process at a time."""


def read_envelopes(pool: ReaderPool, mails: Sequence[tuple[str, bytes]]) -> dict[str, ReadMail | Unread]:
    """Read the envelopes of mails or of their header blocks, each given with its ref; by ref."""
    keep = Keep()
    pool.run([Mails(tuple(OneMail(raw, "mailbox") for _, raw in mails))], lambda _: keep)
    return {mails[outcome.index][0]: outcome for outcome in keep.outcomes}


def read_wholes(pool: ReaderPool, mails: Iterable[tuple[str, bytes]]) -> list[ReadAll]:
    """Read envelopes and contents of mails as they come, each given with its ref; in parts."""
    judges: list[ReadAll] = []

    def judge_for(_: Mails) -> ReadAll:
        judges.append(ReadAll())
        return judges[-1]

    pool.run(_parts(mails), judge_for)
    return judges


class ReadAll:
    """The reading pool's judge: read everything of these mails, whose refs are their locators."""

    def __init__(self) -> None:
        self._refs: dict[int, str] = {}
        self.mails: dict[str, ReadMail] = {}
        self.contents: dict[str, ReadContent] = {}
        self.unread: dict[str, Unread] = {}

    def new(self, mails: Sequence[MetMail]) -> list[int]:
        self._refs = {mail.index: mail.locator for mail in mails}
        return list(self._refs)

    def importable(self, mails: Sequence[ReadMail], unread: Sequence[Unread]) -> list[int]:
        self.mails = {self._refs[mail.index]: mail for mail in mails}
        return [mail.index for mail in mails]

    def file(self, contents: Sequence[ReadContent], unread: Sequence[Unread]) -> None:
        self.contents = {self._refs[content.index]: content for content in contents}
        self.unread = {self._refs[mail.index]: mail for mail in unread}


def _parts(mails: Iterable[tuple[str, bytes]]) -> Iterator[Mails]:
    """The mails in portions for the reading processes, as they come."""
    held: list[OneMail] = []
    size = 0
    for ref, raw in mails:
        held.append(OneMail(raw, ref))
        size += len(raw)
        if size >= _PART_BYTES or len(held) >= _PART_MAILS:
            yield Mails(tuple(held))
            held, size = [], 0
    if held:
        yield Mails(tuple(held))
