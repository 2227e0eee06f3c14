"""Sources that mailboxes are read through, and the mailboxes of users."""

from __future__ import annotations

from django.db.models import QuerySet

from postroom.store.models import Mailbox, Source, User, Workspace


def mailbox_sources(workspace: Workspace) -> QuerySet[Source]:
    """The sources of the workspace that mailboxes are read through, by name."""
    return Source.objects.filter(workspace=workspace).exclude(kind="api").order_by("name")


def mailbox_source_of(workspace: Workspace, kind: str) -> Source | None:
    """The workspace's source of this kind; there is at most one."""
    return mailbox_sources(workspace).filter(kind=kind).first()


def mailbox_of(user: User) -> Mailbox | None:
    """The user's mailbox, connected or not, with its source."""
    return Mailbox.objects.filter(user=user).select_related("source").first()
