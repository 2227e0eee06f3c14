"""What the overview counts, each in an index or in few rows: it is asked for after every sign-in."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from postroom.core.reasons import HOLD, IMPORT
from postroom.store.models import (
    Account,
    AccountDomain,
    Decision,
    Engagement,
    EngagementAccount,
    EngagementUser,
    OrganizationDomain,
    Person,
    User,
    Waiting,
    Workspace,
)
from postroom.store.read.seen import SeenEngagement, seen

DAY: Final = 86_400
SHORT_DAYS: Final = 7
LONG_DAYS: Final = 30
_LATELY: Final = 500
"""Of a user's engagements so many, the last imported, are looked at."""


class CameIn(NamedTuple):
    """How much mail came in, by the time of the mail, and how much in as many days before."""

    short: int
    short_before: int
    long: int
    long_before: int


def came_in(workspace: Workspace, now: int) -> CameIn:
    """The engagements of the last days up to ``now``, Unix seconds."""

    def between(first: int, last: int) -> Count:
        return Count("pk", filter=Q(at__gte=now - first * DAY) & Q(at__lt=now - last * DAY))

    counted = Engagement.objects.filter(workspace=workspace, at__gte=now - 2 * LONG_DAYS * DAY, at__lt=now)
    return CameIn(
        **counted.aggregate(
            short=between(SHORT_DAYS, 0),
            short_before=between(2 * SHORT_DAYS, SHORT_DAYS),
            long=between(LONG_DAYS, 0),
            long_before=between(2 * LONG_DAYS, LONG_DAYS),
        )
    )


def count_accounts_without_domain(workspace: Workspace) -> int:
    """How many accounts have no domain, so that mail creates no persons there."""
    domains = AccountDomain.objects.filter(account=OuterRef("pk"), closed_in=None)
    accounts = Account.objects.filter(workspace=workspace, closed_in=None, is_ignored=False)
    return accounts.exclude(Exists(domains)).count()


class PeopleLens(NamedTuple):
    """How much the people lens counted, and how much waits for consent: uploaded, or imported."""

    counted: int
    held: int


def people_lens(workspace: Workspace) -> PeopleLens:
    """Count what is in force; each message and item once for each user it concerns."""
    decided = Decision.objects.filter(
        workspace=workspace, lens="people", outcome__in=(IMPORT, HOLD), is_current=True
    )
    counts = dict(decided.order_by().values_list("outcome").annotate(Count("pk")))
    waiting = Waiting.objects.filter(workspace=workspace, user__isnull=False, user__collects_since=None)
    return PeopleLens(counts.get(IMPORT, 0), counts.get(HOLD, 0) + waiting.count())


class FirstSteps(NamedTuple):
    """How much of what comes before the first import is there."""

    domains: int
    users: int
    accounts: int
    persons: int


def first_steps(workspace: Workspace) -> FirstSteps:
    """Count what is in force."""
    return FirstSteps(
        OrganizationDomain.objects.filter(workspace=workspace, closed_in=None).count(),
        User.objects.filter(workspace=workspace, disabled_at=None).count(),
        Account.objects.filter(workspace=workspace, closed_in=None).count(),
        Person.objects.filter(workspace=workspace, closed_in=None).count(),
    )


class OwnAccount(NamedTuple):
    """An account that a user has to do with."""

    account: Account
    is_owner: bool
    mails: int
    """Among the user's last mails."""
    last: int | None
    """The time of the newest of them, Unix seconds."""


def accounts_of_user(user: User, limit: int) -> list[OwnAccount]:
    """The accounts a user owns, and those on which the user's last mails show: those with most mails first."""
    shown = EngagementAccount.objects.filter(engagement__in=list(_lately(user)))
    counts = {
        account: (mails, last)
        for account, mails, last in shown.values_list("account_id")
        .annotate(Count("at"), Max("at"))
        .order_by()
    }
    accounts = Account.objects.filter(Q(owner=user) | Q(pk__in=list(counts)), closed_in=None)
    own = [
        OwnAccount(account, account.owner_id == user.pk, *counts.get(account.pk, (0, None)))
        for account in accounts
    ]
    return sorted(own, key=lambda one: (-one.mails, one.account.name))[:limit]


def own_newest(user: User, limit: int) -> list[SeenEngagement]:
    """The newest mail, by its time, that the user took part in or has, as the user sees it."""
    own = Engagement.objects.filter(pk__in=_lately(user)).order_by("-at", "-pk")
    return seen(user.pk, list(own[:limit]))


def _lately(user: User) -> QuerySet[EngagementUser, int]:
    """The ids of the user's last imported engagements."""
    links = EngagementUser.objects.filter(user=user).order_by("-engagement_id")
    return links.values_list("engagement_id", flat=True)[:_LATELY]
