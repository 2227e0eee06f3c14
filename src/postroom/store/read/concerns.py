"""What the people lens judges, a batch at a time: messages, the users they concern, what was decided before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from postroom.core.mailbox import NOT_SELECTED
from postroom.core.people import ENDED, Place
from postroom.core.seal import TOKEN_BYTES, SealedAddress, Token
from postroom.core.upload import PEOPLE
from postroom.store.rows import select_in
from postroom.store.sealed import unpack_participants


class UserFacts(NamedTuple):
    """What the people lens asks of a user."""

    is_disabled: bool
    consents: bool


class PeopleDecision(NamedTuple):
    """The decision in force on a message for a user."""

    id: int
    outcome: str
    reason: str
    findings: str


@dataclass(slots=True)
class PassiveMessage:
    """A message with all copies that the people lens sees."""

    id: int
    kind: str
    at: int
    seconds: int | None
    flags: str
    message_id: Token | None
    """The token of its Message-ID."""
    answers: Token | None
    """The token of the last Message-ID it refers to."""
    participants: list[tuple[str, SealedAddress]] = field(default_factory=list)
    """The union over these copies, each address once a role."""
    places: dict[int | None, list[Place]] = field(default_factory=lambda: defaultdict(list))
    """By the user whose they are; ``None``: they concern everybody in them."""
    met: dict[int | None, int] = field(default_factory=dict)
    """When the last of the copies in ``places`` was met, Unix seconds."""
    last_copy: int = 0
    decisions: dict[int, PeopleDecision] = field(default_factory=dict)
    """Those in force, by user."""

    def places_of(self, user: int) -> tuple[Place, ...]:
        """Where the copies stand that concern ``user``."""
        return (*self.places.get(user, ()), *self.places.get(None, ()))

    def met_for(self, user: int) -> int:
        """When the last copy was met that concerns ``user``, Unix seconds."""
        return max(self.met.get(user, 0), self.met.get(None, 0))


def passive_messages(message_ids: Sequence[int]) -> dict[int, PassiveMessage]:
    """These messages, by id, in three queries."""
    messages = _without_copies(message_ids)
    _add_copies(messages)
    for message, user, *decision in select_in(
        "SELECT message_id, user_id, id, outcome, reason, findings FROM store_decision "
        "WHERE message_id IN ({}) AND is_current AND lens = 'people'",
        message_ids,
    ):
        messages[message].decisions[user] = PeopleDecision(*decision)
    return messages


def _without_copies(message_ids: Sequence[int]) -> dict[int, PassiveMessage]:
    return {
        id_: PassiveMessage(
            id_, kind, at, seconds, flags, _token(message_id), _token(bytes(references)[-TOKEN_BYTES:])
        )
        for id_, kind, at, seconds, flags, message_id, references in select_in(
            "SELECT id, kind, at, seconds, flags, message_id_token, reference_tokens FROM store_message "
            "WHERE id IN ({})",
            message_ids,
        )
    }


def _add_copies(messages: dict[int, PassiveMessage]) -> None:
    """Say of each message where its copies stand, and who stands in them."""
    seen: dict[int, dict[tuple[str, SealedAddress], None]] = defaultdict(dict)
    for (
        id_,
        message,
        user,
        role,
        depth_at,
        starts_at,
        participants,
        lenses,
        last_seen_by,
        met_at,
    ) in select_in(
        "SELECT id, message_id, user_id, label_role, depth_at, starts_at, participants, lenses, last_seen_by, met_at "
        "FROM store_copy WHERE message_id IN ({}) ORDER BY id",
        messages,
    ):
        met = messages[message]
        met.last_copy = id_
        if lenses & PEOPLE and last_seen_by is None:
            met.places[user].append(Place(role, depth_at, starts_at != NOT_SELECTED))
            met.met[user] = max(met.met.get(user, 0), met_at)
            seen[message].update(dict.fromkeys(unpack_participants(participants)))
    for message, participants in seen.items():
        messages[message].participants = list(participants)


def _token(packed: bytes | memoryview | None) -> Token | None:
    return bytes(packed) if packed else None


def facts_of(user_ids: Iterable[int]) -> dict[int, UserFacts]:
    """What the people lens asks of these users, by id."""
    return {
        row[0]: UserFacts(row[1] is not None, row[2] is not None)
        for row in select_in(
            "SELECT id, disabled_at, collects_since FROM store_user WHERE id IN ({})", user_ids
        )
    }


def people_decisions(message_ids: Sequence[int], user: int) -> dict[int, tuple[str, str]]:
    """Outcome and reason in force for this user, by message, where there is a decision."""
    return {
        row[0]: (row[1], row[2])
        for row in select_in(
            "SELECT message_id, outcome, reason FROM store_decision "
            "WHERE message_id IN ({}) AND is_current AND lens = 'people' AND user_id = %s",
            message_ids,
            [user],
        )
    }


def concerns_decided(message_ids: Sequence[int]) -> list[tuple[int, int]]:
    """For whom these messages were judged, ``(message, user)``; not for whom that has ``ENDED``."""
    rows = select_in(
        "SELECT message_id, user_id FROM store_decision WHERE message_id IN ({}) AND is_current AND lens = 'people' "
        "AND reason NOT IN (%s, %s)",
        message_ids,
        sorted(ENDED),
    )
    return [(row[0], row[1]) for row in rows]
