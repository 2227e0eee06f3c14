"""The demo's made-up company as records, as they are sent to the actions that add users, accounts and persons."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from postroom.demo import company
from postroom.demo.colleagues import DemoUser

_DAY: Final = 86_400


def user_record(user: DemoUser) -> dict[str, Any]:
    """A user, as one adds users."""
    return {
        "email": user.email,
        "name": user.name,
        "title": user.title,
        "department": user.department,
        "location": user.place,
        "time_zone": user.time_zone,
        "manager_email": company.user_named(user.manager).email if user.manager else None,
        "role": user.role,
    }


def account_record(account: company.DemoAccount, now: int) -> dict[str, Any]:
    """An account, known since it was met; ``now``: the demo's present, Unix seconds."""
    since = _moment(now - account.days_known * _DAY)
    domains = [
        {"domain": domain, "include_subdomains": account.include_subdomains, "known_since": since}
        for domain in account.domains
    ]
    return {
        "name": account.name,
        "domains": domains,
        "owner": account.owner,
        "ignored": account.is_ignored,
    }


def person_record(person: company.DemoPerson, now: int) -> dict[str, Any]:
    """A person, with the accounts they are at."""
    days = company.account_named(person.at).days_known if person.at else company.DAYS_KNOWN
    return {
        "name": person.name,
        "emails": list(person.emails),
        "accounts": list(person.accounts),
        "default_account": person.accounts[0] if person.accounts else None,
        "known_since": _moment(now - days * _DAY),
    }


def blocklist_records() -> list[dict[str, Any]]:
    """What the company blocks."""
    return [
        {"value": company.BLOCKED_DOMAIN, "include_subdomains": True, "note": "Sells what nobody asked for."},
        {"value": company.BLOCKED_ADDRESS, "note": "Their lawyers: not for the timeline."},
    ]


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
