"""Questions about engagements: lists, one with all that belongs to it.

Every question names the workspace. Must not decide who may ask: callers check permissions.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from postroom.core.body import Body
from postroom.store.bodies import unpack
from postroom.store.models import (
    Engagement,
    EngagementAccount,
    EngagementPerson,
    EngagementUser,
    Variant,
    Workspace,
)
from postroom.store.read.users import whose_address_is
from postroom.store.search import matching


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of engagements is narrowed to; times in Unix seconds, ``until`` not included."""

    account: int | None = None
    person: int | None = None
    user: str = ""
    """Normalised e-mail address, or alias, of one of us."""
    kind: str = ""
    words: str = ""
    """All of them must stand in subject, people or text."""
    since: int | None = None
    until: int | None = None


def engagements(workspace: Workspace, asked: Asked = Asked()) -> QuerySet[Engagement]:
    """The engagements of the workspace, newest first."""
    found = Engagement.objects.filter(workspace=workspace)
    if asked.account is not None:
        found = found.filter(account_links__account_id=asked.account)
    if asked.person is not None:
        found = found.filter(person_links__person_id=asked.person)
    if asked.user:
        found = found.filter(user_links__user__in=whose_address_is(workspace, asked.user))
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.since is not None:
        found = found.filter(at__gte=asked.since)
    if asked.until is not None:
        found = found.filter(at__lt=asked.until)
    if asked.words:
        condition = matching(asked.words)
        # Raw because neither database's full-text match has a word in the ORM; parameters stay parameters.
        found = found.extra(where=[condition[0]], params=condition[1]) if condition else found.none()  # noqa: S610
    return found.order_by("-at", "-pk")


def with_people(found: QuerySet[Engagement]) -> QuerySet[Engagement]:
    """Load with each engagement its persons (and their addresses), accounts and users, in three queries."""
    return found.prefetch_related(
        Prefetch("person_links", EngagementPerson.objects.select_related("person").order_by("person_id")),
        "person_links__person__addresses",
        Prefetch("account_links", EngagementAccount.objects.select_related("account").order_by("account_id")),
        Prefetch("user_links", EngagementUser.objects.select_related("user").order_by("user__email")),
    )


def bodies(engagement: Engagement) -> list[tuple[Variant, Body]]:
    """The texts of an engagement, the one whose subject it shows first."""
    return [(variant, unpack(variant.body)) for variant in engagement.variants.order_by("digest")]
