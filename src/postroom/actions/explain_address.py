"""Who an address is today, and the three answers to "why was my mail to John Doe not synced?" (L2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from postroom.actions.explain_known import Asker, shown_entry
from postroom.core.address import domain_of
from postroom.core.clock_text import rfc3339
from postroom.core.directory import NEVER
from postroom.core.filing import name_from_address
from postroom.store.models import Account, Person
from postroom.store.read import known_address
from postroom.store.read.directory import DirectoryAtHand
from postroom.store.read.persons import default_account_of
from postroom.store.secrets import seal_of


def explain_address(asker: Asker, address: str) -> dict[str, Any]:
    """Say whether mail with ``address``, which the asker has in hand, comes in from now on, and if not, why not.

    ``{"address", "known", "inside", "person", "persons", "account", "domain_known_since", "why_not": [{"reason",
    "says", "change", "entry"}]}``.
    """
    workspace = asker.workspace
    sealed = seal_of(workspace).sealed(address)
    party = DirectoryAtHand(workspace.pk).for_([sealed]).party(sealed)
    persons = known_address.persons_with(workspace, sealed.address)
    accounts = known_address.accounts(workspace, [d.account for d in party.domains])
    known = party.inside or bool(persons) or party.creatable_since < NEVER
    why_not = [] if party.blocked is None else [_blocked(asker, party.blocked, address)]
    if not known:
        # A blocked address of an account's domain is known to be blocked, not unknown.
        why_not += [] if party.domains else [_nobody(address)]
        namesakes = known_address.without_address(workspace, name_from_address(address))
        why_not += [_no_address(person) for person in namesakes]
    return {
        "address": address,
        "known": known,
        "inside": party.inside,
        "person": _person(persons[0].person) if persons else None,
        "persons": [_listed(p.person, [address], p.known_since) for p in persons],
        "account": _account(persons[0].account if persons else next(iter(accounts), None)),
        "domain_known_since": rfc3339(min((d.known_since for d in party.domains), default=None)),
        "why_not": why_not,
    }


def explain_name(asker: Asker, name: str) -> dict[str, Any]:
    """The same for a person's name: names never match mail, addresses do (C15)."""
    workspace = asker.workspace
    persons = known_address.named(workspace, name)
    emails = {p.pk: [a.address for a in p.addresses.all() if a.closed_in is None] for p in persons}
    why_not = [_no_address(person) for person in persons if not emails[person.pk]]
    blocked = _blocked_of(asker, [email for some in emails.values() for email in some])
    return {
        "address": None,
        "known": bool(persons) and len(why_not) < len(persons),
        "inside": False,
        "person": _person(persons[0]) if persons else None,
        "persons": [_listed(person, emails[person.pk], None) for person in persons],
        "account": _account(default_account_of(persons[0])) if persons else None,
        "domain_known_since": None,
        "why_not": why_not + blocked if persons else [_nobody_named(name)],
    }


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.pk, "name": person.name}


def _account(account: Account | None) -> dict[str, Any] | None:
    return None if account is None else {"id": account.pk, "name": account.name}


def _listed(person: Person, emails: list[str], known_since: int | None) -> dict[str, Any]:
    return {**_person(person), "emails": emails, "known_since": rfc3339(known_since)}


def _why(reason: str, says: str, change: str, entry: int | None = None) -> dict[str, Any]:
    return {"reason": reason, "says": says, "change": change, "entry": entry}


def _nobody(address: str) -> dict[str, Any]:
    domain = domain_of(address)
    return _why(
        "no_person_and_no_account",
        f"No person has the address {address}, and no account has the domain {domain}.",
        f"Add a person with this address, or an account with the domain {domain}.",
    )


def _nobody_named(name: str) -> dict[str, Any]:
    return _why(
        "no_person",
        f"No person is named {name.strip()[:100]!r}. Mail is matched by address, never by name.",
        "Ask with the e-mail address.",
    )


def _no_address(person: Person) -> dict[str, Any]:
    return _why(
        "person_without_address",
        f"There is a person named {person.name}, who has no e-mail address; names never match mail.",
        f"Add the e-mail address to {person.name}.",
    )


def _blocked_of(asker: Asker, emails: Iterable[str]) -> list[dict[str, Any]]:
    """Those of the addresses that the blocklist keeps out."""
    sealed = {email: seal_of(asker.workspace).sealed(email) for email in emails}
    directory = DirectoryAtHand(asker.workspace.pk).for_(sealed.values())
    entries = {email: directory.party(one).blocked for email, one in sealed.items()}
    return [_blocked(asker, entry, email) for email, entry in entries.items() if entry is not None]


def _blocked(asker: Asker, entry_id: int, address: str) -> dict[str, Any]:
    entry = shown_entry(known_address.blocked_by(asker.workspace, entry_id), asker.sees_rules)
    value = entry.value if entry else address
    note = f" ({entry.note})" if entry and entry.note else ""
    return _why(
        "blocked",
        f"{address} is kept out by the blocklist entry {value}{note}.",
        f"Remove the blocklist entry {value}.",
        entry_id,
    )
