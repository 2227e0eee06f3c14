"""The shapes of one's own data, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from postroom.api.bodies import Sent
from postroom.api.schemas import Time


class SetOwnConsent(Sent):
    """One's own yes or no."""

    collect_passive_data: bool
    text_version: int | None = Field(
        None, description="Of the text that was read, as `GET /my-data` shows it; a must for yes."
    )


class Said(Schema):
    """One recorded change of consent."""

    given: bool
    at: Time
    by: str = Field(description="Who said so: an e-mail address, `token:NAME`, `command line` …")
    how: str = Field(description="`own page`, `users page`, `api`, `command line`, `default` or `disabled`.")
    text_version: int


class Held(Schema):
    """What waits for consent: counts alone."""

    kind: str
    items: int
    oldest: Time | None
    newest: Time | None


class Kept(Schema):
    """Interactions of one kind: all, in INT, in EXT."""

    kind: str
    total: int
    inside: int
    outside: int
    first: Time | None
    last: Time | None


class Origin(Schema):
    """Where copies came from."""

    kind: Literal["api", "import"] = Field(description="Uploaded, or imported from files on the server.")
    source: str | None = Field(
        description="The name of the source; null of files, and of an upload whose item is not there any more."
    )
    copies: int


class MyData(Schema):
    """What is collected about the user who asks."""

    collect_passive_data: bool
    since: Time | None
    agreed_text_version: int | None = Field(
        description="The text that the yes in force is to; where it is older than `text_version`, see the manual."
    )
    text_version: int
    text: list[str] = Field(description="What agreeing means, now: its paragraphs.")
    history: list[Said] = Field(description="The newest first.")
    held: list[Held]
    queued: int = Field(description="Items that wait to be counted, of a user who consented.")
    failed: int = Field(description="Items that could not be read, and wait to be tried again.")
    kept: list[Kept]
    decisions: dict[str, int] = Field(description="Those in force in the people lens, by reason.")
    origins: list[Origin]


class MyExport(Schema):
    """All that is kept; its fields stand in the manual under “The export of one's own data”."""

    model_config = ConfigDict(extra="allow")

    format: str
    version: int
    interactions: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    weeks: list[dict[str, Any]]
