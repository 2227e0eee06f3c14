"""The shapes of what the upload API answers, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

from postroom.api.explained import Verdict

STATUS_SAYS = (
    "`queued`: it is judged next. `held`: it waits for consent. `duplicate`: the same was there. `updated`: it was "
    "there, and said something else. `skipped`: it is not wanted, for `reason`. `rejected`: it is wrong, for `reason`."
)


class Lenses(Schema):
    """What each lens would decide."""

    customer: Verdict | None = Field(description="Null where the source does not feed this lens.")
    people: dict[str, Verdict] = Field(description="By the address of each user concerned.")


class ItemResult(Schema):
    """The answer to one item."""

    index: int
    id: str | None
    status: Literal["queued", "held", "duplicate", "updated", "skipped", "rejected"] = Field(
        description=STATUS_SAYS
    )
    reason: str | None
    field: str | None
    lenses: Lenses | None = Field(None, description="In a dry run only.")


class UploadAnswer(Schema):
    """One answer for each item, in order. What is accepted is stored."""

    accepted: int = Field(description="How many items were not rejected.")
    rejected: int
    results: list[ItemResult]
    not_listed: int | None = Field(
        None,
        description="Of an mbox only: how many results are left out. Of more than 1,000 mails the rejected ones alone "
        "are listed, up to 1,000.",
    )


class Settings(Schema):
    """What a connector has to know."""

    crawling_depth: str | None = Field(
        description="Items dated before this day (UTC) are skipped; null: none is.", examples=["2026-01-01"]
    )
    organization_domains: list[str]
    max_items: int = Field(description="Items in one call.")
    max_bytes: int = Field(description="Bytes of the JSON of one call, uncompressed.")


class Uploads(Schema):
    """What this source uploaded."""

    counts: dict[str, dict[str, int]] = Field(
        description="Items by kind (`mail`, `chat`, `reaction`, `activity`) and state (`queued`, `held`, `done`, "
        "`skipped`, `dropped`, `failed`)."
    )
    failure_share: float | None = Field(
        description="The share of those that were rejected, or could not be processed, among the last 1,000 items "
        "of the last 24 hours; null: there were none."
    )
    failed: int = Field(description="How many of those failed so.")
    items: int = Field(description="How many those are.")
    is_alarmed: bool = Field(description="More than 5 % of them failed so.")
