"""What a reading process does with the chunk it has open: the three stages.

Runs in the reading process, where any message may end it. Must not decide which mails to go on with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

import idna
import zstandard

from postroom.core import body
from postroom.core.mail.mime import read_content
from postroom.core.mail.rfc5322 import read_envelope
from postroom.core.message import Participant, UnreadableMail
from postroom.core.seal import Seal
from postroom.reader.limits import FETCHING, MEETING, READING, Guard
from postroom.reader.outcome import (
    CHANGED,
    CRASHED,
    TOO_MUCH_MEMORY,
    Mail,
    MetMail,
    ReadContent,
    ReadMail,
    Sealed,
    Unread,
)
from postroom.reader.request import Contents, Envelopes, Fetch, Meet, Met, Read, Stuck

_T = TypeVar("_T")


@lru_cache(maxsize=4096)
def a_label(domain: str) -> str:
    """Encode a domain by IDNA 2008 as people type it (UTS 46). Raises ``ValueError``."""
    return idna.encode(domain, uts46=True).decode("ascii")


class OpenChunk:
    """The mails of one chunk, kept in memory between the stages."""

    def __init__(self, seal: Seal, guard: Guard) -> None:
        self._seal = seal
        self._guard = guard
        self._raw: list[bytes] = []
        self._problems: dict[int, str] = {}
        self._compress = zstandard.ZstdCompressor().compress

    def meet(self, request: Meet) -> Met | Stuck:
        """Take a chunk in place of the one before, and say what is in it."""
        self._raw, self._problems = [], {}
        met: list[MetMail] = []
        self._guard.allow_memory()
        try:
            mails = iter(request.chunk.mails(request.without))
            while len(met) != request.until:
                self._guard.at(MEETING, len(met))
                mail = next(mails, None)
                if mail is None:
                    return Met(met)
                met.append(self._take(mail))
        except MemoryError:
            return Stuck(len(met), TOO_MUCH_MEMORY)
        except Exception:
            return Stuck(len(met), CRASHED)
        met.append(self._end_of_the_passable(met, request))
        return Met(met)

    def _take(self, mail: Mail) -> MetMail:
        index = len(self._raw)
        self._raw.append(mail.raw)
        if mail.problem:
            self._problems[index] = mail.problem
        return MetMail(
            index,
            mail.locator,
            self._seal.raw(_named(mail) if mail.problem else mail.raw),
            mail.too_large or len(mail.raw),
            mail.received_at,
            mail.problem,
        )

    def _end_of_the_passable(self, met: list[MetMail], request: Meet) -> MetMail:
        index, why = len(met), request.without[len(met)]
        locator = f"after {met[-1].locator}" if met else "the first mail"
        self._raw.append(b"")
        self._problems[index] = why
        return MetMail(index, locator, self._seal.raw(f"{why}\0{locator}".encode()), 0, None, why)

    def read(self, request: Read) -> Envelopes:
        """Read envelopes."""
        return Envelopes(*self._each(READING, request.indices, request.spoilt, self._envelope))

    def fetch(self, request: Fetch) -> Contents:
        """Read contents."""
        return Contents(*self._each(FETCHING, request.indices, request.spoilt, self._content))

    def _each(
        self, stage: int, indices: Iterable[int], spoilt: Mapping[int, str], act: Callable[[int, bytes], _T]
    ) -> tuple[list[_T], list[Unread]]:
        done: list[_T] = []
        unread: list[Unread] = []
        self._guard.allow_memory(sum(map(len, self._raw)))
        for index in indices:
            why = spoilt.get(index) or self._problems.get(index)
            # What stands here now instead of a mail that changed is not what was asked for.
            raw = b"" if why == CHANGED else self._raw[index]
            if why is None:
                self._guard.at(stage, index)
                try:
                    done.append(act(index, raw))
                    continue
                except UnreadableMail as error:
                    why = error.why
                except MemoryError:
                    why = TOO_MUCH_MEMORY
                except Exception:
                    why = CRASHED
            unread.append(Unread(index, why, raw))
        return done, unread

    def _envelope(self, index: int, raw: bytes) -> ReadMail:
        envelope = read_envelope(raw, a_label=a_label)
        token = self._seal.message_id
        return ReadMail(
            index,
            envelope,
            self._seal.identity(envelope),
            token(envelope.message_id) if envelope.message_id else None,
            b"".join(map(token, envelope.references)),
            self._sealed(envelope.participants),
            None if envelope.alternative is None else self._sealed(envelope.alternative),
        )

    def _sealed(self, participants: tuple[Participant, ...]) -> Sealed:
        return tuple((p.role, self._seal.sealed(p.address)) for p in participants)

    def _content(self, index: int, raw: bytes) -> ReadContent:
        content = read_content(raw)
        visible = body.visible_text(content.text, content.html)
        return ReadContent(
            index,
            content.subject,
            body.digest(content),
            body.snippet(visible),
            self._compress(body.encode(content)),
            body.searchable(visible),
            content.defects,
        )


def _named(mail: Mail) -> bytes:
    """What tells a mail apart whose bytes are not at hand."""
    return f"{mail.problem}\0{mail.locator}\0{mail.too_large}".encode()
