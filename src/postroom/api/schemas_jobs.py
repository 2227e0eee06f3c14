"""The shapes of background jobs."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from postroom.api.schemas import Page, Time

State = Literal["waiting", "running", "done", "failed", "cancelled"]


class JobInList(Schema):
    """Work in the background, without its results."""

    id: int
    kind: str
    state: State
    asked_by: str = Field(description="An e-mail address, `token:NAME`, `source:NAME` or `command line`.")
    done: int | None = Field(description="How many of `total` are done; null where the job does not know.")
    total: int | None
    counts: dict[str, int]
    problem: str | None
    cancel_asked_by: str | None = Field(description="Who asked for it to stop; it does at its next step.")
    created_at: Time
    ended_at: Time | None


class Job(JobInList):
    """Work in the background."""

    results: list[dict[str, Any]]


class Jobs(Page):
    """Jobs, newest first."""

    items: list[JobInList]
