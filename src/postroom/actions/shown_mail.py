"""What is shown of a message, whatever its kind: its content, who takes part, which way it went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from postroom.actions.judge_mail import MetCopy
from postroom.core.filing import display_name
from postroom.core.mailbox import Mode
from postroom.core.message import SENDERS
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.write.engagements import Shown


@dataclass(frozen=True, slots=True)
class MailContent:
    """The content of one copy, as it is stored and searched."""

    subject: str
    snippet: str
    digest: bytes
    body: bytes
    searched: str
    defects: str
    kept: int = Mode.FULL
    """How much of the mail it is: less where its mailbox keeps less (S8)."""

    @property
    def rank(self) -> tuple[int, bytes]:
        """Of several the smallest is shown first: the fullest, and of equally full ones by digest."""
        return (-self.kept, self.digest)


class Showing(NamedTuple):
    """Where a message is shown."""

    engagement: int
    direction: str
    at: int
    """The engagement's time, Unix seconds."""


def direction_of(copy: MetCopy, at_hand: DirectoryAtHand) -> str:
    """``out`` where everybody who wrote it is inside, else ``in``."""
    senders = [sealed for role, sealed in copy.sealed.participants if role in SENDERS]
    return "out" if senders and all(at_hand.directory.party(s).inside for s in senders) else "in"


def shown_with(before: Sequence[Shown], copies: Iterable[MetCopy]) -> list[Shown]:
    """Who is shown: those before and those whom the copies add, each once a role."""
    shown = {(p["role"], p["email"]): p for p in before}
    for copy in copies:
        for role, address, _, name in copy.envelope.participants:
            also: Shown = {"role": role, "email": address, "name": name}
            known = shown.get((role, address))
            shown[role, address] = min(known, also, key=_how_good_a_name) if known else also
    return list(shown.values())


def _how_good_a_name(shown: Shown) -> tuple[bool, bool, str]:
    """Of two names of one address the smaller is shown: one that is no address first, then any, then none."""
    name = shown["name"]
    return not display_name(name, shown["email"]), not name, name
