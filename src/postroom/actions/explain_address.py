"""Who an address is today, and the three answers to "why was my mail to John Doe not synced?" (L2)."""

from __future__ import annotations

from typing import Any

from postroom.core.address import domain_of
from postroom.core.clock_text import rfc3339
from postroom.core.directory import NEVER
from postroom.core.filing import name_from_address
from postroom.core.seal import Seal
from postroom.store.models import Account, Person, Workspace
from postroom.store.read import known_address
from postroom.store.read.directory import DirectoryAtHand


def explain_address(workspace: Workspace, seal: Seal, address: str) -> dict[str, Any]:
    """Say whether mail with ``address`` comes in from now on, as whose, and if not, why not.

    ``{"address", "known", "inside", "person", "account", "why_not": [{"reason", "says", "change"}]}``.
    """
    sealed = seal.sealed(address)
    party = DirectoryAtHand(workspace.pk).for_([sealed]).party(sealed)
    persons = known_address.persons_with(workspace, sealed.address)
    accounts = known_address.accounts(workspace, [d.account for d in party.domains])
    answer: dict[str, Any] = {
        "address": address,
        "known": party.inside or bool(persons) or party.creatable_since < NEVER,
        "inside": party.inside,
        "person": _person(persons[0].person) if persons else None,
        "persons": [{**_person(p.person), "known_since": rfc3339(p.known_since)} for p in persons],
        "account": _account(persons[0].account if persons else next(iter(accounts), None)),
        "domain_known_since": rfc3339(min((d.known_since for d in party.domains), default=None)),
        "why_not": [],
    }
    why_not = answer["why_not"]
    if party.blocked is not None:
        why_not.append(_blocked(workspace, party.blocked, address))
    if not answer["known"]:
        # A blocked address of an account's domain is known to be blocked, not unknown.
        if not party.domains:
            why_not.append(_nobody(address))
        why_not += [
            _no_address(p) for p in known_address.without_address(workspace, name_from_address(address))
        ]
    return answer


def explain_name(workspace: Workspace, name: str) -> dict[str, Any]:
    """The same for a person's name: names never match mail, addresses do (C15)."""
    persons = known_address.named(workspace, name)
    why_not = []
    for person in persons:
        if not [a for a in person.addresses.all() if a.closed_in is None]:
            why_not.append(_no_address(person))
    if not persons:
        why_not.append(
            {
                "reason": "no_person",
                "says": f"No person is named {name.strip()[:100]!r}. Mail is matched by address, never by name.",
                "change": "Ask with the e-mail address.",
            }
        )
    return {
        "address": None,
        "known": bool(persons) and len(why_not) < len(persons),
        "inside": False,
        "person": _person(persons[0]) if persons else None,
        "persons": [
            {**_person(p), "emails": [a.address for a in p.addresses.all() if a.closed_in is None]}
            for p in persons
        ],
        "account": _account(known_address.account_shown_on(persons[0])) if persons else None,
        "why_not": why_not,
    }


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.pk, "name": person.name}


def _account(account: Account | None) -> dict[str, Any] | None:
    return None if account is None else {"id": account.pk, "name": account.name}


def _nobody(address: str) -> dict[str, str]:
    domain = domain_of(address)
    return {
        "reason": "no_person_and_no_account",
        "says": f"No person has the address {address}, and no account has the domain {domain}.",
        "change": f"Add a person with this address, or an account with the domain {domain}.",
    }


def _no_address(person: Person) -> dict[str, str]:
    return {
        "reason": "person_without_address",
        "says": f"There is a person named {person.name}, who has no e-mail address; names never match mail.",
        "change": f"Add the e-mail address to {person.name}.",
    }


def _blocked(workspace: Workspace, entry_id: int, address: str) -> dict[str, Any]:
    entry = known_address.blocked_by(workspace, entry_id)
    value = entry.value if entry else address
    note = f" ({entry.note})" if entry and entry.note else ""
    return {
        "reason": "blocked",
        "says": f"{address} is kept out by the blocklist entry {value}{note}.",
        "change": f"Remove the blocklist entry {value}.",
        "entry": entry_id,
    }
