"""How rows are shown: the same shape in lists and alone, everything a page of rows needs asked at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from postroom.core.clock_text import moment_text, rfc3339
from postroom.store.models import (
    Account,
    BlocklistEntry,
    Decision,
    Person,
    PersonAddress,
    SetAside,
    User,
)
from postroom.store.read.accounts import domains_of
from postroom.store.read.figures import (
    NOTHING_YET,
    Figures,
    figures_of_accounts,
    figures_of_persons,
)
from postroom.store.read.persons import addresses_of_persons, default_accounts, links_of_persons
from postroom.store.read.seen import SeenEngagement
from postroom.store.read.users import addresses_of

_SAME = ("email", "name", "title", "department", "location", "manager_email", "employee_id")
_ALSO = ("employment_type", "time_zone", "locale", "role", "custom")


def users(rows: Sequence[User]) -> list[dict[str, Any]]:
    """Users with their aliases."""
    addresses = addresses_of(rows)
    return [
        {
            **{name: getattr(user, name) for name in (*_SAME, *_ALSO)},
            "aliases": [entry.address for entry in addresses[user.pk] if entry.is_alias],
            "hire_date": user.hire_date and user.hire_date.isoformat(),
            "termination_date": user.termination_date and user.termination_date.isoformat(),
            "collect_passive_data": user.collects_since is not None,
            "disabled": user.disabled_at is not None,
            "created_at": moment_text(user.created_at),
            "updated_at": moment_text(user.updated_at),
        }
        for user in rows
    ]


def connected(rows: Iterable[User]) -> list[dict[str, Any]]:
    """Users who collect, and since when."""
    return [
        {"email": user.email, "name": user.name, "since": moment_text(user.collects_since)} for user in rows
    ]


def _figures(of: Mapping[int, Figures], pk: int) -> dict[str, Any]:
    figures = of.get(pk, NOTHING_YET)
    return {
        "total": figures.total,
        "last_in": rfc3339(figures.last_in),
        "last_out": rfc3339(figures.last_out),
    }


def accounts(rows: Sequence[Account]) -> list[dict[str, Any]]:
    """Accounts with their domains and figures."""
    ids = [account.pk for account in rows]
    domains, figures = domains_of(ids), figures_of_accounts(ids)
    return [
        {
            "id": account.pk,
            "name": account.name,
            "domains": [
                {
                    "domain": entry.domain,
                    "include_subdomains": entry.include_subdomains,
                    "known_since": rfc3339(entry.known_since),
                }
                for entry in domains[account.pk]
            ],
            "owner": account.owner.email if account.owner else None,
            "ignored": account.is_ignored,
            "engagements": _figures(figures, account.pk),
            "created_at": moment_text(account.created_at),
        }
        for account in rows
    ]


def persons(rows: Sequence[Person]) -> list[dict[str, Any]]:
    """Persons with their addresses, accounts and figures."""
    ids = [person.pk for person in rows]
    addresses, links, figures = addresses_of_persons(ids), links_of_persons(ids), figures_of_persons(ids)
    default = default_accounts(ids)
    return [
        {
            "id": person.pk,
            "name": person.name,
            "emails": [entry.address for entry in addresses[person.pk]],
            "addresses": [
                {"email": entry.address, "known_since": rfc3339(entry.known_since)}
                for entry in addresses[person.pk]
            ],
            "accounts": [
                {"id": link.account_id, "name": link.account.name, "why": link.why}
                for link in links[person.pk]
            ],
            "default_account": default[person.pk].pk if person.pk in default else None,
            "created_from_mail": person.is_from_mail,
            "engagements": _figures(figures, person.pk),
            "created_at": moment_text(person.created_at),
        }
        for person in rows
    ]


def blocklist(rows: Sequence[BlocklistEntry]) -> list[dict[str, Any]]:
    """Entries with how often they decided."""
    same = ("value", "include_subdomains", "lenses", "note", "author", "hits")
    return [
        {
            "id": entry.pk,
            **{name: getattr(entry, name) for name in same},
            "created_at": moment_text(entry.created_at),
            "last_hit_at": moment_text(entry.last_hit_at),
        }
        for entry in rows
    ]


def engagements(rows: Sequence[SeenEngagement]) -> list[dict[str, Any]]:
    """Engagements as the caller sees them; what is hidden is ``None``."""
    addresses = addresses_of_persons({person.pk for row in rows for person in row.persons})
    return [_engagement(row, addresses) for row in rows]


def _engagement(row: SeenEngagement, addresses: Mapping[int, list[PersonAddress]]) -> dict[str, Any]:
    taking_part = {participant["email"] for participant in row.participants}
    return {
        "id": row.pk,
        "kind": row.kind,
        "date": rfc3339(row.at),
        "visibility": row.level,
        "hidden_by": list(row.sight.hidden_by),
        "subject": row.subject if row.shows_subject else None,
        "snippet": row.snippet if row.shows_everything else None,
        "direction": row.direction,
        "users": [user.email for user in row.users],
        "persons": [
            {"id": person.pk, "name": person.name, "email": _email_of(addresses[person.pk], taking_part)}
            for person in row.persons
            if person.closed_in is None
        ],
        "accounts": [
            {"id": account.pk, "name": account.name} for account in row.accounts if account.closed_in is None
        ],
        "thread": row.thread if row.shows_subject else None,
        "message_id": row.rfc_message_id if row.shows_subject else None,
    }


def _email_of(entries: Sequence[PersonAddress], taking_part: set[str]) -> str | None:
    addresses = [entry.address for entry in entries]
    return next((address for address in addresses if address in taking_part), next(iter(addresses), None))


def decisions(rows: Sequence[Decision]) -> list[dict[str, Any]]:
    """Decisions with the time of their message, those of the people lens with their user."""
    same = ("lens", "outcome", "reason", "policy", "revision")
    return [
        {
            "id": row.pk,
            "message": row.message_id,
            **{name: getattr(row, name) for name in same},
            "user": row.user.email if row.user else None,
            "date": rfc3339(row.message.at),
            "decided_at": rfc3339(row.decided_at),
            "released_at": rfc3339(row.message.released_at),
        }
        for row in rows
    ]


def set_aside(rows: Sequence[SetAside]) -> list[dict[str, Any]]:
    """Where messages that were set aside came from; nothing of what stands in them."""
    same = ("why", "size", "source", "label", "label_role", "locator", "tries")
    return [
        {
            "id": row.pk,
            **{name: getattr(row, name) for name in same},
            "user": row.user.email if row.user else None,
            "met_at": rfc3339(row.met_at),
        }
        for row in rows
    ]
