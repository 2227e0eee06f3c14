"""The shapes of what comes out, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

Time = Annotated[str, Field(description="RFC 3339, UTC.", examples=["2026-11-21T10:00:00Z"])]


class Result(Schema):
    """The answer to one record that was sent to be stored."""

    index: int
    id: int | str | None
    status: Literal["created", "updated", "unchanged", "rejected"]
    reason: str | None
    field: str | None
    warnings: list[str]


class Results(Schema):
    """One answer for each record, in order."""

    results: list[Result]


class Released(Schema):
    """What became of the message of one decision."""

    index: int
    id: int
    status: Literal["decided", "fetch_again", "send_again", "rejected"] = Field(
        description="`decided`: it stays out, for `reason`. `fetch_again`: it would come in, and is fetched again from "
        "its mailbox. `send_again`: it would come in; its content is not here."
    )
    reason: str | None


class Releases(Schema):
    """One answer for each decision, in order."""

    results: list[Released]


class Retried(Schema):
    """What became of a message that was set aside."""

    id: int
    status: Literal["filed", "set_aside", "fetch_again", "rejected"] = Field(
        description="`filed`: it was read, and decided for `reason`. `set_aside`: it still cannot be read. "
        "`fetch_again`: it is fetched again from its mailbox. `rejected`: it was too large to keep, and its "
        "file or mailbox is needed."
    )
    reason: str


class Problem(Schema):
    """RFC 9457; `code` is stable, `field` names the part of the call that is meant."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None


class Page(Schema):
    """What every list has beside its items."""

    next_cursor: str | None = Field(
        description="Give it as `cursor` for the next items; null: there are none."
    )


class OrganizationDomain(Schema):
    """A domain of the company."""

    domain: str
    include_subdomains: bool
    added_at: Time


class Organization(Schema):
    """What decides inside or outside."""

    domains: list[OrganizationDomain]
    internal_addresses: list[str]
    excluded_addresses: list[str]


class User(Schema):
    """A user."""

    email: str
    name: str
    aliases: list[str]
    title: str
    department: str
    location: str
    manager_email: str
    employee_id: str
    hire_date: str | None
    termination_date: str | None
    employment_type: str
    time_zone: str
    locale: str
    role: str
    custom: dict[str, str]
    collect_passive_data: bool
    disabled: bool
    created_at: Time
    updated_at: Time


class Users(Page):
    """Users by address."""

    items: list[User]


class Figures(Schema):
    """How many engagements, and when the last came in and went out."""

    total: int
    last_in: Time | None
    last_out: Time | None


class AccountDomain(Schema):
    """A mail domain of an account."""

    domain: str
    include_subdomains: bool
    known_since: Time | None


class Account(Schema):
    """An account."""

    id: int
    name: str
    domains: list[AccountDomain]
    owner: str | None
    ignored: bool
    engagements: Figures
    created_at: Time


class Accounts(Page):
    """Accounts, the first added first."""

    items: list[Account]


class ChangedAccount(Account):
    """An account as changed."""

    warnings: list[str]


class PersonAddress(Schema):
    """An address of a person."""

    email: str
    known_since: Time | None


class LinkedAccount(Schema):
    """An account that a person belongs to, and why."""

    id: int
    name: str
    why: Literal["hand", "domain"]


class Person(Schema):
    """A person."""

    id: int
    name: str
    emails: list[str]
    addresses: list[PersonAddress]
    accounts: list[LinkedAccount]
    default_account: int | None = Field(description="Where new engagements show: as chosen, else the first.")
    created_from_mail: bool
    engagements: Figures
    created_at: Time


class Persons(Page):
    """Persons, the first added first."""

    items: list[Person]


class ChangedPerson(Person):
    """A person as changed."""

    warnings: list[str]


class BlocklistEntry(Schema):
    """An entry of the blocklist."""

    id: int
    value: str
    include_subdomains: bool
    lenses: list[str]
    note: str
    author: str
    created_at: Time
    hits: int
    last_hit_at: Time | None


class Blocklist(Page):
    """Entries, the first added first."""

    items: list[BlocklistEntry]


class Decision(Schema):
    """A lens's verdict in force on a message. Explain tells its evidence."""

    id: int
    message: int
    lens: str
    user: str | None = Field(description="Whose, in the people lens, which decides for each user.")
    outcome: str
    reason: str
    date: Time | None
    decided_at: Time | None
    released_at: Time | None = Field(description="Held no more: it comes in once it is sent again.")
    policy: int
    revision: int


class Decisions(Page):
    """Decisions in force, newest first."""

    items: list[Decision]


class DecisionSummary(Schema):
    """Messages by lens, outcome and reason."""

    outcomes: dict[str, dict[str, dict[str, int]]]


class AskedJob(Schema):
    """A job that was asked for."""

    job: int


class SetAside(Schema):
    """A message that could not be read and was set aside whole."""

    id: int
    why: str
    size: int
    source: str
    user: str | None
    label: str
    label_role: str
    locator: str
    met_at: Time | None
    tries: int


class SetAsides(Page):
    """Messages set aside, newest first."""

    items: list[SetAside]
