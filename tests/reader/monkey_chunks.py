"""Chunks that misbehave in a reading process. Standard library only: they are loaded there."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MonkeyMail:
    locator: str
    raw: bytes
    received_at: int | None = None
    too_large: int = 0
    problem: str = ""


@dataclass(frozen=True)
class MonkeyChunk:
    """Mails of which some do something when they are taken, by index."""

    raws: tuple[bytes, ...]
    deeds: tuple[tuple[int, str], ...] = ()
    heeds: bool = True
    """Whether it can go on without a mail that is not to be touched."""

    def mails(self, without: Mapping[int, str] = {}) -> Iterator[MonkeyMail]:
        for index, raw in enumerate(self.raws):
            if self.heeds and index in without:
                yield MonkeyMail(str(index), b"", problem=without[index])
            else:
                do(dict(self.deeds).get(index, "nothing"))
                yield MonkeyMail(str(index), raw)


ONCE = ("wait", "work")
"""Deeds that end, and are done once by each function; one mail of a chunk may do so."""
done: set[tuple[str, str]] = set()


def do(deed: str) -> None:
    match deed:
        case "hang":
            while True:
                pass
        case "sleep":
            time.sleep(1000)
        case "wait":
            time.sleep(0.8)
        case "work":
            until = time.process_time() + 0.3
            while time.process_time() < until:
                pass
        case "eat":
            eaten = []
            while True:
                eaten.append(bytearray(10 << 20))
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise ValueError("a mail that nobody can take")
        case "recur":
            do("recur")


@dataclass(frozen=True)
class FadingChunk:
    """Holds other mails when it is taken a second time."""

    mark: str
    """A file that says it was taken."""
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]

    def mails(self, without: Mapping[int, str] = {}) -> Iterator[MonkeyMail]:
        raws = self.after if Path(self.mark).exists() else self.before
        with Path(self.mark).open("a"):
            for index, raw in enumerate(raws):
                yield MonkeyMail(str(index), raw)


@dataclass(frozen=True)
class UnloadableChunk:
    """Cannot be handed over."""

    def __reduce__(self) -> tuple[object, ...]:
        return (do, ("raise",))

    def mails(self, without: Mapping[int, str] = {}) -> Iterator[MonkeyMail]:
        yield from ()


class Wild(bytes):
    """The bytes of a mail that does something to whoever reads its envelope or its content."""

    where: str
    deed: str

    def __new__(cls, raw: bytes, where: str, deed: str) -> "Wild":
        wild = super().__new__(cls, raw)
        wild.where, wild.deed = where, deed
        return wild

    def __reduce__(self) -> tuple[object, ...]:
        return (Wild, (bytes.__getitem__(self, slice(None)), self.where, self.deed))

    def __getattribute__(self, name: str) -> object:
        if not name.startswith("__") and name not in ("where", "deed"):
            misbehave(self.where, self.deed)
        return super().__getattribute__(name)

    def __getitem__(self, part: object) -> object:
        misbehave(self.where, self.deed)
        return super().__getitem__(part)


def misbehave(places: str, deed: str) -> None:
    """Do the deed where one of the places is under way."""
    for where in callers().intersection(places.split("|")):
        if deed not in ONCE or (deed, where) not in done:
            done.add((deed, where))
            do(deed)


def callers() -> set[str]:
    """The names of the functions under way."""
    names, frame = set(), sys._getframe(2)
    while frame is not None:
        names.add(frame.f_code.co_name)
        frame = frame.f_back
    return names
