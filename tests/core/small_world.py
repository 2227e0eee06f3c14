"""The company of the specification's cases, filled into a directory by hand, and mails in it.

Company us.com with the users S1 and S2; account Acme (acme.com) with person K1; account Beta (beta.io) with
person K2; lawyer@acme.com and the domain rival.com are blocked. Known since ``EARLY`` unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from postroom.core.address import normalise_address, normalise_domain
from postroom.core.customer import CopyFacts, Decision, Judged, SealedParticipant, decide
from postroom.core.directory import AccountDomain, Directory, DomainEntry, KnownPerson
from postroom.core.seal import Seal, SealedAddress

EARLY, NOON, LATE = 1_000_000, 2_000_000, 3_000_000
"""Unix seconds: before, at, and after the time of most mails here."""

S1, S2 = "s1@us.com", "s2@us.com"
K1, K2 = "k1@acme.com", "k2@beta.io"
N, U, L, X = "new@acme.com", "u@nowhere.org", "lawyer@acme.com", "x@rival.com"

USER_S1, USER_S2 = 1, 2
ACME, BETA = 10, 20
PERSON_K1, PERSON_K2 = 101, 102
BLOCKED_L, BLOCKED_RIVAL = 501, 502

SEAL = Seal(b"a key of the tests".ljust(32, b"."))


def sealed(address: str) -> SealedAddress:
    """The tokens of an address as a person would type it."""
    normalised = normalise_address(address)
    assert normalised is not None, address
    return SEAL.sealed(normalised)


def domain_token(domain: str) -> bytes:
    """The token of a domain as a person would type it."""
    normalised = normalise_domain(domain)
    assert normalised is not None, domain
    return SEAL.domain(normalised)


class World:
    """A directory that is filled entry by entry; starts empty."""

    def __init__(self) -> None:
        self.directory = Directory(revision=1)
        self._ids = iter(range(1000, 10_000))

    def organization(self, domain: str, *, subdomains: bool = False) -> int:
        entry = DomainEntry(next(self._ids), subdomains)
        self.directory.organization[domain_token(domain)] = entry
        return entry.id

    def user(self, address: str, user: int) -> None:
        self.directory.users[sealed(address).address] = user

    def internal(self, address: str) -> None:
        self.directory.internal.add(sealed(address).address)

    def excluded(self, address: str) -> None:
        self.directory.excluded.add(sealed(address).address)

    def person(self, person: int, address: str, since: int = EARLY) -> None:
        self.directory.persons[sealed(address).address].append(KnownPerson(person, since))

    def account(self, account: int, domain: str, since: int = EARLY, *, subdomains: bool = False) -> int:
        entry = AccountDomain(account, next(self._ids), subdomains, since)
        self.directory.account_domains[domain_token(domain)].append(entry)
        return entry.entry

    def block_address(self, address: str, entry: int = 0) -> int:
        entry = entry or next(self._ids)
        self.directory.blocked_addresses[sealed(address).address] = entry
        return entry

    def block_domain(self, domain: str, entry: int = 0, *, subdomains: bool = False) -> int:
        entry = entry or next(self._ids)
        self.directory.blocked_domains[domain_token(domain)] = DomainEntry(entry, subdomains)
        return entry

    def inside(self, address: str) -> bool:
        """Whether the directory holds the address to be of the company."""
        return self.directory.party(sealed(address)).inside

    def decide(self, mail: Judged) -> Decision:
        """The customer lens's verdict."""
        return decide(mail, self.directory)


def the_company() -> World:
    """The directory of the specification's cases."""
    world = World()
    world.organization("us.com")
    world.user(S1, USER_S1)
    world.user(S2, USER_S2)
    world.account(ACME, "acme.com")
    world.person(PERSON_K1, K1)
    world.account(BETA, "beta.io")
    world.person(PERSON_K2, K2)
    world.block_address(L, BLOCKED_L)
    world.block_domain("rival.com", BLOCKED_RIVAL)
    return world


def participants(
    sender: str | Sequence[str],
    to: Iterable[str] = (),
    cc: Iterable[str] = (),
    bcc: Iterable[str] = (),
    *,
    passing: bool = True,
) -> tuple[SealedParticipant, ...]:
    """Sealed participants in the order of the headers."""
    senders = [sender] if isinstance(sender, str) else sender
    named = [("from", s) for s in senders if s]
    named += [("to", a) for a in to] + [("cc", a) for a in cc] + [("bcc", a) for a in bcc]
    return tuple(SealedParticipant(role, sealed(address), passing) for role, address in named)


def copy_in(label_role: str, owner: str | None = S1) -> CopyFacts:
    """A copy in a label of a user's mailbox."""
    return CopyFacts(label_role, None if owner is None else sealed(owner))


def mail(
    sender: str | Sequence[str],
    to: Iterable[str] = (),
    cc: Iterable[str] = (),
    bcc: Iterable[str] = (),
    *,
    copies: Sequence[CopyFacts] | None = None,
    at: int = NOON,
) -> Judged:
    """A mail with one reading, in S1's inbox unless copies are given."""
    return Judged(
        at=at,
        participants=participants(sender, to, cc, bcc),
        alternative=None,
        copies=(copy_in("inbox"),) if copies is None else tuple(copies),
    )


def read_twice(first: Judged, second: Judged) -> Judged:
    """``first`` with the participants of ``second`` as the other reading of its headers."""
    return first._replace(alternative=second.participants)


def created(decision: Decision) -> list[bytes]:
    """The address tokens of those whom the decision creates."""
    return [party.sealed.address for party in decision.creates]


def tokens(*addresses: str) -> list[bytes]:
    """The address tokens, sorted as a decision sorts them."""
    return sorted(sealed(address).address for address in addresses)
