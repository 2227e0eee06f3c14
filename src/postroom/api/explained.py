"""The shapes of Explain's answer, as the OpenAPI document describes them (L2)."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

from postroom.api.schemas import Time


class Reference(Schema):
    """A person or an account, by id and name."""

    id: int
    name: str


class FoundEntry(Schema):
    """A blocklist entry that decided; `note` needs `manage_rules`."""

    id: int
    value: str
    note: str | None


class Evidence(Schema):
    """Who or which entry decided; `address` is null where it is kept sealed."""

    reason: str
    role: Literal["from", "to", "cc", "bcc", "author", "member", "reactor", "owner"] | None
    address: str | None
    entry: FoundEntry | None
    says: str


class AskedBefore(Schema):
    """A question that was asked before and did not decide."""

    rule: str
    question: str
    answer: Literal["no"]


class Verdict(Schema):
    """What became of a message, and why."""

    headline: str = Field(description="What became of it and why, in one line.")
    outcome: Literal["import", "hold", "skip", "set_aside"]
    reason: str
    rule: str = Field(description="Its number in the rules; empty where it has none.")
    says: str
    evidence: list[Evidence]
    asked_before: list[AskedBefore]
    would_change: list[str]
    policy: int | None
    revision: int | None = Field(description="Of the directory.")
    decided_at: Time | None


class ExplainedCopy(Schema):
    """One meeting with a message."""

    source: str
    user: str | None
    label: str | None = Field(
        description="Null where the subject is hidden from the asker, or a copy of somebody else's is for the people "
        "lens alone."
    )
    met_at: Time | None


class Defect(Schema):
    """Something that was wrong with a message that was read all the same."""

    name: str
    says: str


class ExplainedMessage(Schema):
    """What happened to a message, or would happen to one that was never met."""

    id: int | None
    message_id: str | None = Field(description="Null where it is kept sealed or hidden.")
    date: Time | None
    met: bool
    assumes: list[str] = Field(description="What was taken for granted of a mail that was never met.")
    roles: list[Literal["from", "to", "cc", "bcc", "author", "member", "reactor"]] = Field(
        description="Of the address asked about."
    )
    copies: list[ExplainedCopy]
    is_in_mailbox: bool = Field(
        description="Whether a mailbox that is read still has it: to reconsider it is to fetch it again."
    )
    engagement: int | None
    defects: list[Defect]
    customer: Verdict | None
    today: Verdict | None = Field(
        description="What would be decided today of a message that was met; null where that is what stands."
    )
    people: dict[str, Verdict] = Field(
        description="By user, as far as the people lens judged it and whoever asks may know: who sees the rules, "
        "or the user."
    )
    earlier: list[Verdict] = Field(description="Decisions no longer in force, the oldest first.")


class ExplainedPerson(Reference):
    """A person who has the address, or is so named."""

    emails: list[str]
    known_since: Time | None


class WhyNot(Schema):
    """Why mail with the address does not come in, and what would change it."""

    reason: Literal["blocked", "no_person_and_no_account", "person_without_address", "no_person"]
    says: str
    change: str
    entry: int | None = Field(description="The blocklist entry's id.")


class ExplainedAddress(Schema):
    """Who an address is today; asked by a name, `address` is null."""

    address: str | None
    known: bool
    inside: bool
    person: Reference | None
    persons: list[ExplainedPerson]
    account: Reference | None
    domain_known_since: Time | None
    why_not: list[WhyNot]


class Explanation(Schema):
    """What happened and why."""

    messages: list[ExplainedMessage]
    more: bool = Field(description="There are more than 50 messages; these are the last met.")
    address: ExplainedAddress | None
