"""Reads chunks of mails in several processes while the parent decides and writes.

Each chunk goes through three stages (see ``outcome``); between them its judge is asked, here in the parent.
What the children wait for is answered first, and a child gets its next chunk before the parent begins to
write, so that both work at the same time. Memory is bounded: one chunk in each child and a few results here.

A pool belongs to one thread. Must not import Django: it is the judge who knows the store.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from multiprocessing.connection import wait
from typing import Final, Generic, Self, TypeVar

from postroom.reader.errand import Errand, ReaderProblem
from postroom.reader.limits import Limits
from postroom.reader.one_mail import Keep, OneMail
from postroom.reader.outcome import Chunk, Judge, ReadMail, Unread
from postroom.reader.process import ReadingProcess, Staff
from postroom.reader.request import Contents, Died, Envelopes, Met, Refused, Reply, Stuck

__all__ = ["Limits", "ReaderPool", "ReaderProblem"]

C = TypeVar("C", bound=Chunk)

_UNFILED: Final = 2
"""While so many results wait to be written, no further contents are received."""


_MOST: Final = 3
"""The parent writes for as long as one process reads: more than three would wait, and each takes 50 MB."""


def default_processes() -> int:
    """One more than there are processors, so that none idles while an answer is on its way; three at most."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min((processors or 1) + 1, _MOST)


class ReaderPool:
    """Reading processes, started when first needed and ended with the ``with`` block."""

    def __init__(self, key: bytes, processes: int | None = None, *, limits: Limits = Limits()) -> None:  # noqa: B008
        self._staff = Staff(key, limits, processes or default_processes())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes, whatever they are doing. A later run starts new ones."""
        self._staff.dismiss()

    def run(
        self,
        chunks: Iterable[C],
        judge_for: Callable[[C], Judge],
        progress: Callable[[C], None] | None = None,
    ) -> None:
        """Take every chunk through its stages and have it filed; ``progress`` is told each that is done.

        Chunks are filed in no particular order. What a judge or ``chunks`` raises ends the run and comes out
        here; ``ReaderProblem`` where no process can be kept alive.
        """
        try:
            _Run(self._staff, chunks, judge_for, progress).finish()
        except BaseException:
            self.close()
            raise

    def read_one(self, raw: bytes) -> ReadMail | Unread:
        """Read the envelope of one mail."""
        keep = Keep()
        self.run([OneMail(raw)], lambda _: keep)
        (outcome,) = keep.outcomes
        return outcome


class _Run(Generic[C]):
    """One run: who is on which errand, and what waits to be filed."""

    def __init__(
        self,
        staff: Staff,
        chunks: Iterable[C],
        judge_for: Callable[[C], Judge],
        progress: Callable[[C], None] | None,
    ) -> None:
        self._staff = staff
        self._errands = (Errand(chunk, judge_for(chunk)) for chunk in chunks)
        self._progress = progress
        self._under_way: dict[ReadingProcess, Errand[C]] = {}
        self._unfiled: deque[Errand[C]] = deque()

    def finish(self) -> None:
        """Work until nothing is left."""
        self._hand_out()
        while self._under_way or self._unfiled:
            for reader in self._answering():
                self._receive(reader)
            self._hand_out()
            if self._unfiled:
                self._file(self._unfiled.popleft())

    def _hand_out(self) -> None:
        """Give everybody who has nothing to do the next chunk."""
        while self._staff.has_a_free_hand():
            errand = next(self._errands, None)
            if errand is None:
                return
            self._send(errand)

    def _send(self, errand: Errand[C]) -> None:
        reader = self._staff.take()
        self._under_way[reader] = errand
        assert errand.request is not None
        reader.ask(errand.request)

    def _answering(self) -> list[ReadingProcess]:
        """Who has answered or died. Waits for somebody only where there is nothing to file."""
        full = len(self._unfiled) >= _UNFILED
        asked = {
            reader.connection: reader
            for reader, errand in self._under_way.items()
            if not (full and errand.brings_contents)
        }
        return [asked[connection] for connection in wait(list(asked), 0 if self._unfiled else None)]  # type: ignore[index]

    def _receive(self, reader: ReadingProcess) -> None:
        errand = self._under_way[reader]
        answer = reader.answer()
        _tell(errand, answer)
        if isinstance(answer, Died):
            self._staff.forget(reader)
            del self._under_way[reader]
            self._send(errand)
        elif errand.request is not None:
            reader.ask(errand.request)
        else:
            self._staff.give_back(reader)
            del self._under_way[reader]
            self._unfiled.append(errand)

    def _file(self, errand: Errand[C]) -> None:
        errand.judge.file(errand.contents, errand.unread)
        if self._progress is not None:
            self._progress(errand.chunk)


def _tell(errand: Errand[C], answer: Reply) -> None:
    match answer:
        case Met():
            errand.met(answer)
        case Envelopes():
            errand.read(answer)
        case Contents():
            errand.fetched(answer)
        case Stuck():
            errand.stuck(answer)
        case Died():
            errand.died(answer)
        case Refused():
            raise ReaderProblem(f"A chunk could not be handed to a reading process: {answer.error}")
