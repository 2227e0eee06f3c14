"""The shapes of sources that mailboxes are read through, in and out. What is secret goes in and never comes out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, WithJsonSchema

from postroom.api.bodies import Sent
from postroom.api.schemas import Page


def _text(description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "description": description}


MailboxSourceChange = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                "client_id": _text(
                    "Google and Microsoft: of the client by which users connect their own mailbox."
                ),
                "client_secret": _text("Google and Microsoft: its secret."),
                "service_account": _text("Google: the JSON key by which all mailboxes are read."),
                "admin": _text("Google: an administrator's address, in whose name users are listed."),
                "units_per_minute": {
                    "type": ["integer", "null"],
                    "minimum": 600,
                    "maximum": 1_000_000,
                    "description": "Google: the project's quota of the Gmail API, for each mailbox.",
                },
                "tenant": _text("Microsoft: the directory's id."),
                "host": _text("IMAP: the mail server, proposed to users."),
                "port": {"type": ["integer", "null"], "minimum": 1, "maximum": 65_535},
                "security": {"enum": ["tls", "starttls", "none", None]},
                "allow_plain": {"type": ["boolean", "null"], "description": "IMAP: none is allowed too."},
                "master_user": _text("IMAP: who opens all mailboxes."),
                "master_password": _text("IMAP: the password of the master user."),
                "separator": _text(
                    "IMAP: between user and master user; null: SASL PLAIN says whom to act for."
                ),
            },
            "additionalProperties": False,
            "description": "What is not given stays; null takes it out. Each kind has fields of its own.",
        }
    ),
]


class MailboxSource(Schema):
    """A source that mailboxes are read through; there is at most one of a kind."""

    id: int
    kind: Literal["google", "microsoft", "imap"]
    name: str
    settings: dict[str, Any] = Field(description="What is set, without what is secret.")
    secrets: list[str] = Field(description="The names of the secret fields that are set.")
    can_be_central: bool = Field(description="Whether all mailboxes can be tried with what is set.")
    is_central: bool = Field(description="Whether the mailboxes of all users are read with its one secret.")


class MailboxSources(Page):
    """Sources that mailboxes are read through."""

    items: list[MailboxSource]


class TryWith(Sent):
    """With whose mailbox it is tried."""

    email: str = Field(
        description="The address of a user who has a mailbox there.", examples=["ana@acme.com"]
    )


class Missing(Schema):
    """Something that is missing at the provider's side."""

    what: str = Field(description="A stable name.")
    says: str = Field(description="What to do, and where.")


class Checked(Schema):
    """What a check found."""

    missing: list[Missing] = Field(description="Nothing: all mailboxes can be read.")


class Disconnected(Schema):
    """What was disconnected."""

    disconnected: int = Field(description="How many mailboxes.")
