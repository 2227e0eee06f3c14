"""A company whose users are in every state that applying the default synced labels can meet, and clicks carried out."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from mailbox_rows import DAY, NOW, a_label, a_mailbox, selected_at

from postroom.actions.default_labels import apply_default_labels
from postroom.actions.push_default_labels import run_apply_labels, run_undo_labels
from postroom.core.job_kinds import APPLY_LABELS
from postroom.core.labels import Boxes
from postroom.store.models import Job, User, Workspace
from postroom.store.write import jobs

PAGE: Final = "/settings/email-sync/default-labels"
FOLLOWS: Final = f"{PAGE}/users"
POSTED: Final = {"inbox": "on", "shown_for": "Inbox on, Sent off", "shown_overridden": "1"}
"""What the form posts with Inbox ticked, in the company below."""


@dataclass
class Company:
    """The workspace, and its users with mailboxes by their first names; s1 and the administrator have none."""

    workspace: Workspace
    users: dict[str, User]


def a_company(workspace: Workspace) -> Company:
    """Ann: nothing selected. Ben: both, by himself. Cat: Inbox, by an admin. Dan: no Sent.

    Eve: disabled. Fay: her labels are not read yet.
    """
    names = ("Ann New", "Ben Own", "Cat Same", "Dan Sentless", "Eve Left", "Fay Fresh")
    users = {
        name.split()[0].lower(): User.objects.create(
            workspace=workspace, email=f"{name.split()[0].lower()}@us.com", name=name
        )
        for name in names
    }
    own, by_admin = selected_at(NOW - DAY), selected_at(NOW - DAY, origin="admin", chosen_by="boss@us.com")
    _mailbox(users["ann"])
    _mailbox(users["ben"], inbox=own, sent=own)
    _mailbox(users["cat"], inbox=by_admin)
    a_label(a_mailbox(users["dan"]), "INBOX", role="inbox", **by_admin)
    _mailbox(users["eve"], inbox=own)
    User.objects.filter(pk=users["eve"].pk).update(disabled_at=timezone.now())
    a_mailbox(users["fay"], labels_at=None)
    return Company(workspace, users)


def _mailbox(user: User, inbox: dict[str, Any] | None = None, sent: dict[str, Any] | None = None) -> None:
    mailbox = a_mailbox(user)
    a_label(mailbox, "INBOX", role="inbox", **(inbox or {}))
    a_label(mailbox, "Sent", role="sent", **(sent or {}))


def applied(workspace: Workspace, boxes: Boxes, actor: str = "boss@us.com") -> Job:
    """A click, and what the worker does of it in one go."""
    return carried_out(apply_default_labels(workspace, boxes, actor=actor))


def carried_out(job: Job) -> Job:
    """What the worker does of the job in one go."""
    claimed = jobs.claim(pk=job.pk)
    assert claimed is not None
    (run_apply_labels if job.kind == APPLY_LABELS else run_undo_labels)(claimed)
    return Job.objects.get(pk=job.pk)


def shown_in(answer: Any) -> str:
    """What a person reads of a fragment: without tags, on one line."""
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def part(answer: object, title: str) -> str:
    """What a person reads of a card, by its heading's id."""
    html = answer.content.decode()  # type: ignore[attr-defined]
    start = html.index(f'aria-labelledby="{title}"')
    return shown_of(html[html.index(">", start) + 1 : html.index("</section>", start)])


def shown_of(html: str) -> str:
    """What a person reads of some HTML, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def add(workspace: Workspace, name: str, *, with_mailbox: bool = True) -> User:
    """A user who comes later, with a mailbox that has an Inbox, or with none."""
    user = User.objects.create(workspace=workspace, email=f"{name.lower()}@us.com", name=name)
    if with_mailbox:
        a_label(a_mailbox(user), "INBOX", role="inbox")
    return user
