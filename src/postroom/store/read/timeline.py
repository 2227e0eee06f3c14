"""The timelines of accounts and persons: newest first, a page at a time, with who of us took part (A4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.db.models import Count, Max, Min, Q, QuerySet

from postroom.store.models import (
    Account,
    AccountDomain,
    Engagement,
    EngagementAccount,
    EngagementPerson,
    EngagementUser,
    Person,
    PersonAccount,
    PersonAddress,
    User,
    Workspace,
)

PAGE_ROWS: Final = 30

Cursor = tuple[int, int]
"""Where a page ended: the time and the id of its last engagement."""


class Figures(NamedTuple):
    """What happened with an account or a person, in Unix seconds; ``None``: nothing yet (A1)."""

    total: int = 0
    first: int | None = None
    last_in: int | None = None
    last_out: int | None = None


NOTHING_YET: Final = Figures()


@dataclass(slots=True)
class TimelineRow:
    """An engagement as a row, with the people on it."""

    engagement: Engagement
    users: list[User] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)


@dataclass(slots=True)
class TimelinePage:
    """Some rows, newest first, and where the next page begins; ``None``: there is none."""

    rows: list[TimelineRow]
    next: Cursor | None


def timeline_of_account(account: Account, before: Cursor | None, limit: int = PAGE_ROWS) -> TimelinePage:
    """The engagements shown on an account."""
    return _page(EngagementAccount.objects.filter(account=account), before, limit)


def timeline_of_person(person: Person, before: Cursor | None, limit: int = PAGE_ROWS) -> TimelinePage:
    """The engagements shown on a person."""
    return _page(EngagementPerson.objects.filter(person=person), before, limit)


def newest_engagements(workspace: Workspace, limit: int) -> list[TimelineRow]:
    """What came in most recently, by the time of the mail."""
    return _rows(list(Engagement.objects.filter(workspace=workspace).order_by("-at", "-id")[:limit]))


def _page(links: QuerySet[Any], before: Cursor | None, limit: int) -> TimelinePage:
    if before is not None:
        at, last = before
        links = links.filter(Q(at__lt=at) | Q(at=at, engagement_id__lt=last))
    found = list(links.order_by("-at", "-engagement_id").values_list("at", "engagement_id")[: limit + 1])
    shown = found[:limit]
    engagements = Engagement.objects.in_bulk([engagement for _, engagement in shown])
    rows = _rows([engagements[engagement] for _, engagement in shown])
    return TimelinePage(rows, shown[-1] if len(found) > limit else None)


def _rows(engagements: Sequence[Engagement]) -> list[TimelineRow]:
    """Put the people to the engagements, in one query each."""
    rows = {engagement.pk: TimelineRow(engagement) for engagement in engagements}
    users = EngagementUser.objects.filter(engagement__in=rows).select_related("user").order_by("user__email")
    for of_user in users:
        rows[of_user.engagement_id].users.append(of_user.user)
    persons = (
        EngagementPerson.objects.filter(engagement__in=rows).select_related("person").order_by("person__name")
    )
    for of_person in persons:
        rows[of_person.engagement_id].persons.append(of_person.person)
    return list(rows.values())


def figures_of_accounts(account_ids: Iterable[int]) -> dict[int, Figures]:
    """The figures of accounts, by id; accounts on which nothing shows are left out."""
    return _figures(EngagementAccount.objects.filter(account__in=list(account_ids)), "account_id")


def figures_of_person(person: Person) -> Figures:
    """The figures of a person."""
    return figures_of_persons([person.pk]).get(person.pk, NOTHING_YET)


def figures_of_persons(person_ids: Iterable[int]) -> dict[int, Figures]:
    """The figures of persons, by id; persons on whom nothing shows are left out."""
    return _figures(EngagementPerson.objects.filter(person__in=list(person_ids)), "person_id")


def _figures(links: QuerySet[Any], by: str) -> dict[int, Figures]:
    """Count in the index of figures alone: no engagement is read for it."""
    found: dict[int, Figures] = defaultdict(Figures)
    rows = links.values_list(by, "direction").annotate(total=Count("at"), first=Min("at"), last=Max("at"))
    for pk, direction, total, first, last in rows.order_by():
        so_far = found[pk]
        found[pk] = so_far._replace(
            total=so_far.total + total,
            first=first if so_far.first is None else min(first, so_far.first),
            **{f"last_{direction}": last},
        )
    return dict(found)


@dataclass(slots=True)
class AccountRow:
    """An account in a list."""

    account: Account
    domains: list[str] = field(default_factory=list)
    persons: int = 0
    figures: Figures = NOTHING_YET


def accounts_page(
    workspace: Workspace, text: str, after: tuple[str, int] | None, limit: int = PAGE_ROWS
) -> tuple[list[AccountRow], Account | None]:
    """Accounts by name whose name or a domain contains ``text``, and the last one if more follow."""
    accounts = Account.objects.filter(workspace=workspace, closed_in=None)
    if text:
        domains = AccountDomain.objects.filter(workspace=workspace, closed_in=None, domain__icontains=text)
        accounts = accounts.filter(Q(name__icontains=text) | Q(pk__in=domains.values("account_id")))
    if after is not None:
        accounts = accounts.filter(Q(name__gt=after[0]) | Q(name=after[0], pk__gt=after[1]))
    found = list(accounts.order_by("name", "pk")[: limit + 1])
    rows = {account.pk: AccountRow(account) for account in found[:limit]}
    for domain in AccountDomain.objects.filter(account__in=rows, closed_in=None).order_by("domain"):
        rows[domain.account_id].domains.append(domain.domain)
    for pk, persons in _persons_of(rows).items():
        rows[pk].persons = persons
    for pk, figures in figures_of_accounts(rows).items():
        rows[pk].figures = figures
    return list(rows.values()), found[limit - 1] if len(found) > limit else None


def _persons_of(account_ids: Iterable[int]) -> dict[int, int]:
    """How many persons accounts have, by id."""
    links = PersonAccount.objects.filter(
        account__in=list(account_ids), closed_in=None, person__closed_in=None
    )
    return dict(links.values_list("account_id").annotate(Count("person_id")).order_by())


@dataclass(slots=True)
class PersonRow:
    """A person in a list, with the addresses in force."""

    person: Person
    addresses: list[str] = field(default_factory=list)
    why: str = ""
    """Why the person belongs to the account: by ``hand`` or by ``domain``."""


def persons_of_account(account: Account, limit: int = 50) -> list[PersonRow]:
    """The persons of an account, by name."""
    links = (
        PersonAccount.objects.filter(account=account, closed_in=None, person__closed_in=None)
        .select_related("person")
        .order_by("person__name", "person_id")[:limit]
    )
    rows = {link.person_id: PersonRow(link.person, why=link.why) for link in links}
    for address in PersonAddress.objects.filter(person__in=rows, closed_in=None).order_by("address"):
        rows[address.person_id].addresses.append(address.address)
    return list(rows.values())
