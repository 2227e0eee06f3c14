"""One chunk's way through the stages: what is asked next, after an answer as after a death.

When a process dies, the mail it was at is noted, a new process takes the chunk, and the stage is asked again
without that mail. Must not talk to processes itself (see ``pool``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from postroom.core.seal import Token
from postroom.reader.limits import IDLE, MEETING
from postroom.reader.outcome import CHANGED, Chunk, Judge, MetMail, ReadContent, Unread
from postroom.reader.request import Contents, Died, Envelopes, Fetch, Meet, Met, Read, Request, Stuck

C = TypeVar("C", bound=Chunk)

_DEATHS_AT_NO_MAIL: Final = 3
"""So often may a process die between mails (killed by the system) before we give up."""


class ReaderProblem(RuntimeError):
    """Reading processes cannot be started or keep dying without a mail being the cause."""


class Errand(Generic[C]):
    """A chunk on its way. ``request`` is what to ask now; ``None``: nothing more to ask."""

    def __init__(self, chunk: C, judge: Judge) -> None:
        self.chunk = chunk
        self.judge = judge
        self.contents: list[ReadContent] = []
        self.unread: list[Unread] = []
        """What to hand to ``judge.file`` at the end."""
        self._without: dict[int, str] = {}
        self._until: int | None = None
        self._spoilt: dict[int, str] = {}
        self._tokens: list[Token] | None = None
        self._interrupted: Read | Fetch | None = None
        """The stage to ask again, once a new process has taken the chunk."""
        self._deaths_at_no_mail = 0
        self.request: Request | None = self._meet()

    @property
    def brings_contents(self) -> bool:
        """Whether it waits for contents, the last and largest answer."""
        return isinstance(self.request, Fetch)

    def _meet(self) -> Meet:
        return Meet(self.chunk, self._without, self._until)

    def met(self, answer: Met) -> None:
        """Go on to the envelopes of what is new; after a death, to what was interrupted."""
        if self._tokens is not None:
            self._resume(answer.mails)
            return
        self._tokens = [mail.raw_token for mail in answer.mails]
        new = list(self.judge.new(answer.mails))
        self.request = Read(new, self._spoilt) if new else None

    def _resume(self, mails: Sequence[MetMail]) -> None:
        """Ask again what was interrupted, without the mails that are other mails by now."""
        assert self._interrupted is not None
        now = {mail.index: mail for mail in mails}
        for index in self._interrupted.indices:
            mail = now.get(index)
            if mail is None or (mail.raw_token != self._tokens[index] and not mail.problem):  # type: ignore[index]
                self._spoilt.setdefault(index, CHANGED)
        self.request = self._interrupted._replace(spoilt=self._spoilt)

    def read(self, answer: Envelopes) -> None:
        """Go on to the contents of what is imported."""
        self.unread += answer.unread
        chosen = list(self.judge.importable(answer.mails, answer.unread))
        self.request = Fetch(chosen, self._spoilt) if chosen else None

    def fetched(self, answer: Contents) -> None:
        """Come to the end."""
        self.request = None
        self.contents += answer.contents
        self.unread += answer.unread

    def stuck(self, answer: Stuck) -> None:
        """Take the chunk again without a mail that could not be taken; if it cannot be passed, end there."""
        if answer.index in self._without:
            self._until = answer.index
        self._without[answer.index] = answer.why
        self.request = self._meet()

    def died(self, answer: Died) -> None:
        """Begin again in a new process, without the mail the old one died of."""
        if not isinstance(self.request, Meet):
            self._interrupted = self.request
        if answer.stage == MEETING:
            self.stuck(Stuck(answer.index, answer.why))
            return
        if answer.stage == IDLE:
            self._deaths_at_no_mail += 1
            if self._deaths_at_no_mail >= _DEATHS_AT_NO_MAIL:
                raise ReaderProblem(
                    "The processes that read mail cannot be started, or end before they read anything. Look "
                    "for a lack of memory on this machine, and try `postroom doctor`."
                )
        else:
            self._spoilt[answer.index] = answer.why
        self.request = self._meet()
