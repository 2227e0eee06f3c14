"""The shapes of background jobs."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from ninja import Query, Schema
from pydantic import Field

from postroom.api.schemas import Page, Time

State = Literal["waiting", "running", "done", "failed", "cancelled"]
Status = Literal["changed", "unchanged", "skipped", "failed"]
Reason = Literal["disabled", "no_mailbox", "no_such_label", "chosen_since", "labels_unread"]

MAX_USERS: Final = 1_000
LimitOfUsers = Annotated[
    int,
    Query(MAX_USERS, ge=1, le=MAX_USERS, description="Users in one answer, the first added first."),
]
OfStatus = Annotated[
    Status | None,
    Query(None, description="Only users who are `changed`, `unchanged`, `skipped` or `failed`."),
]
OfReason = Annotated[
    Reason | None,
    Query(None, description="Only users who are skipped or failed for this reason, such as `no_such_label`."),
]


class Syncing(Schema):
    """Whether Inbox and Sent of a user sync."""

    inbox: bool | None = Field(description="Null: the mailbox has no such label.")
    sent: bool | None = Field(description="Null: the mailbox has no such label.")


class UserResult(Schema):
    """What applying the default synced labels, or undoing that, made of a user."""

    user: str = Field(description="E-mail address.")
    status: Status
    reason: Reason | None = Field(description="Why the user is `skipped` or `failed`.")
    before: Syncing
    after: Syncing


class BoxesOfJob(Schema):
    """The two boxes of the default synced labels."""

    inbox: bool
    sent: bool


class JobInList(Schema):
    """Work in the background, without its results."""

    id: int
    kind: str
    of: int | None = Field(
        description="The job that it undoes, or does again for users who came later; null: none."
    )
    boxes: BoxesOfJob | None = Field(
        description="Of `apply_default_labels`: what Inbox and Sent are made to match."
    )
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

    results: list[UserResult] | list[dict[str, Any]] = Field(
        description="Of `apply_default_labels` and `undo_default_labels`: what became of each user so far. Other kinds "
        "have entries of their own, all in one answer."
    )
    next_cursor: str | None = Field(
        description="Give it as `cursor` for the results of the next users; null: there are none."
    )


class Jobs(Page):
    """Jobs, newest first."""

    items: list[JobInList]
