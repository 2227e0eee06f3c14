"""The shapes of the audit log."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

from postroom.api.schemas import Page, Time


class AuditEntry(Schema):
    """One act; it is never changed."""

    id: int
    at: Time
    act: str = Field(description="One of those that the manual lists under “Audit”.")
    actor: str = Field(description="Who did it: an e-mail address, `token:NAME` or `command line`.")
    user: str | None = Field(
        description="Whom it concerns; null: nobody in particular, or a user who is there no more."
    )
    job: int | None = Field(description="The background job that did it, or that was asked for.")
    before: Any = Field(description="What it was, as the manual tells of each act; null where it tells none.")
    after: Any = Field(description="What it became.")


class AuditEntries(Page):
    """Entries, the newest first."""

    items: list[AuditEntry]
