"""The shapes of sources and their access tokens, in and out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, WithJsonSchema

from postroom.actions.access_tokens import MAX_GRACE_HOURS
from postroom.api.bodies import Sent
from postroom.api.schemas import Page, Time

_LENSES = {
    "type": "array",
    "items": {"enum": ["customer", "people"]},
    "minItems": 1,
    "description": "What it feeds; for what is uploaded from then on.",
}
_DEPTH = {
    "type": ["string", "null"],
    "format": "date",
    "description": "Items dated before this day (UTC) are skipped; null, not with mailboxes: none is.",
}
_NAME = {"type": "string", "minLength": 1, "maxLength": 200, "description": "Unique in the workspace."}

SourceChange = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"name": _NAME, "lenses": _LENSES, "crawling_depth": _DEPTH},
            "additionalProperties": False,
        }
    ),
]


class AddSource(Sent):
    """A source to create."""

    name: Annotated[str, WithJsonSchema(_NAME)]
    lenses: Annotated[list[str], WithJsonSchema(_LENSES | {"default": ["people"]})] = ["people"]
    crawling_depth: Annotated[str | None, WithJsonSchema(_DEPTH)] = None


class RotateToken(Sent):
    """How long the access token before goes on working."""

    grace_hours: Annotated[
        int,
        WithJsonSchema(
            {
                "type": "integer",
                "minimum": 0,
                "maximum": MAX_GRACE_HOURS,
                "default": 24,
                "description": "0: it ends at once.",
            }
        ),
    ] = 24


class AccessToken(Schema):
    """An access token of a source, without its secret."""

    id: int
    created_at: Time
    expires_at: Time | None = Field(
        description="Set once there is a newer one: until then this one works too."
    )
    last_used_at: Time | None = Field(description="To the minute.")
    revoked_at: Time | None


class AccessTokens(Schema):
    """The access tokens of a source, the newest first."""

    items: list[AccessToken]


class Source(Schema):
    """A source."""

    id: int
    name: str
    kind: Literal["api", "google", "microsoft", "imap", "memory"] = Field(
        description="api: programs upload to it; the others: mailboxes are read through it, and it has no tokens. "
        "memory: the mail server of a demo workspace."
    )
    lenses: list[Literal["customer", "people"]]
    crawling_depth: str | None
    created_at: Time
    failure_share: float | None = Field(
        description="The share of those that were rejected, or could not be processed, among the last 1,000 items "
        "of the last 24 hours; null: there were none."
    )
    is_alarmed: bool = Field(description="More than 5 % of them failed so.")
    tokens: list[AccessToken] = Field(description="The newest first.")


class SourceWithSecret(Source):
    """A source and its new access token."""

    access_token: str = Field(description="Shown this once.")


class Sources(Page):
    """Sources, the first created first."""

    items: list[Source]
