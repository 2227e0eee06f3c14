"""The shapes of what goes in, as the OpenAPI document describes them.

A record of a bulk call is described but not enforced here: a malformed one gets an answer of its own.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, WithJsonSchema

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Unread = {"description": "Anything else is answered with `rejected` and a reason."}


def _record(properties: dict[str, Any], *, text: str = "") -> WithJsonSchema:
    """A record of a bulk call: an object with these properties, or a text; or anything, which is rejected."""
    shape = {"type": "object", "properties": properties, "additionalProperties": False}
    shapes = [{"type": "string", "description": text}] if text else []
    return WithJsonSchema({"anyOf": [*shapes, shape, Unread]})


def _text(description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "description": description}


_FLAG = {"type": "boolean"}
_SINCE = _text("Since when mail counts: RFC 3339 or a day; default is now.")
_DOMAIN = {"type": "string", "examples": ["acme.com"]}

DomainRecord = Annotated[
    Any, _record({"domain": _DOMAIN, "include_subdomains": _FLAG}, text="The domain alone.")
]
AddressRecord = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "string"}, Unread]})]
_USER_TEXTS = {
    "name": "As shown to others.",
    "title": "Job title.",
    "department": "Department.",
    "location": "Place of work.",
    "manager_email": "Address of the manager; an unknown one is a warning.",
    "employee_id": "The company's own id.",
    "hire_date": "A day, 2026-11-21.",
    "termination_date": "A day, 2026-11-21.",
    "employment_type": "As the company calls it.",
    "time_zone": "Such as Europe/Berlin.",
    "locale": "Such as en-GB.",
    "role": "Administrator, Manager, Member (the default), Viewer, or one of the workspace's own.",
}
UserRecord = Annotated[
    Any,
    _record(
        {
            "email": {
                "type": "string",
                "description": "Who it is: the address, or an alias of a known user.",
            },
            "aliases": {
                "type": ["array", "null"],
                "items": {"type": "string"},
                "description": "All of them.",
            },
            **{name: _text(description) for name, description in _USER_TEXTS.items()},
            "custom": {
                "type": ["object", "null"],
                "additionalProperties": {"type": ["string", "null"]},
                "maxProperties": 3,
            },
        }
    ),
]
_ACCOUNT_DOMAIN = {
    "anyOf": [
        _DOMAIN,
        {
            "type": "object",
            "properties": {"domain": _DOMAIN, "include_subdomains": _FLAG, "known_since": _SINCE},
            "additionalProperties": False,
        },
    ]
}
_ACCOUNT = {
    "name": {"type": "string"},
    "domains": {"type": ["array", "null"], "items": _ACCOUNT_DOMAIN},
    "owner": _text("E-mail address of a user."),
    "ignored": {"type": ["boolean", "null"], "description": "While ignored its domains match nobody."},
}
_REFERENCE = {"type": ["integer", "string"], "description": "An account's id, or its name if that is unique."}
_PERSON_ADDRESS = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"email": {"type": "string"}, "known_since": _SINCE},
            "additionalProperties": False,
        },
    ]
}
_PERSON = {
    "name": _text("Without one it is made from the first address."),
    "emails": {"type": ["array", "null"], "items": _PERSON_ADDRESS},
    "accounts": {"type": ["array", "null"], "items": _REFERENCE},
    "default_account": {**_REFERENCE, "type": ["integer", "string", "null"]},
    "known_since": _SINCE,
}
AccountRecord = Annotated[Any, _record(_ACCOUNT)]
PersonRecord = Annotated[Any, _record(_PERSON)]
BlocklistRecord = Annotated[
    Any,
    _record(
        {
            "value": {"type": "string", "description": "An e-mail address or a domain."},
            "include_subdomains": _FLAG,
            "lenses": {"type": ["array", "null"], "items": {"enum": ["customer", "people"]}},
            "note": _text("Why it is there."),
        },
        text="The address or domain alone.",
    ),
]
AccountChange = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "properties": _ACCOUNT, "additionalProperties": False}),
]
PersonChange = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "properties": _PERSON, "additionalProperties": False}),
]


class Sent(Schema):
    """A body; fields that do not exist and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AddOrganization(Sent):
    """Domains to add."""

    domains: list[DomainRecord]
    force: bool = Field(False, description="Take free-mail domains too.")


class ListAddresses(Sent):
    """Addresses to list."""

    addresses: list[AddressRecord]


class AddUsers(Sent):
    """Users to add or update."""

    users: list[UserRecord]


class AddAccounts(Sent):
    """Accounts to add."""

    accounts: list[AccountRecord]
    force: bool = Field(False, description="Take free-mail domains too.")


class AddPersons(Sent):
    """Persons to add."""

    persons: list[PersonRecord]


class AddBlocklist(Sent):
    """Entries to add or change."""

    entries: list[BlocklistRecord]
    force: bool = Field(False, description="Take organization domains too.")


class Reconsider(Sent):
    """Which decisions to take again: these, or those that the filter finds; nothing given: all."""

    ids: list[Id] | None = Field(None, description="Ids of decisions.")
    lens: Literal["customer", "people"] | None = None
    outcome: Literal["hold", "skip"] | None = None
    reason: str | None = Field(None, max_length=24)
    source: str | None = Field(None, max_length=10)
    user: str | None = Field(None, max_length=320)
    since: str | None = Field(None, description="RFC 3339 or a day: decided then or later.")


class Visibility(Sent):
    """What others see of one's own mail."""

    visibility: str = Field(max_length=10, description="`everything`, `subject` or `existence`.")


class Release(Sent):
    """Which decisions to release."""

    ids: list[Id] = Field(description="Ids of decisions that hold a message as `ambiguous`.")


class ExplainQuestion(Sent):
    """Exactly one of these."""

    address: str | None = Field(None, max_length=1000, description="An e-mail address, or a person's name.")
    message_id: str | None = Field(None, max_length=1000)
    engagement: Id | None = None
    message: Id | None = Field(None, description="As `message` of a decision says.")
    raw: str | None = Field(
        None, description="A whole mail (RFC 5322), in base64 or as text, at most 35 MiB."
    )
