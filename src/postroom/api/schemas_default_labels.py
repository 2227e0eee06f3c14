"""The shapes of the default synced labels, in and out."""

from __future__ import annotations

from typing import Final

from ninja import Schema
from pydantic import Field

from postroom.api.bodies import Sent
from postroom.api.schemas import Time
from postroom.api.schemas_jobs import State, UserResult

_INBOX: Final = "Every user's Inbox syncs (true) or does not (false)."
_SENT: Final = "Every user's Sent syncs (true) or does not (false)."


class Boxes(Sent):
    """The two boxes. Both are a must: one that is not ticked switches its label off."""

    inbox: bool = Field(description=_INBOX)
    sent: bool = Field(description=_SENT)


class ChangeFutureUsers(Sent):
    """Whether mailboxes that are connected later get the same."""

    future_users: bool = Field(
        description="Also for mailboxes that are connected from now on. Changes nobody now."
    )


class UserForeseen(UserResult):
    """What would become of a user."""

    overrides: bool = Field(description="A choice of the user's own would be overridden.")


class UserCounts(Schema):
    """Users by what becomes of them."""

    changed: int
    unchanged: int = Field(description="Inbox and Sent are so already.")
    skipped: int
    failed: int = Field(description="Their labels were not read yet; they can be tried again.")


class UserReasons(Schema):
    """Users by why they are skipped or failed."""

    disabled: int
    no_mailbox: int
    no_such_label: int = Field(description="A ticked label does not exist in the mailbox; all of it stays.")
    chosen_since: int = Field(description="Chose after the click. Of a preview always 0.")
    labels_unread: int = Field(description="Connected, and not looked into yet. A click waits for them.")


class BeforeAfter(Schema):
    """For how many users a label syncs."""

    before: int
    after: int


class SyncingUsers(Schema):
    """For how many users Inbox and Sent sync."""

    inbox: BeforeAfter
    sent: BeforeAfter


class LabelsPreview(Schema):
    """What a click on Apply to all users would do at this moment."""

    inbox: bool
    sent: bool
    counts: UserCounts
    reasons: UserReasons
    overridden: int = Field(description="Of the changed: users whose own choice would be overridden.")
    syncing: SyncingUsers
    users: list[UserForeseen]
    next_cursor: str | None = Field(
        description="Give it as `cursor` for the next users; null: there are none."
    )


class LabelsApplied(Schema):
    """The click in force: the last one that was not undone."""

    job: int = Field(description="`GET /jobs/{id}` says what became of each user.")
    by: str = Field(description="An e-mail address or `token:NAME`.")
    at: Time
    inbox: bool
    sent: bool
    state: State
    counts: UserCounts = Field(description="Up to now, while it is under way.")
    can_be_undone: bool = Field(description="`POST /jobs/{id}/undo` says why not.")


class JoinedSince(Schema):
    """Enabled users whom the click in force did not reach, once it is done: applying again is for them."""

    joined: int = Field(description="Were added after it.")
    connected: int = Field(description="Were there, and disabled or without a mailbox then.")


class DefaultSyncedLabels(Schema):
    """The default synced labels."""

    inbox: bool = Field(description="As in the click in force; false where there is none.")
    sent: bool = Field(description="As in the click in force; false where there is none.")
    future_users: bool = Field(description="Mailboxes that are connected later get the same.")
    applied: LabelsApplied | None
    joined_since: JoinedSince
