"""Who an address is: the company's own people, customers, blocked ones, strangers.

A ``Directory`` holds the entries in force at one revision, by token, and answers with a ``Party``. It must
not know any mail. Times are Unix seconds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from math import inf
from typing import Final, NamedTuple

from postroom.core.seal import SealedAddress, Token

NEVER: Final = inf


class DomainEntry(NamedTuple):
    """A domain of the company's or on the blocklist."""

    id: int
    include_subdomains: bool


class KnownPerson(NamedTuple):
    """A person who has the address, known since then."""

    person: int
    known_since: int


class AccountDomain(NamedTuple):
    """An account's domain, under which persons are created (C11)."""

    account: int
    entry: int
    include_subdomains: bool
    known_since: int


@dataclass(frozen=True, slots=True)
class Party:
    """What the directory knows of one address, at all times."""

    sealed: SealedAddress
    inside: bool
    user: int | None = None
    """Whose address it is, also where it counts as outside because it is excluded."""
    blocked: int | None = None
    """The blocklist entry that names the address or its domain."""
    persons: tuple[KnownPerson, ...] = ()
    domains: tuple[AccountDomain, ...] = ()
    """The account domains under which a person with this address is created: the nearest ones only."""
    wider: tuple[AccountDomain, ...] = ()
    """Those further above that include it: they made it known before a nearer one was added."""
    blocked_for_people: int | None = None
    """As ``blocked``, among the entries that act in the people lens too (C16)."""
    known_since: float = field(init=False)
    """Since when a person has the address; ``NEVER`` where nobody has it."""
    creatable_since: float = field(init=False)
    """Since when a mail creates a person with this address (C11); ``NEVER`` where none does."""

    def __post_init__(self) -> None:
        # Asked for every participant of every mail, so worked out once.
        persons = min((p.known_since for p in self.persons), default=NEVER)
        domains = min((d.known_since for d in (*self.domains, *self.wider)), default=NEVER)
        object.__setattr__(self, "known_since", persons)
        object.__setattr__(self, "creatable_since", NEVER if self.blocked is not None else domains)

    @property
    def colleague(self) -> int | None:
        """The user, where the address is inside."""
        return self.user if self.inside else None

    def persons_at(self, at: float) -> tuple[int, ...]:
        """The persons with this address who were known at ``at``."""
        return tuple(p.person for p in self.persons if p.known_since <= at)


@dataclass(slots=True)
class Directory:
    """The entries in force at ``revision``, by token."""

    revision: int
    organization: dict[Token, DomainEntry] = field(default_factory=dict)
    internal: set[Token] = field(default_factory=set)
    excluded: set[Token] = field(default_factory=set)
    users: dict[Token, int] = field(default_factory=dict)
    persons: dict[Token, list[KnownPerson]] = field(default_factory=lambda: defaultdict(list))
    account_domains: dict[Token, list[AccountDomain]] = field(default_factory=lambda: defaultdict(list))
    blocked_addresses: dict[Token, int] = field(default_factory=dict)
    blocked_domains: dict[Token, DomainEntry] = field(default_factory=dict)
    for_people: set[int] = field(default_factory=set)
    """The blocklist entries that act in the people lens too."""
    _parties: dict[Token, Party] = field(default_factory=dict)

    def party(self, sealed: SealedAddress) -> Party:
        """Who has this address (D2: excluded addresses first, then the named ones, then the domain)."""
        party = self._parties.get(sealed.address)
        if party is None:
            party = self._parties[sealed.address] = self._look_up(sealed)
        return party

    def forget(self, address: Token) -> None:
        """Look this address up afresh the next time: its entries changed."""
        self._parties.pop(address, None)

    def _look_up(self, sealed: SealedAddress) -> Party:
        user = self.users.get(sealed.address)
        inside = sealed.address not in self.excluded and (
            user is not None
            or sealed.address in self.internal
            or _entry(self.organization, sealed) is not None
        )
        blocked = self.blocked_addresses.get(sealed.address)
        if blocked is None:
            blocked = _entry(self.blocked_domains, sealed)
        for_people = self._blocked_for_people(sealed) if self.for_people else None
        if inside:
            return Party(sealed, True, user, blocked, blocked_for_people=for_people)
        return Party(
            sealed,
            False,
            user,
            blocked,
            tuple(self.persons.get(sealed.address, ())),
            *self._domains(sealed),
            for_people,
        )

    def _blocked_for_people(self, sealed: SealedAddress) -> int | None:
        exact = self.blocked_addresses.get(sealed.address)
        if exact in self.for_people:
            return exact
        domains = {
            token: entry for token, entry in self.blocked_domains.items() if entry.id in self.for_people
        }
        return _entry(domains, sealed)

    def _domains(self, sealed: SealedAddress) -> tuple[tuple[AccountDomain, ...], tuple[AccountDomain, ...]]:
        """The account domains that include the address: the nearest, and all further above."""
        levels = [tuple(self.account_domains.get(sealed.domain, ()))]
        for parent in sealed.parents:
            levels.append(tuple(d for d in self.account_domains.get(parent, ()) if d.include_subdomains))
        nearest, *above = [level for level in levels if level] or [()]
        return nearest, tuple(chain.from_iterable(above))


def _entry(entries: dict[Token, DomainEntry], sealed: SealedAddress) -> int | None:
    """The entry for the address's domain, or the nearest one above it that includes subdomains."""
    exact = entries.get(sealed.domain)
    if exact is not None:
        return exact.id
    for parent in sealed.parents:
        above = entries.get(parent)
        if above is not None and above.include_subdomains:
            return above.id
    return None
