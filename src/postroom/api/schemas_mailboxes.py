"""The shapes of mailboxes and their labels, in and out."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, WithJsonSchema

from postroom.actions.choose_labels import MOST_DAYS
from postroom.api.bodies import Sent
from postroom.api.schemas import Page, Time
from postroom.store.read.mailbox_pages import STATES

_MODE = {
    "enum": ["full", "subject", "metadata"],
    "description": "What is kept of imported mail: everything; its subject only; nothing readable of the content.",
}
Mode = Annotated[str, WithJsonSchema(_MODE)]
State = Annotated[str, WithJsonSchema({"enum": list(STATES)})]


class ChangeMailbox(Sent):
    """What to change of a mailbox."""

    mode: Mode


class SelectLabel(Sent):
    """Whether a label syncs."""

    selected: bool
    backfill_days: Annotated[
        int,
        WithJsonSchema(
            {
                "type": "integer",
                "minimum": 0,
                "maximum": MOST_DAYS,
                "default": 0,
                "description": "Mail from so many days before now comes in too; of a label that syncs already, "
                "where that is further back than before.",
            }
        ),
    ] = 0


class Trouble(Schema):
    """Trouble at the provider."""

    kind: Literal["try_later", "sign_in_again", "not_allowed", "start_over", "cannot_ever"]
    code: str = Field(description="A stable name of what went wrong.")
    since: Time | None


class Mailbox(Schema):
    """A mailbox."""

    id: int
    user: str = Field(description="E-mail address of the user whose mailbox it is.")
    address: str
    source: int
    kind: str = Field(description="Of the source: `google`, `microsoft` or `imap`; in a demo `memory`.")
    is_connected: bool
    is_central: bool = Field(description="Read with the one secret of its source.")
    connected_at: Time | None
    connected_by: str
    state: State
    trouble: Trouble | None
    looked_at: Time | None = Field(description="When all that is selected was last looked at to the end.")
    look_at: Time | None = Field(description="When new mail is asked for again; null: it is not.")
    lag_seconds: int = Field(description="By how much the last full look is older than it should be.")
    mode: Mode = Field(description="As its owner chose.")
    mode_in_force: Mode = Field(description="The stricter of that and of what the workspace allows.")
    labels_selected: int


class Mailboxes(Page):
    """Mailboxes, the first connected first."""

    items: list[Mailbox]


class Label(Schema):
    """A label of a mailbox."""

    id: int
    name: str
    path: list[str] = Field(description="The name, and before it those of the labels it is nested in.")
    role: str | None = Field(
        description="From the provider: `inbox`, `sent`, `drafts`, `spam`, `trash`, `archive`, `all`."
    )
    is_selectable: bool = Field(description="False: it only holds other labels.")
    is_gone: bool = Field(description="The provider has it no more.")
    total: int | None = Field(description="Mails in it, by the provider.")
    selected: bool
    origin: Literal["user", "admin"] | None = Field(description="Who chose last.")
    chosen_by: str | None
    chosen_at: Time | None
    chosen_in: int | None = Field(
        description="The job of the default synced labels that chose last, if one did: for all users."
    )
    selected_at: Time | None
    starts_at: Time | None = Field(description="What was received before is `before_selection`.")
    walked_to: Time | None = Field(description="All received from then on was met.")
    problem: Literal["emptied", "starts_over", "protocol", "not_allowed", "try_later"] | None


class Labels(Page):
    """Labels of a mailbox."""

    items: list[Label]
