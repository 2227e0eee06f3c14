"""What the copies of messages that are still there say, where others were taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from postroom.core.seal import SealedAddress, Token
from postroom.core.upload import BOTH, CUSTOMER
from postroom.store.models import Variant
from postroom.store.rows import select_in
from postroom.store.sealed import unpack_participants


@dataclass(slots=True)
class Remaining:
    """What is still said of an engagement by copies that the customer lens sees."""

    participants: set[tuple[str, SealedAddress]] = field(default_factory=set)
    owners: set[int] = field(default_factory=set)
    """Users in whose mailboxes they stand."""
    texts: set[bytes | None] = field(default_factory=set)
    """Digests of the texts they show; with ``None`` among them it is not known which."""

    @property
    def tokens(self) -> set[Token]:
        """The addresses that take part."""
        return {sealed.address for _, sealed in self.participants}


def remaining(messages: Mapping[int, int]) -> dict[int, Remaining]:
    """By engagement; ``messages`` says of which engagement each message is."""
    found: dict[int, Remaining] = {engagement: Remaining() for engagement in messages.values()}
    for message, user, participants, is_shown, digest in select_in(
        "SELECT message_id, user_id, participants, is_shown, shown_digest FROM store_copy "
        "WHERE message_id IN ({}) AND last_seen_by IS NULL AND lenses IN (%s, %s)",
        list(messages),
        [CUSTOMER, BOTH],
    ):
        said = found[messages[message]]
        said.participants.update(unpack_participants(participants))
        if user is not None:
            said.owners.add(user)
        if is_shown:
            said.texts.add(None if digest is None else bytes(digest))
    return found


def persons_named(tokens: Iterable[Token]) -> dict[Token, set[int]]:
    """Whoever has or had each of these addresses."""
    named: dict[Token, set[int]] = defaultdict(set)
    for token, person in select_in(
        "SELECT token, person_id FROM store_personaddress WHERE token IN ({})", tokens
    ):
        named[bytes(token)].add(person)
    return named


def linked(table: str, engagements: Sequence[int]) -> dict[int, set[int]]:
    """Who is linked to these engagements in ``table`` (``person``, ``account`` or ``user``), by engagement."""
    links: dict[int, set[int]] = defaultdict(set)
    # The table is a literal of the callers, never input.
    query = f"SELECT engagement_id, {table}_id FROM store_engagement{table} WHERE engagement_id IN ({{}})"  # noqa: S608
    for engagement, id_ in select_in(query, engagements):
        links[engagement].add(id_)
    return links


def accounts_of(persons: Iterable[int]) -> dict[int, set[int]]:
    """The accounts that these persons belong or belonged to, by person."""
    accounts: dict[int, set[int]] = defaultdict(set)
    for person, account in select_in(
        "SELECT person_id, account_id FROM store_personaccount WHERE person_id IN ({})", persons
    ):
        accounts[person].add(account)
    return accounts


def texts_of(engagements: Sequence[int]) -> dict[int, list[Variant]]:
    """The texts of these engagements, by engagement, the one shown first first."""
    texts: dict[int, list[Variant]] = defaultdict(list)
    for variant in Variant.objects.filter(engagement__in=engagements).order_by("digest"):
        texts[variant.engagement_id].append(variant)
    return texts
