"""Users of each sort, and what applying the default synced labels over the API comes to."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.utils import timezone

from postroom.actions.add_users import add_users
from postroom.actions.work import claim_job, do_claimed
from postroom.store.models import Job, Label, Mailbox, User, Workspace
from postroom.worker.duties import DUTIES

sys.path.insert(0, str(Path(__file__).parents[1]))
from mailbox_rows import DAY, a_label, a_mailbox, selected_at

PATH = "default-synced-labels"
BOTH = {"inbox": True, "sent": True}
INBOX_ALONE = {"inbox": True, "sent": False}
NO_LABELS = {"inbox": None, "sent": None}
NOBODY = {"changed": 0, "unchanged": 0, "skipped": 0, "failed": 0}
AT_FIRST = {
    "inbox": False,
    "sent": False,
    "future_users": False,
    "applied": None,
    "joined_since": {"joined": 0, "connected": 0},
}
YESTERDAY = int(time.time()) - DAY


def on_and_off(inbox: bool, sent: bool) -> dict[str, bool]:
    return {"inbox": inbox, "sent": sent}


def a_user(workspace: Workspace, email: str) -> User:
    add_users(workspace, [{"email": email}], actor="command line")
    return User.objects.get(workspace=workspace, email=email)


def connected(user: User, *selected: str, roles: tuple[str, ...] = ("inbox", "sent")) -> Mailbox:
    """The user's mailbox with labels of these roles, some selected by the user, and Project X, which syncs."""
    mailbox = a_mailbox(user, "imap", now=int(time.time()))
    for role in roles:
        a_label(mailbox, role.title(), role=role, **(selected_at(YESTERDAY) if role in selected else {}))
    a_label(mailbox, "Project X", **selected_at(YESTERDAY))
    return mailbox


def a_crew(workspace: Workspace) -> Workspace:
    """A user of each sort: own Inbox, all off, both on, disabled, no mailbox, no Sent label, not looked into."""
    connected(a_user(workspace, "own@us.com"), "inbox")
    connected(a_user(workspace, "off@us.com"))
    connected(a_user(workspace, "on@us.com"), "inbox", "sent")
    connected(a_user(workspace, "gone@us.com"), "inbox")
    User.objects.filter(email="gone@us.com").update(disabled_at=timezone.now())
    a_user(workspace, "none@us.com")
    connected(a_user(workspace, "half@us.com"), roles=("inbox",))
    a_mailbox(a_user(workspace, "new@us.com"), "imap", labels_at=None)
    return workspace


def work() -> None:
    """Do all jobs that are due."""
    while (job := claim_job()) is not None:
        do_claimed(job, DUTIES[job.kind])


def apply(client: Any, boxes: dict[str, bool]) -> int:
    job: int = client.answer(202, "POST", f"{PATH}/apply", boxes)["job"]
    return job


def apply_and_end(client: Any, boxes: dict[str, bool]) -> int:
    """Apply, and have the job done; it does not wait for mailboxes that nobody looks into."""
    job = apply(client, boxes)
    work()
    Job.objects.filter(pk=job, state="waiting").update(progress={"left": 1, "since": 0, "after": 10**9})
    Job.objects.filter(pk=job).update(leased_until=None)
    work()
    return job


def syncing(workspace: Workspace) -> dict[str, list[str]]:
    """Of each user the labels that sync, by name."""
    rows = Label.objects.filter(mailbox__workspace=workspace).order_by("pk")
    found: dict[str, list[str]] = {label.mailbox.user.email: [] for label in rows}
    for label in rows:
        if label.selected_at is not None:
            found[label.mailbox.user.email].append(label.path[-1])
    return found


def told(user: str, status: str, reason: str | None, before: Any, after: Any) -> dict[str, Any]:
    return {"user": user, "status": status, "reason": reason, "before": before, "after": after}


OF_BOTH = [
    told("own@us.com", "changed", None, on_and_off(True, False), BOTH),
    told("off@us.com", "changed", None, on_and_off(False, False), BOTH),
    told("on@us.com", "unchanged", None, BOTH, BOTH),
    told("gone@us.com", "skipped", "disabled", on_and_off(True, False), on_and_off(True, False)),
    told("none@us.com", "skipped", "no_mailbox", NO_LABELS, NO_LABELS),
    told("half@us.com", "skipped", "no_such_label", *[{"inbox": False, "sent": None}] * 2),
    told("new@us.com", "failed", "labels_unread", NO_LABELS, NO_LABELS),
]
"""What both boxes make of the crew."""
