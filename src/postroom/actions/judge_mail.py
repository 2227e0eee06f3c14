"""Judge a batch of mail in the customer lens: copies met, put together with what is known, decided.

Reads only. What follows from the verdicts is stored by ``file_mail``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from postroom.core.case import SealedCopy, judged
from postroom.core.customer import Decision, Judged, decide
from postroom.core.directory import Directory
from postroom.core.message import KEPT_OUT, Envelope
from postroom.core.reasons import IMPORT
from postroom.core.seal import SealedAddress, Token
from postroom.core.upload import CUSTOMER
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.messages import KnownMessage, Messages

UNJUDGED: Final = Decision("", "", (), ())
"""No decision: the customer lens was not asked."""


class MetCopy(NamedTuple):
    """One copy of a mail as it was just met, readable."""

    fingerprint: Token
    identity: Token
    message_id: Token | None
    references: bytes
    """Tokens of References and In-Reply-To, joined."""
    envelope: Envelope
    source: str
    user_id: int | None
    """In whose mailbox it stands; ``None`` for what stands in nobody's, as a chat message."""
    label: str
    sealed: SealedCopy
    kind: str = "mail"
    seconds: int | None = None
    chat_day: Token | None = None
    """See ``store.models.Message``."""
    deleted_at: int | None = None
    deleted_by: str = ""
    """What the item became before was deleted by hand (C17)."""
    is_known: bool = False
    """It was met before and is read again to be decided again (F6)."""

    @property
    def may_be_shown(self) -> bool:
        """Whether it stands where mail may come in from (C1)."""
        return self.sealed.label_role not in KEPT_OUT


class Verdict(NamedTuple):
    """What the customer lens says of one message, and from what."""

    identity: Token
    met: tuple[MetCopy, ...]
    """The copies just met; empty where a known message is judged again from what is kept."""
    known: KnownMessage | None
    case: Judged
    decision: Decision
    """``UNJUDGED`` where no copy is for the customer lens."""
    revision: int
    stands: bool = False
    """The decision in force stays: the copies just met add nothing to it, or nothing that speaks against it."""

    @property
    def imports(self) -> bool:
        """Whether it comes in."""
        return self.decision.outcome == IMPORT

    @property
    def is_single(self) -> bool:
        """Whether it is one copy of a message not met before: most are, and need no putting together."""
        return self.known is None and len(self.met) == 1

    @property
    def shown(self) -> tuple[MetCopy, ...]:
        """The copies just met whose text and names are shown: not those in drafts, spam or trash."""
        if self.is_single:
            return self.met
        met = tuple(copy for copy in self.met if copy.sealed.lenses & CUSTOMER)
        shown = tuple(copy for copy in met if copy.may_be_shown)
        is_there = self.known is not None and self.known.engagement is not None
        # Where they alone bring in what was skipped before, there is no other text.
        return shown if shown or is_there else met

    @property
    def flags(self) -> str:
        """The marks of automatic mail on any of its copies; what was taken back marks nothing."""
        if self.is_single:
            return " ".join(self.met[0].envelope.flags)
        known = self.known.flags.split() if self.known and self.known.copies else []
        return " ".join(sorted({*known, *(flag for copy in self.met for flag in copy.envelope.flags)}))

    @property
    def references(self) -> bytes:
        """What it refers to, by the copy that says most, whichever was met first."""
        if self.is_single:
            return self.met[0].references
        known = [self.known.references] if self.known and self.known.copies else []
        return max([*known, *(copy.references for copy in self.met)], key=lambda r: (len(r), r))


def judge(
    met: Sequence[MetCopy], messages: Messages, at_hand: DirectoryAtHand, *, again: bool = False
) -> dict[Token, Verdict]:
    """Judge the messages of these copies, each together with its copies known before; by identity.

    A message met before is decided again only if the copies add something, or ``again`` is asked for (F6).
    """
    together: dict[Token, list[MetCopy]] = {}
    for copy in met:
        together.setdefault(copy.identity, []).append(copy)
    known = messages.by_identity(list(together))
    directory = at_hand.for_(_addresses(met, known.values()))
    return {
        identity: _verdict(identity, copies, known.get(identity), directory, again)
        for identity, copies in together.items()
    }


def _verdict(
    identity: Token, met: Sequence[MetCopy], message: KnownMessage | None, directory: Directory, again: bool
) -> Verdict:
    before = message.copies if message else []
    copies = [*before, *(copy.sealed for copy in met)]
    case = _case(copies, met[0].envelope.date, message, met)
    if not any(copy.lenses & CUSTOMER for copy in copies):
        return Verdict(identity, tuple(met), message, case, UNJUDGED, directory.revision, stands=True)
    decision = None if message is None else _standing(case, message, directory, again)
    stands = decision is not None
    return Verdict(
        identity, tuple(met), message, case, decision or decide(case, directory), directory.revision, stands
    )


def _standing(case: Judged, message: KnownMessage, directory: Directory, again: bool) -> Decision | None:
    """The decision in force, where it stays; ``None`` where the message is to be decided.

    What is shown is withdrawn only for what the copies add, not for what was blocked or removed since
    (C13, C16); so asking again brings mail in and takes none out.
    """
    is_shown = message.engagement is not None
    if message.decision is None or (again and not is_shown):
        return None
    before = _case(message.copies, message.date, message)
    if _adds_something(before, case) and not (is_shown and _is_only_turned_against(before, case, directory)):
        return None
    return Decision(message.decision.outcome, message.decision.reason, (), ())


def _adds_something(before: Judged, case: Judged) -> bool:
    """Whether the rules see more of the message than before: who, when, or that it stands elsewhere too."""
    return (
        (before.participants, before.alternative, before.at) != (case.participants, case.alternative, case.at)
        or any(copy.passes for copy in before.copies) != any(copy.passes for copy in case.copies)
        or (not names_recipients(case) and {c.owner for c in before.copies} != {c.owner for c in case.copies})
    )


def names_recipients(case: Judged) -> bool:
    """Whether it says to whom it went; else it went to the owners of the mailboxes."""
    return any(participant.role != "from" for participant in case.participants)


def _is_only_turned_against(before: Judged, case: Judged, directory: Directory) -> bool:
    """Whether today's directory would keep a shown message out, but not for what the copies add."""
    decision, without = decide(case, directory), decide(before, directory)
    if (without.outcome, without.reason, without.findings) != (
        decision.outcome,
        decision.reason,
        decision.findings,
    ):
        return False
    added = {p.sealed for p in case.participants} - {p.sealed for p in before.participants}
    return decision.outcome != IMPORT and all(directory.party(sealed).blocked is None for sealed in added)


def _case(
    copies: Sequence[SealedCopy],
    date: int | None,
    message: KnownMessage | None,
    met: Sequence[MetCopy] = (),
) -> Judged:
    """What the customer lens sees of these copies; where none is for it, what there is."""
    seen = [copy for copy in copies if copy.lenses & CUSTOMER] or copies
    if message is None:
        return judged(seen, date, deleted=any(c.deleted_at is not None for c in met), kind=met[0].kind)
    return judged(
        seen,
        date,
        deleted=message.deleted_at is not None,
        released=message.released_at is not None,
        kind=message.kind,
    )


def judge_known(known: Iterable[KnownMessage], at_hand: DirectoryAtHand) -> dict[Token, Verdict]:
    """Judge messages again from the sealed envelopes of their copies; not those that the lens never saw."""
    messages = [message for message in known if message.decision is not None]
    directory = at_hand.for_(_addresses((), messages))
    verdicts = {}
    for message in messages:
        case = _case([c for c in message.copies if c.lenses & CUSTOMER], message.date, message)
        verdicts[message.identity] = Verdict(
            message.identity, (), message, case, decide(case, directory), directory.revision
        )
    return verdicts


def look_up_all(verdicts: Iterable[Verdict], at_hand: DirectoryAtHand) -> None:
    """Have everybody in these mails at hand: other batches were judged since, and memory is bounded."""
    verdicts = list(verdicts)
    met = [copy for verdict in verdicts for copy in verdict.met]
    at_hand.for_(_addresses(met, [v.known for v in verdicts if v.known is not None]))


def _addresses(met: Iterable[MetCopy], known: Iterable[KnownMessage]) -> Iterable[SealedAddress]:
    """Everybody in these mails and everybody's mailbox they stand in."""
    for copy in (*(m.sealed for m in met), *(c for message in known for c in message.copies)):
        for _, sealed in copy.participants:
            yield sealed
        for _, sealed in copy.alternative or ():
            yield sealed
        if copy.owner is not None:
            yield copy.owner
