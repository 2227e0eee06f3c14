"""Judge a batch of mail in the customer lens: copies met, put together with what is known, decided.

Reads only. What follows from the verdicts is stored by ``file_mail``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from postroom.core.case import KEPT_OUT_ROLES, SealedCopy, judged
from postroom.core.customer import Decision, Judged, decide
from postroom.core.directory import Directory
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

    @property
    def may_be_shown(self) -> bool:
        """Whether it stands where mail may come in from (C1)."""
        return self.sealed.label_role not in KEPT_OUT_ROLES


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
    stands: bool = False
    """It is shown already, and nothing but a change of the directory speaks against it: it stays (C13, F6)."""

    @property
    def imports(self) -> bool:
        """Whether it comes in."""
        return self.decision.outcome == IMPORT

    @property
    def shown(self) -> tuple[MetCopy, ...]:
        """The copies just met whose text and names are shown: not those in drafts, spam or trash."""
        shown = tuple(copy for copy in self.met if copy.may_be_shown)
        is_there = self.known is not None and self.known.engagement is not None
        # Where they alone bring in what was skipped before, there is no other text.
        return shown if shown or is_there else self.met


def judge(met: Sequence[MetCopy], messages: Messages, at_hand: DirectoryAtHand) -> dict[Token, Verdict]:
    """Judge the messages of these copies, each together with its copies known before; by identity."""
    together: dict[Token, list[MetCopy]] = {}
    for copy in met:
        together.setdefault(copy.identity, []).append(copy)
    known = messages.by_identity(list(together))
    directory = at_hand.for_(_addresses(met, known.values()))
    return {
        identity: _verdict(identity, copies, known.get(identity), directory)
        for identity, copies in together.items()
    }


def _verdict(
    identity: Token, met: Sequence[MetCopy], message: KnownMessage | None, directory: Directory
) -> Verdict:
    before = message.copies if message else []
    case = _case([*before, *(copy.sealed for copy in met)], met[0].envelope.date, message)
    decision = decide(case, directory)
    stands = (
        message is not None and message.engagement is not None and _stands(case, decision, message, directory)
    )
    return Verdict(
        identity, tuple(met), message, case, STANDS if stands else decision, directory.revision, stands
    )


STANDS: Final = Decision(IMPORT, "imported", (), ())
"""Instead of a new decision, where the one in force stays."""


def _stands(case: Judged, decision: Decision, message: KnownMessage, directory: Directory) -> bool:
    """Whether a message that is shown stays as it is, whatever the directory says by now.

    It is decided again only where the copies add something (F6); and it is withdrawn only for what they
    add, not for what was blocked or removed since (C13, C16).
    """
    before = _case(message.copies, message.date, message)
    if (before.participants, before.alternative, before.at) == (case.participants, case.alternative, case.at):
        return True
    if decision.outcome == IMPORT:
        return False
    without = decide(before, directory)
    return (without.outcome, without.reason, without.findings) == (
        decision.outcome,
        decision.reason,
        decision.findings,
    )


def _case(copies: Sequence[SealedCopy], date: int | None, message: KnownMessage | None) -> Judged:
    if message is None:
        return judged(copies, date)
    return judged(
        copies, date, deleted=message.deleted_at is not None, released=message.released_at is not None
    )


def judge_known(known: Iterable[KnownMessage], at_hand: DirectoryAtHand) -> dict[Token, Verdict]:
    """Judge messages again from the sealed envelopes of their copies."""
    messages = list(known)
    directory = at_hand.for_(_addresses((), messages))
    verdicts = {}
    for message in messages:
        case = _case(message.copies, message.date, message)
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
