"""What the batches of one look into a mailbox share: whose it is, what is kept, the reading processes, the count."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from postroom.core.mailbox import mode_in_force
from postroom.core.sync import DAY
from postroom.core.upload import lens_bits
from postroom.reader import ReaderPool
from postroom.stopping import Stopping
from postroom.store.models import Mailbox
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import Messages
from postroom.store.read.owners import Owners
from postroom.store.secrets import hash_key_of, seal_of

_EPOCH: Final = date(1970, 1, 1)


class Interrupted(Exception):
    """It was asked to stop: nothing of the batch under way is stored."""


@dataclass(slots=True)
class Met:
    """What became of the mails of a look, counted."""

    listed: int = 0
    new: int = 0
    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    """By outcome and reason, in the customer lens; in the people lens where the source feeds that alone."""

    def add(self, outcome: str, reason: str) -> None:
        """Count one more."""
        self.outcomes[outcome, reason] = self.outcomes.get((outcome, reason), 0) + 1


class MailboxReading:
    """What the batches of one look share. Used within a ``with`` block by one thread."""

    def __init__(
        self,
        mailbox: Mailbox,
        fence: int,
        clock: Callable[[], int],
        stop: Stopping,
        pool: ReaderPool | None = None,
    ) -> None:
        self.mailbox = mailbox
        self.workspace = mailbox.workspace
        self.fence = fence
        self.clock = clock
        self.stop = stop
        self.seal = seal_of(self.workspace)
        self.at_hand = DirectoryAtHand(self.workspace.pk)
        self.messages = Messages(self.workspace.pk, Owners(self.seal))
        self.owner = self.seal.sealed(mailbox.user.email)
        self.mode = mode_in_force(mailbox.mode, self.workspace.mailbox_mode)
        self.has_withdrawn = False
        self.met = Met()
        source = mailbox.source
        self.lenses = lens_bits(source.feeds_customer, source.feeds_people)
        self.depth_at = depth_at(mailbox)
        self._stack = ExitStack()
        self._pool = pool

    def __enter__(self) -> MailboxReading:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def go_on(self) -> None:
        """Raise ``Interrupted`` where it was asked to stop."""
        if self.stop.is_set():
            raise Interrupted

    def pool(self) -> ReaderPool:
        """The reading processes, started when the first mail comes."""
        if self._pool is None:
            self._pool = self._stack.enter_context(ReaderPool(hash_key_of(self.workspace), 2))
        return self._pool


def depth_at(mailbox: Mailbox) -> int | None:
    """The crawling depth of the mailbox's source, Unix seconds."""
    day = mailbox.source.crawling_depth
    return None if day is None else (day - _EPOCH).days * DAY
