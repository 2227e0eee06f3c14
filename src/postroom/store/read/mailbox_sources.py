"""Sources that mailboxes are read through, and which users have a mailbox connected how."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from postroom.store.models import Job, Mailbox, Source, User, Workspace


def mailbox_sources(workspace: Workspace) -> QuerySet[Source]:
    """The sources of the workspace that mailboxes are read through, by name."""
    return Source.objects.filter(workspace=workspace).exclude(kind="api").order_by("name")


def mailbox_source_of(workspace: Workspace, kind: str) -> Source | None:
    """The workspace's source of this kind; there is at most one."""
    return mailbox_sources(workspace).filter(kind=kind).first()


def central_sources() -> QuerySet[Source]:
    """The sources of all workspaces by whose one secret the mailboxes of all users are read (M2)."""
    return Source.objects.filter(is_central=True).select_related("workspace").order_by("pk")


def is_central(source_id: int) -> bool:
    """Whether the source's one secret reads the mailboxes of all users, up to now."""
    return Source.objects.filter(pk=source_id, is_central=True).exists()


def mailbox_of(user: User) -> Mailbox | None:
    """The user's mailbox, connected or not, with its source."""
    return Mailbox.objects.filter(user=user).select_related("source").first()


def mailboxes_of(users: list[User]) -> dict[int, Mailbox]:
    """The mailboxes of some users with their sources, by user id."""
    found = Mailbox.objects.filter(user__in=users).select_related("source")
    return {mailbox.user_id: mailbox for mailbox in found}


def strictest_mode(workspace: Workspace) -> int:
    """What the workspace allows at most to be kept of a mailbox's mail, as of now (S8)."""
    return Workspace.objects.values_list("mailbox_mode", flat=True).get(pk=workspace.pk)


class Reach(NamedTuple):
    """Of the users who are not disabled: how many there are, and how their mailboxes are connected."""

    users: int
    own: int
    """By a connection of their own, which wins."""
    here: int
    """By the source's one secret."""
    elsewhere: int
    """By the one secret of another source."""


def reach_of(source: Source) -> Reach:
    """Whom connecting all mailboxes through the source would reach, and whom it would leave as they are."""
    connected = Q(mailbox__connected_at__isnull=False)
    central = connected & Q(mailbox__is_central=True)
    counted = enabled_users(source.workspace).aggregate(
        users=Count("pk"),
        own=Count("pk", filter=connected & Q(mailbox__is_central=False)),
        here=Count("pk", filter=central & Q(mailbox__source=source)),
        elsewhere=Count("pk", filter=central & ~Q(mailbox__source=source)),
    )
    return Reach(**counted)


def enabled_users(workspace: Workspace) -> QuerySet[User]:
    """The users who are not disabled, in the order they were added."""
    return User.objects.filter(workspace=workspace, disabled_at=None).order_by("pk")


def users_without(workspace: Workspace) -> QuerySet[User]:
    """Those of them whose mailbox is not connected."""
    return enabled_users(workspace).filter(mailbox__connected_at=None)


def central_astray(workspace: Workspace) -> QuerySet[Mailbox]:
    """Mailboxes that are read with a source's one secret and have an address that is their user's no more."""
    central = Mailbox.objects.filter(workspace=workspace, is_central=True, connected_at__isnull=False)
    return central.filter(trouble_code="not_your_address", user__disabled_at=None)


def last_job_of(source: Source, kind: str) -> Job | None:
    """The last job of this kind that went, or goes, through all users of the source."""
    found = Job.objects.filter(workspace=source.workspace, kind=kind, asked__source=source.pk)
    return found.filter(asked__only__isnull=True).order_by("-pk").first()


def is_somebody_new(workspace: Workspace, since: datetime) -> bool:
    """Whether a user without a connected mailbox was added since then."""
    return users_without(workspace).filter(created_at__gt=since).exists()
