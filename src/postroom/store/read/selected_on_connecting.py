"""Which labels are selected by themselves in a mailbox that is connected from now on, and in somebody's own (M8)."""

from __future__ import annotations

from datetime import UTC, datetime

from postroom.core.labels import DEFAULT_ROLES, DISABLED, LABELS_UNREAD, NO_MAILBOX
from postroom.store.models import Job, Label, Mailbox, PushResult, User, Workspace
from postroom.store.read.default_labels import click_in_force, pushes_of


def selected_on_connecting(workspace: Workspace) -> list[str]:
    """The roles that *Also for future users* selects in a mailbox connected now; none where it is off."""
    click = _click_for_later(workspace)
    return _ticked(click) if click is not None else []


def selected_for(user: User) -> list[str]:
    """The roles that it selects in this user's mailbox, connected or not yet; none where it leaves that as it is."""
    click = _click_for_later(user.workspace)
    if click is None or not _ticked(click) or _is_left_alone(user, click):
        return []
    return _ticked(click)


def _click_for_later(workspace: Workspace) -> Job | None:
    return click_in_force(workspace) if workspace.future_labels_since is not None else None


def _ticked(click: Job) -> list[str]:
    return [role for role in DEFAULT_ROLES if click.asked[role]]


def _is_left_alone(user: User, click: Job) -> bool:
    """Whether the mailbox was connected before it was switched on, was reached, or its owner chose by hand."""
    mailbox = Mailbox.objects.filter(user=user).first()
    if mailbox is None:
        return False
    since = datetime.fromtimestamp(user.workspace.future_labels_since or 0, UTC)
    came_of = PushResult.objects.filter(job__in=pushes_of(click), user=user)
    chosen = Label.objects.filter(mailbox=mailbox, role__in=DEFAULT_ROLES, chosen_at__isnull=False)
    return (
        (mailbox.connected_at is not None and mailbox.connected_at < since)
        or came_of.exclude(reason__in=(DISABLED, NO_MAILBOX, LABELS_UNREAD)).exists()
        or chosen.filter(chosen_in=None).exists()
    )
