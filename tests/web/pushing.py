"""Users with an Inbox and a Sent label, clicks on Apply to all users, and the worker's part in it."""

from __future__ import annotations

import time
from typing import Any

from mailbox_rows import a_label, a_mailbox, selected_at
from shelf import ACTOR

from postroom.actions.default_labels import apply_default_labels
from postroom.core.job_kinds import IN_ORDER
from postroom.core.labels import Boxes
from postroom.store.models import Job, Label, User, Workspace
from postroom.store.write.jobs import claim
from postroom.worker.duties import DUTIES

LONG_AGO = int(time.time()) - 86_400


def a_user(workspace: Workspace, name: str, **fields: Any) -> User:
    """Ann, ann@us.com, without a mailbox."""
    return User.objects.create(
        workspace=workspace, email=f"{name.lower().replace(' ', '.')}@us.com", name=name, **fields
    )


def syncing(workspace: Workspace, name: str, *on: str, lacks: str = "", **mailbox: Any) -> User:
    """A user with a mailbox whose own choice it is that these roles sync."""
    user = a_user(workspace, name)
    row = a_mailbox(user, **mailbox)
    for role, label in (("inbox", "INBOX"), ("sent", "Sent Items")):
        if role != lacks:
            chosen = selected_at(LONG_AGO, chosen_by=user.email) if role in on else {}
            a_label(row, label, role=role, **chosen)
    return user


def click(
    workspace: Workspace, *, inbox: bool = True, sent: bool = False, actor: str = ACTOR, works: bool = True
) -> Job:
    """A click with these boxes; ``works``: and the worker does what is asked."""
    job = apply_default_labels(workspace, Boxes(inbox, sent), actor=actor)
    if works:
        work()
        job.refresh_from_db()
    return job


def work() -> None:
    """The worker does what is due of pushes and undos."""
    while (job := claim(kind__in=IN_ORDER)) is not None:
        DUTIES[job.kind](job)


def states(user: User) -> dict[str, bool]:
    """Role → whether it syncs."""
    return {label.role: label.selected_at is not None for label in Label.objects.filter(mailbox__user=user)}
