"""The customer lens: which mail becomes an engagement.

The policy is ``RULES``, read from top to bottom; the first rule that applies decides, the ones before it were
asked and did not apply. A rule gets a ``Case`` and answers with its finding or ``None``. Rules see tokens and
facts of the directory, never an address, a subject or a text (F2); so a sealed envelope is decided just like
a readable one, and deciding again at the same revision gives the same answer (L4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from postroom.core.directory import Directory, Party
from postroom.core.message import KEPT_OUT, SENDERS
from postroom.core.reasons import HOLD, IMPORT, REASONS, SKIP
from postroom.core.seal import SealedAddress
from postroom.core.upload import CHAT

POLICY_VERSION: Final = 3
"""Rises when ``RULES`` or the meaning of a rule changes; every decision names it."""


class SealedParticipant(NamedTuple):
    """An address in a role, as tokens. ``passing``: some copy that may be imported shows it."""

    role: str
    sealed: SealedAddress
    passing: bool = True


class CopyFacts(NamedTuple):
    """Where one copy stands. ``label_role`` is ``""`` for a label without a role."""

    label_role: str
    owner: SealedAddress | None
    """The user whose mailbox it stands in."""
    is_too_early: bool = False
    """It is older than the crawling depth of its source (K4)."""
    not_selected: str = ""
    """``label_not_selected``, or ``before_selection``: older than its label's selection; empty: neither (C2)."""

    @property
    def passes(self) -> bool:
        """Whether all rules about a copy let it pass."""
        return self.label_role not in KEPT_OUT and not self.is_too_early and not self.not_selected


class Judged(NamedTuple):
    """What the customer lens judges: one message with all that its copies say."""

    at: int
    """The time of the mail, Unix seconds (``message.time_of``)."""
    participants: tuple[SealedParticipant, ...]
    """The union over all copies (F4)."""
    alternative: tuple[SealedParticipant, ...] | None
    """The union of the second readings, where a malformed header has one (C0)."""
    copies: tuple[CopyFacts, ...]
    deleted: bool = False
    """Whether its engagement was deleted by hand (C10)."""
    kind: str = "mail"
    """See ``core.upload``: in a chat everybody has to be known (C20)."""


class Finding(NamedTuple):
    """What decided: the rule's reason, and who or which entry was found."""

    reason: str
    role: str = ""
    party: Party | None = None
    entry: int | None = None
    """The blocklist entry, where one decided."""


class Decision(NamedTuple):
    """The customer lens's verdict on one message."""

    outcome: str
    reason: str
    findings: tuple[Finding, ...]
    asked_before: tuple[str, ...]
    """The names of the rules that were asked before and did not apply, in their order."""
    persons: tuple[int, ...] = ()
    """Import only: the known persons it is filed on, sorted (C14)."""
    creates: tuple[Party, ...] = ()
    """Import only: the addresses for which a person is created (C11), sorted by token."""


@dataclass(slots=True)
class Case:
    """One reading of a message, with everybody looked up."""

    judged: Judged
    senders: list[Party]
    recipients: list[tuple[str, Party]]
    """With their roles; the mailbox owners where the mail names nobody (section 7)."""
    not_passing: frozenset[bytes]
    """Addresses that only copies in drafts, spam or trash show: they create nobody."""

    def known(self, party: Party, at: float) -> bool:
        """Whether ``party`` is inside, a person, or creatable at ``at`` (Unix seconds)."""
        return party.inside or self.is_person(party, at)

    def creatable(self, party: Party, at: float) -> bool:
        """Whether the mail, were it of ``at``, would create a person for ``party``."""
        return party.creatable_since <= at and party.sealed.address not in self.not_passing

    def is_person(self, party: Party, at: float) -> bool:
        """Whether ``party`` is a person or creatable at ``at``; who is inside is neither."""
        return party.known_since <= at or self.creatable(party, at)


def lies_in_drafts_spam_or_trash(case: Case) -> Finding | None:
    """C1: no copy stands anywhere else. Of several such places the first of these names decides."""
    places = {copy.label_role for copy in case.judged.copies}
    for role, reason in KEPT_OUT.items():
        if role in places and places <= KEPT_OUT.keys():
            return Finding(reason)
    return None


def is_of_no_selected_label(case: Case) -> Finding | None:
    """C2: the label of every copy that C1 lets pass is not selected, or was selected after the mail."""
    reasons = {copy.not_selected for copy in case.judged.copies if copy.label_role not in KEPT_OUT}
    return None if "" in reasons else Finding(min(reasons))


def is_before_the_crawling_depth(case: Case) -> Finding | None:
    """K4: every copy that C1 and C2 let pass is older than the crawling depth of its source."""
    return None if any(copy.passes for copy in case.judged.copies) else Finding("before_crawling_depth")


def somebody_is_blocked(case: Case) -> Finding | None:
    """C3: the sender or any recipient is on the blocklist, by address or domain."""
    for sender in case.senders:
        if sender.blocked is not None:
            return Finding("blocked", "from", sender, sender.blocked)
    for role, recipient in case.recipients:
        if recipient.blocked is not None:
            return Finding("blocked", role, recipient, recipient.blocked)
    return None


def all_are_inside(case: Case) -> Finding | None:
    """C4: the sender and all recipients are of the company."""
    if not case.senders or not case.recipients:
        return None
    for sender in case.senders:
        if not sender.inside:
            return None
    for _, recipient in case.recipients:
        if not recipient.inside:
            return None
    return Finding("internal")


def sender_or_recipients_unknown(case: Case, at: float) -> Finding | None:
    """C7: the sender is unknown, or all recipients are. Of several senders each must be known.

    In a chat one unknown member is enough (C20).
    """
    if not case.senders:
        return Finding("unknown_sender")
    for sender in case.senders:
        if not case.known(sender, at):
            return Finding("unknown_sender", "from", sender)
    if case.judged.kind == CHAT:
        return _unknown_member(case, at)
    for _, recipient in case.recipients:
        if case.known(recipient, at):
            return None
    return Finding("unknown_recipients")


def _unknown_member(case: Case, at: float) -> Finding | None:
    for role, member in case.recipients:
        if not case.known(member, at):
            return Finding("unknown_recipients", role, member)
    return None


def no_customer_among_them(case: Case, at: float) -> Finding | None:
    """C8: nobody among the participants is a person or creatable."""
    for sender in case.senders:
        if case.is_person(sender, at):
            return None
    for _, recipient in case.recipients:
        if case.is_person(recipient, at):
            return None
    return Finding("no_customer")


def or_only_too_early(ask: Callable[[Case, float], Finding | None]) -> Callable[[Case], Finding | None]:
    """C9: where ``ask`` keeps a mail out that today's directory would let in, say so instead."""

    def asked(case: Case) -> Finding | None:
        finding = ask(case, case.judged.at)
        return finding and (_only_too_early(case) or finding)

    return asked


_TODAY: Final = 2.0**63
"""Later than any time at which something became known."""


def _only_too_early(case: Case) -> Finding | None:
    """Who became known after the mail, if that is all that keeps it out."""
    if sender_or_recipients_unknown(case, _TODAY) or no_customer_among_them(case, _TODAY):
        return None
    at = case.judged.at
    for role, party in [("from", sender) for sender in case.senders] + case.recipients:
        if not case.known(party, at) and case.known(party, _TODAY):
            return Finding("before_person", role, party)
    return Finding("before_person")


def deleted_by_hand(case: Case) -> Finding | None:
    """C10: its engagement was deleted before."""
    return Finding("deleted") if case.judged.deleted else None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every mail: the number in the specification, a name, and the question."""

    number: str
    name: str
    question: str
    """As asked in Explain; the answer was "no" for every one asked before."""


@dataclass(frozen=True, slots=True)
class Rule(Question):
    """A row of the policy: a question, and how it is asked of one reading."""

    ask: Callable[[Case], Finding | None]


RULES: Final = (
    Rule("C1", "place", "Does it lie in drafts, spam or trash only?", lies_in_drafts_spam_or_trash),
    Rule(
        "C2",
        "selection",
        "Is its label not selected, or was it selected after the mail?",
        is_of_no_selected_label,
    ),
    Rule(
        "K4",
        "crawling_depth",
        "Is it older than the crawling depth of its source?",
        is_before_the_crawling_depth,
    ),
    Rule("C3", "blocked", "Is the sender or any recipient on the blocklist?", somebody_is_blocked),
    Rule("C4", "internal", "Are the sender and all recipients of the company?", all_are_inside),
    # C9 is no question of its own: it is said instead of C7 and C8.
    Rule(
        "C7",
        "unknown",
        "Is the sender unknown, or are all recipients?",
        or_only_too_early(sender_or_recipients_unknown),
    ),
    Rule("C8", "no_customer", "Is nobody in it a customer?", or_only_too_early(no_customer_among_them)),
    Rule("C10", "deleted", "Was it deleted by hand before?", deleted_by_hand),
)

AMBIGUOUS: Final = Question(
    "C0",
    "ambiguous",
    "Is an address header malformed, with two readings that would be decided differently?",
)
"""Asked first, over the verdicts of both readings, so it is no row like the others: see ``decide``."""

ASKED_BEFORE: Final = {
    rule.name: (AMBIGUOUS.name, *(r.name for r in RULES[:position])) for position, rule in enumerate(RULES)
}
"""For each rule the ones asked before it."""

QUESTIONS: Final[dict[str, Question]] = {rule.name: rule for rule in (AMBIGUOUS, *RULES)}
"""Every question by its name, to tell what was asked; in the order of asking."""

MAX_FINDINGS: Final = 20
"""Of the customers in an imported mail so many are named as what let it in."""

_ASKED_ALL: Final = (AMBIGUOUS.name, *(rule.name for rule in RULES))


def decide(judged: Judged, directory: Directory) -> Decision:
    """Judge one message: ``import``, ``skip``, or ``hold`` where two readings of it differ (C0).

    One whose copies were all taken back is kept out without a question (K7).
    """
    if not judged.copies:
        return Decision(SKIP, "taken_back", (Finding("taken_back"),), ())
    decision = _decide_reading(judged, judged.participants, directory)
    if judged.alternative is not None:
        other = _decide_reading(judged, judged.alternative, directory)
        if not _same_verdict(decision, other):
            findings = (Finding("ambiguous"), *decision.findings[:1], *other.findings[:1])
            return Decision(HOLD, "ambiguous", findings, ())
    return decision


def _same_verdict(one: Decision, other: Decision) -> bool:
    """Whether two readings come to the same: the same outcome and, if imported, the same people."""
    return (
        one.outcome == other.outcome
        and one.persons == other.persons
        and [p.sealed for p in one.creates] == [p.sealed for p in other.creates]
    )


def _decide_reading(
    judged: Judged, participants: Sequence[SealedParticipant], directory: Directory
) -> Decision:
    case = case_of(judged, participants, directory)
    for rule in RULES:
        finding = rule.ask(case)
        if finding is not None:
            reason = REASONS[finding.reason]
            return Decision(reason.outcome, reason.name, (finding,), ASKED_BEFORE[rule.name])
    return _import(case)


def case_of(judged: Judged, participants: Sequence[SealedParticipant], directory: Directory) -> Case:
    """Look everybody up, each address once a role."""
    look_up = directory.party
    senders: list[Party] = []
    recipients: list[tuple[str, Party]] = []
    not_passing: set[bytes] = set()
    for role, sealed, passing in participants:
        if role in SENDERS:
            senders.append(look_up(sealed))
        else:
            recipients.append((role, look_up(sealed)))
        if not passing:
            not_passing.add(sealed.address)
    if not_passing:
        # The same address may stand in another role in a copy that passes.
        not_passing.difference_update(p.sealed.address for p in participants if p.passing)
    if not recipients:
        recipients = [("owner", look_up(copy.owner)) for copy in judged.copies if copy.owner is not None]
    return Case(judged, senders, recipients, frozenset(not_passing))


def _import(case: Case) -> Decision:
    """File it on every person known at its time, and create those who can be (C11, C14)."""
    at = case.judged.at
    persons: set[int] = set()
    creates: dict[bytes, Party] = {}
    customers: list[Finding] = []
    for role, party in (*(("from", sender) for sender in case.senders), *case.recipients):
        if party.known_since <= at:
            persons.update(party.persons_at(at))
        elif not case.creatable(party, at):
            continue
        elif party.persons:
            persons.update(p.person for p in party.persons)
        else:
            creates[party.sealed.address] = party
        customers.append(Finding("imported", role, party))
    return Decision(
        IMPORT,
        "imported",
        tuple(customers[:MAX_FINDINGS]),
        _ASKED_ALL,
        tuple(sorted(persons)),
        tuple(creates[token] for token in sorted(creates)),
    )
