"""The people lens: which messages are counted, for which user, and how (P11, D3).

It decides per message and user. The policy is ``RULES``, read from top to bottom like the customer lens's.
What is counted is an interaction: who, whom, when, of what kind. Rules see tokens and facts of the directory,
never an address, a subject or a text (F2, P10).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from postroom.core.customer import Decision, Finding, Question
from postroom.core.directory import Directory, Party
from postroom.core.message import KEPT_OUT, ROLE_RANKS, SENDERS
from postroom.core.reasons import REASONS
from postroom.core.seal import SealedAddress, Token
from postroom.core.upload import ACTIVITY_TYPES

FORGOTTEN: Final = "forgotten"
"""The reason of what its user had forgotten (P7); no rule gives it."""
HELD_TOO_LONG: Final = "held_too_long"
"""The reason of what was dropped because its user did not consent in time (P8); no rule gives it."""
ENDED: Final = frozenset({FORGOTTEN, HELD_TOO_LONG})
"""What stays so whatever else becomes of the message, until it is sent for its user again."""

Participants = Sequence[tuple[str, SealedAddress]]


class Place(NamedTuple):
    """Where one copy stands that concerns the user."""

    label_role: str
    depth_at: int | None = None
    """The crawling depth of its source, Unix seconds."""
    is_selected: bool = True
    """Whether its label was selected when it was met (C2); since when does not matter here (M15)."""


class Concern(NamedTuple):
    """What the people lens judges: one message for one user."""

    user: int
    kind: str
    """``mail``, ``chat``, ``reaction``, ``call``, ``meeting``, ``task`` or ``comment``."""
    at: int
    """The time of the message, Unix seconds."""
    participants: Participants
    """The union over all copies (F4)."""
    places: tuple[Place, ...]
    """Of the copies that concern the user; none where they were taken back (K7)."""
    is_automatic: bool
    is_disabled: bool
    consents: bool
    unnamed: frozenset[int] = frozenset()
    """Users who had this message forgotten, or all that was met by then: they take part, and are not named (P7)."""


def lies_in_drafts_spam_or_trash(concern: Concern, directory: Directory) -> Finding | None:
    """No copy of the user's stands anywhere else."""
    roles = {place.label_role for place in concern.places}
    for role, reason in KEPT_OUT.items():
        if role in roles and roles <= KEPT_OUT.keys():
            return Finding(reason)
    return None


def is_of_no_selected_label(concern: Concern, directory: Directory) -> Finding | None:
    """The label of no other copy is selected."""
    others = [place for place in concern.places if place.label_role not in KEPT_OUT]
    return None if any(place.is_selected for place in others) else Finding("label_not_selected")


def is_before_the_crawling_depth(concern: Concern, directory: Directory) -> Finding | None:
    """Every other copy is older than the crawling depth of its source."""
    passing = [place for place in concern.places if place.label_role not in KEPT_OUT and place.is_selected]
    if all(place.depth_at is not None and concern.at < place.depth_at for place in passing):
        return Finding("before_crawling_depth")
    return None


def user_is_disabled(concern: Concern, directory: Directory) -> Finding | None:
    """The user is disabled (U4)."""
    return Finding("user_disabled") if concern.is_disabled else None


def somebody_is_blocked(concern: Concern, directory: Directory) -> Finding | None:
    """Somebody in it is on the blocklist, by an entry that acts in this lens too (C16)."""
    for role, sealed in concern.participants:
        party = directory.party(sealed)
        if party.blocked_for_people is not None:
            return Finding("blocked", role, party, party.blocked_for_people)
    return None


def has_no_consent(concern: Concern, directory: Directory) -> Finding | None:
    """*Collect passive data* is off for the user (P1)."""
    return None if concern.consents else Finding("no_consent")


@dataclass(frozen=True, slots=True)
class Rule(Question):
    """A row of the policy: a question, and how it is asked."""

    ask: Callable[[Concern, Directory], Finding | None]


RULES: Final = (
    Rule("P11", "place", "Does it lie in drafts, spam or trash only?", lies_in_drafts_spam_or_trash),
    Rule("C2", "selection", "Is its label not selected?", is_of_no_selected_label),
    Rule(
        "K4",
        "crawling_depth",
        "Is it older than the crawling depth of its source?",
        is_before_the_crawling_depth,
    ),
    Rule("U4", "disabled", "Is the user disabled?", user_is_disabled),
    Rule("C16", "blocked_people", "Is somebody in it blocked in this lens too?", somebody_is_blocked),
    Rule("P1", "consent", "Is Collect passive data off for the user?", has_no_consent),
)

ASKED_BEFORE: Final = {
    rule.name: tuple(r.name for r in RULES[:position]) for position, rule in enumerate(RULES)
}
"""For each rule the ones asked before it."""

_ASKED_ALL: Final = tuple(rule.name for rule in RULES)


def decide(concern: Concern, directory: Directory) -> Decision:
    """Judge one message for one user: ``import`` (``counted``), ``hold`` (``no_consent``) or ``skip``."""
    if not concern.places:
        return Decision(REASONS["taken_back"].outcome, "taken_back", (Finding("taken_back"),), ())
    for rule in RULES:
        finding = rule.ask(concern, directory)
        if finding is not None:
            reason = REASONS[finding.reason]
            return Decision(reason.outcome, reason.name, (finding,), ASKED_BEFORE[rule.name])
    counted = REASONS["counted"]
    return Decision(counted.outcome, counted.name, (Finding(counted.name),), _ASKED_ALL)


class Counted(NamedTuple):
    """How a message is counted for its user."""

    is_sent: bool
    is_inside: bool
    """It counts in INT."""
    is_outside: bool
    """It counts in EXT; a sent mail may count in both (D3)."""
    others: int
    """Other people in it, whom the user can see; somebody with several addresses of a user's is one."""
    colleagues: tuple[tuple[int, str], ...]
    """The users among them who are named, with their roles, sorted; each once, in the first role by ``ROLE_RANKS``."""
    outsiders: tuple[Token, ...]
    """The addresses outside among them, sorted."""


def count(concern: Concern, directory: Directory) -> Counted:
    """Say with whom it is counted, and whether in INT or EXT, by the directory in force (D2, D3)."""
    others: dict[object, tuple[str, Party]] = {}
    sender_is_user = False
    for role, sealed in sorted(concern.participants, key=lambda p: (ROLE_RANKS[p[0]], p[1].address)):
        party = directory.party(sealed)
        if party.user == concern.user:
            sender_is_user = sender_is_user or role in SENDERS
        else:
            others.setdefault(sealed.address if party.colleague is None else party.colleague, (role, party))
    is_sent = sender_is_user or {place.label_role for place in concern.places} == {"sent"}
    if not is_sent:
        # Who was in Bcc is known to whoever sent it, and by a copy of theirs to us: to nobody else.
        others = {key: (role, party) for key, (role, party) in others.items() if role != "bcc"}
    # Who is met in a call or meeting is not its sender alone; else what came counts by who sent it.
    counting = [
        party
        for role, party in others.values()
        if is_sent or role in SENDERS or concern.kind in ACTIVITY_TYPES
    ]
    is_inside = any(party.inside for party in counting)
    is_outside = any(not party.inside for party in counting) or (not is_sent and not counting)
    return Counted(
        is_sent,
        is_inside,
        is_outside,
        len(others),
        tuple(
            sorted(
                (party.colleague, role)
                for role, party in others.values()
                if party.colleague is not None and party.colleague not in concern.unnamed
            )
        ),
        tuple(sorted(party.sealed.address for _, party in others.values() if not party.inside)),
    )
