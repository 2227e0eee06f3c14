"""The shapes of engagements and of what others see of them, as the OpenAPI document describes them (A4, R4)."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

from postroom.api.schemas import Page, Time


class EngagedPerson(Schema):
    """A person on an engagement; `email` is the address that takes part, else the first."""

    id: int
    name: str
    email: str | None


class EngagedAccount(Schema):
    """An account on which an engagement shows."""

    id: int
    name: str


class Engagement(Schema):
    """An imported message."""

    id: int
    kind: str
    date: Time | None
    visibility: Literal["everything", "subject", "existence"] = Field(
        description="What the caller sees of it, as its owners allow; what is hidden is null."
    )
    hidden_by: list[str] = Field(description="The owners who allow no more, by name.")
    subject: str | None
    snippet: str | None
    direction: Literal["in", "out"]
    users: list[str]
    persons: list[EngagedPerson]
    accounts: list[EngagedAccount]
    thread: str | None = Field(description="Its token; null where the subject is hidden.")
    message_id: str | None


class Engagements(Page):
    """Engagements, newest first."""

    items: list[Engagement]


class Participant(Schema):
    """An address in a role."""

    role: str
    email: str
    name: str


class Attachment(Schema):
    """What is known of an attachment; its bytes are not kept."""

    name: str
    media_type: str
    size: int


class Text(Schema):
    """One text of an engagement. `html` is as it was sent: clean it before showing it."""

    subject: str
    text: str
    html: str
    attachments: list[Attachment]


class EngagementWithTexts(Engagement):
    """An imported message with all that was kept of it."""

    participants: list[Participant] | None
    texts: list[Text] | None


class OwnVisibility(Schema):
    """What others see of the caller's own mail."""

    visibility: Literal["everything", "subject", "existence"]
