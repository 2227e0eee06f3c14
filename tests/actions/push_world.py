"""Users with mailboxes as rows, a clock that tests move, and pushes that are done as the worker does them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest import mock

from mailbox_rows import a_source_of_mailboxes

from postroom.actions import push_default_labels
from postroom.actions.choose_labels import choose_labels
from postroom.actions.default_labels import apply_default_labels, undo_default_labels
from postroom.core.labels import Boxes
from postroom.store.models import AuditEntry, Job, Label, Mailbox, PushResult, User, Workspace
from postroom.store.secrets import encrypt
from postroom.worker.runner import run_due

ACTOR = "boss@us.com"
BEGUN_AT = 1_795_262_400
DAY = 86_400
NEITHER, INBOX, SENT, BOTH = Boxes(), Boxes(inbox=True), Boxes(sent=True), Boxes(inbox=True, sent=True)
CHOICE = ("selected_at", "starts_at", "origin", "chosen_by", "chosen_at", "chosen_in_id")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

_names = (f"Pushing {number}" for number in count(1))


class PushWorld:
    """One workspace; ``now`` is the time of whatever is done."""

    def __init__(self) -> None:
        self.now = BEGUN_AT
        self.workspace = Workspace.objects.create(
            name=next(_names), sealed_hash_key=encrypt(secrets.token_bytes(32)), revision=1
        )

    # Who is there

    def user(self, name: str, *syncs: str, mailbox: str = "connected", **fields: Any) -> User:
        """Somebody whose mailbox has Inbox, Sent, Drafts and Project X; these of them sync, by their own choice.

        ``mailbox``: ``connected``, ``unread`` (labels not listed yet), ``disconnected`` or ``none``.
        """
        user = User.objects.create(workspace=self.workspace, email=f"{name}@us.com", **fields)
        if mailbox != "none":
            row = self.mailbox(user)
            if mailbox == "unread":
                Mailbox.objects.filter(pk=row.pk).update(labels_at=None)
            else:
                self.labels(row, *syncs)
            if mailbox == "disconnected":
                Mailbox.objects.filter(pk=row.pk).update(connected_at=None)
        return user

    def mailbox(self, user: User) -> Mailbox:
        """The user's mailbox, connected now."""
        return Mailbox.objects.create(
            workspace=self.workspace,
            user=user,
            source=a_source_of_mailboxes(user),
            address=user.email,
            connected_at=datetime.fromtimestamp(self.now, UTC),
            connected_by=user.email,
            labels_at=self.now,
            look_at=self.now + 60,
        )

    def labels(self, row: Mailbox, *syncs: str) -> None:
        """What its first look finds, and what its owner chose of it a day ago."""
        roles = {"inbox": "inbox", "sent": "sent", "drafts": "drafts", "Project X": ""}
        Label.objects.bulk_create(
            Label(
                mailbox=row,
                ref=name,
                path=[name.title()],
                role=role,
                total=3,
                **(chosen_by_hand(row.user.email, self.now - DAY) if name in syncs else {}),
            )
            for name, role in roles.items()
        )
        Mailbox.objects.filter(pk=row.pk).update(labels_at=self.now)

    def label(self, user: User, name: str) -> Label:
        """The label of this name, as it stands."""
        return Label.objects.get(mailbox__user=user, ref=name)

    def choose(self, user: User, *, days: int = 0, **wanted: bool) -> None:
        """The user chooses by hand, now; ``days``: how far back."""
        choose_labels(
            Mailbox.objects.get(user=user),
            {self.label(user, name).pk: is_wanted for name, is_wanted in wanted.items()},
            origin="user",
            actor=user.email,
            backfill_days=days,
            now=self.now,
        )

    def later(self, seconds: int = 1) -> None:
        """Move the clock."""
        self.now += seconds

    # What is done

    def click(self, boxes: Boxes) -> Job:
        """Apply to all users, now."""
        return apply_default_labels(self.workspace, boxes, actor=ACTOR, now=self.now)

    def work(self) -> int:
        """Do what is due, until nothing is; says how many jobs were taken up."""
        with self.clock():
            return sum(1 for _ in iter(run_due, False))

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Pushes go by the clock of this world."""
        with mock.patch.object(push_default_labels, "time", SimpleNamespace(time=lambda: self.now)):
            yield

    def push(self, boxes: Boxes) -> Job:
        """Click, and have it done a second later."""
        job = self.click(boxes)
        self.later()
        self.work()
        job.refresh_from_db()
        return job

    def undo(self, click: Job) -> Job:
        """Undo, and have it done a second later."""
        job = undo_default_labels(self.workspace, click.pk, actor=ACTOR)
        self.later()
        self.work()
        job.refresh_from_db()
        return job

    def rested(self) -> None:
        """What rests, or was left behind by a worker that is gone, is due again."""
        Job.objects.filter(workspace=self.workspace, leased_until__isnull=False).update(leased_until=LONG_AGO)

    # How it is

    def syncs(self, user: User) -> list[str]:
        """The names of what syncs."""
        found = Label.objects.filter(mailbox__user=user, selected_at__isnull=False)
        return list(found.order_by("pk").values_list("ref", flat=True))

    def rows(self) -> dict[int, dict[str, Any]]:
        """Every label with all its fields."""
        found = Label.objects.filter(mailbox__workspace=self.workspace)
        return {row["id"]: row for row in found.order_by("pk").values()}

    def choices(self) -> dict[int, tuple[Any, ...]]:
        """Every label with what says whether it syncs, and who chose that."""
        return {pk: tuple(row[name] for name in CHOICE) for pk, row in self.rows().items()}

    def others(self) -> list[dict[str, Any]]:
        """Every label that is neither Inbox nor Sent, with all its fields."""
        return [row for row in self.rows().values() if row["role"] not in ("inbox", "sent")]

    def outcomes(self, job: Job) -> dict[str, str]:
        """User → what came of them: the status, and where there is one the reason."""
        return {
            row.user.email.split("@")[0]: f"{row.status} {row.reason}".strip()
            for row in PushResult.objects.filter(job=job).select_related("user")
        }

    def audit(self, *acts: str) -> list[tuple[Any, ...]]:
        """Who did what to whom in which job, and before and after, oldest first."""
        found = AuditEntry.objects.filter(workspace=self.workspace, **({"act__in": acts} if acts else {}))
        return list(found.order_by("pk").values_list("act", "actor", "user__email", "job", "before", "after"))


def states(*jobs: Job) -> list[str]:
    """How each job stands."""
    for job in jobs:
        job.refresh_from_db()
    return [job.state for job in jobs]


def chosen_by_hand(by: str, at: int, *, origin: str = "user") -> dict[str, Any]:
    """What is stored of a label that somebody selected alone, and that sync has been through."""
    return {
        "selected_at": at,
        "starts_at": at - 5 * DAY,
        "origin": origin,
        "chosen_by": by,
        "chosen_at": at,
        "cursor": {"at": "1"},
        "begun_at": at + 10,
        "walked_to": at,
        "verified_at": at + 20,
    }
