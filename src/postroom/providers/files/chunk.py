"""Portions of files that one reading process takes at a time: small values that say where the bytes stand.

A chunk is pickled to the reading process and opened there. What cannot be read becomes a mail with a
``problem``, so that the rest goes on. Must import the standard library only.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from postroom.providers.files.mbox import BytesSource, FileSource, Mbox, Source

MAX_MAIL_BYTES: Final = 64 << 20
"""A longer mail is not read into memory."""

_OPEN_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""Not following a link put there meanwhile, not waiting for the other end of a pipe."""


class FileMail(NamedTuple):
    """One mail and where it stood."""

    locator: str
    """The path relative to what was given, with ``@offset`` of the From line in an mbox."""
    raw: bytes
    """Empty where there is a ``problem``."""
    received_at: int | None = None
    """By the From line of an mbox, in Unix seconds."""
    too_large: int = 0
    """The length in bytes, at least, of a mail longer than ``MAX_MAIL_BYTES``."""
    problem: str = ""
    """Why there are no bytes: ``too_large``, ``not_readable``, ``vanished``, or what the caller said."""


class Chunk(Protocol):
    """A portion of mails that is read in one go."""

    @property
    def size(self) -> int:
        """How many bytes of the whole it stands for, for progress."""
        ...

    def mails(self, without: Mapping[int, str] = ...) -> Iterator[FileMail]:
        """Yield the mails in a fixed order. ``without``: those not to touch, by index, and the problem."""
        ...


class Listed(NamedTuple):
    """A file as its directory lists it."""

    path: str
    """Relative to the root."""
    size: int
    """In bytes."""
    one_mail: bool
    """Whether it is one mail whatever its first line says (Maildir)."""


@dataclass(frozen=True, slots=True)
class FilesChunk:
    """Several whole files."""

    root: str
    files: tuple[tuple[str, int, bool], ...]
    """Each as ``Listed`` names its parts."""

    def __reduce__(self) -> tuple[type[FilesChunk], tuple[object, ...]]:
        # Travels a hundred times a second: plain tuples are written in a third of the time.
        return FilesChunk, (self.root, tuple(map(tuple, self.files)))

    @property
    def size(self) -> int:
        return sum(size for _, size, _ in self.files)

    def mails(self, without: Mapping[int, str] = {}) -> Iterator[FileMail]:
        index = 0
        for path, _, one_mail in self.files:
            for mail in self._mails_of(path, one_mail, index, without):
                yield mail
                index += 1

    def _mails_of(
        self, path: str, one_mail: bool, index: int, without: Mapping[int, str]
    ) -> Iterator[FileMail]:
        locator = printable(path)
        if index in without:
            yield FileMail(locator, b"", problem=without[index])
            return
        try:
            fd = os.open(os.path.join(self.root, path), _OPEN_FLAGS)  # noqa: PTH118 (hot)
        except OSError as error:
            yield FileMail(locator, b"", problem=problem_of(error))
            return
        try:
            yield from _mails_of_file(fd, locator, one_mail, index, without)
        except OSError as error:
            yield FileMail(locator, b"", problem=problem_of(error))
        finally:
            os.close(fd)


@dataclass(frozen=True, slots=True)
class MboxChunk:
    """The messages of an mbox whose From lines start in a range of bytes."""

    root: str
    path: str
    begin: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.begin

    def mails(self, without: Mapping[int, str] = {}) -> Iterator[FileMail]:
        locator = printable(self.path)
        try:
            fd = os.open(os.path.join(self.root, self.path), _OPEN_FLAGS)  # noqa: PTH118
        except OSError as error:
            yield FileMail(f"{locator}@{self.begin}", b"", problem=problem_of(error))
            return
        try:
            yield from _mails_of_mbox(Mbox(FileSource(fd)), locator, (self.begin, self.end), 0, without)
        except OSError as error:
            yield FileMail(f"{locator}@{self.begin}", b"", problem=problem_of(error))
        finally:
            os.close(fd)


def _mails_of_file(
    fd: int, locator: str, one_mail: bool, index: int, without: Mapping[int, str]
) -> Iterator[FileMail]:
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        yield FileMail(locator, b"", problem="not_readable")
        return
    source: Source = FileSource(fd, status.st_size)
    if source.size <= MAX_MAIL_BYTES:
        source = BytesSource(source.read(0, source.size))
    mbox = None if one_mail else Mbox(source)
    if mbox is not None and mbox.is_one:
        yield from _mails_of_mbox(mbox, locator, (0, source.size), index, without)
    elif isinstance(source, BytesSource):
        yield FileMail(locator, source.content)
    else:
        yield FileMail(locator, b"", too_large=source.size, problem="too_large")


def _mails_of_mbox(
    mbox: Mbox, locator: str, between: tuple[int, int], index: int, without: Mapping[int, str]
) -> Iterator[FileMail]:
    """Yield the messages that start between two offsets; ``index`` is that of the first in its chunk."""
    for i, span in enumerate(mbox.spans(*between, longest=MAX_MAIL_BYTES), index):
        place, length = f"{locator}@{span.start}", span.end - span.begin
        if i in without:
            yield FileMail(place, b"", span.at, problem=without[i])
        elif length > MAX_MAIL_BYTES:
            yield FileMail(place, b"", span.at, too_large=length, problem="too_large")
        else:
            yield FileMail(place, mbox.message(span), span.at)


def problem_of(error: OSError) -> str:
    """The stable name of what the system said."""
    return "vanished" if isinstance(error, FileNotFoundError) else "not_readable"


def printable(path: str) -> str:
    """The path as text that can be stored and shown, whatever bytes its names have."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
