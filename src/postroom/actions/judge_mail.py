"""Judge a batch of mail in the customer lens: copies met, put together with what is known, decided.

Reads only. What follows from the verdicts is stored by ``file_mail``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from postroom.core.case import SealedCopy, judged
from postroom.core.customer import Decision, Judged, decide
from postroom.core.message import Envelope
from postroom.core.reasons import IMPORT
from postroom.core.seal import SealedAddress, Token
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import KnownMessage, Messages


@dataclass(frozen=True, slots=True)
class MetCopy:
    """One copy of a mail as it was just met, readable."""

    fingerprint: Token
    identity: Token
    message_id: Token | None
    references: bytes
    """Tokens of References and In-Reply-To, joined."""
    envelope: Envelope
    source: str
    user_id: int
    label: str
    sealed: SealedCopy
    is_known: bool = False
    """It was met before and is read again to be decided again (F6)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the customer lens says of one message, and from what."""

    identity: Token
    met: tuple[MetCopy, ...]
    """The copies just met; empty where a known message is judged again from what is kept."""
    known: KnownMessage | None
    case: Judged
    decision: Decision
    revision: int

    @property
    def imports(self) -> bool:
        """Whether it comes in."""
        return self.decision.outcome == IMPORT


def judge(met: Sequence[MetCopy], messages: Messages, at_hand: DirectoryAtHand) -> dict[Token, Verdict]:
    """Judge the messages of these copies, each together with its copies known before; by identity."""
    together: dict[Token, list[MetCopy]] = {}
    for copy in met:
        together.setdefault(copy.identity, []).append(copy)
    known = messages.by_identity(list(together))
    directory = at_hand.for_(_addresses(met, known.values()))
    verdicts = {}
    for identity, copies in together.items():
        message = known.get(identity)
        before = message.copies if message else []
        case = judged(
            [*before, *(copy.sealed for copy in copies)],
            copies[0].envelope.date,
            deleted=bool(message and message.deleted_at is not None),
            released=bool(message and message.released_at is not None),
        )
        verdicts[identity] = Verdict(
            identity, tuple(copies), message, case, decide(case, directory), directory.revision
        )
    return verdicts


def judge_known(known: Iterable[KnownMessage], at_hand: DirectoryAtHand) -> dict[Token, Verdict]:
    """Judge messages again from the sealed envelopes of their copies."""
    messages = list(known)
    directory = at_hand.for_(_addresses((), messages))
    verdicts = {}
    for message in messages:
        case = judged(
            message.copies, message.date, message.deleted_at is not None, message.released_at is not None
        )
        verdicts[message.identity] = Verdict(
            message.identity, (), message, case, decide(case, directory), directory.revision
        )
    return verdicts


def _addresses(met: Iterable[MetCopy], known: Iterable[KnownMessage]) -> Iterable[SealedAddress]:
    """Everybody in these mails and everybody's mailbox they stand in."""
    for copy in (*(m.sealed for m in met), *(c for message in known for c in message.copies)):
        for _, sealed in copy.participants:
            yield sealed
        for _, sealed in copy.alternative or ():
            yield sealed
        if copy.owner is not None:
            yield copy.owner
