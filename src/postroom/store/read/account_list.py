"""Accounts as rows of a list: found by a text, narrowed, in an order, a page at a time (A1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from postroom.store.models import Account, AccountDomain, EngagementAccount, PersonAccount, Workspace
from postroom.store.read.figures import NOTHING_YET, Figures, figures_of_accounts

PAGE_ROWS: Final = 30

Cursor = tuple[int, ...]
"""Where a page ended: the last account's id; sorted by time, that of its last engagement before it."""

_NEVER: Final = -(10**12)
"""Sorts accounts without engagements behind all others."""


@dataclass(frozen=True, slots=True)
class AskedAccounts:
    """What a list of accounts is narrowed to, and its order."""

    text: str = ""
    """Stands in the name or in a domain."""
    show: str = ""
    """``ignored``, ``without-domain`` or ``silent``; empty: all."""
    silent_since: int = 0
    """Silent is who has no engagement since then, Unix seconds."""
    by_last: bool = False
    """The last engagement first; else by name."""


@dataclass(slots=True)
class AccountRow:
    """An account in a list."""

    account: Account
    domains: list[str] = field(default_factory=list)
    persons: int = 0
    figures: Figures = NOTHING_YET


def accounts_page(
    workspace: Workspace, asked: AskedAccounts, after: Cursor | None, limit: int = PAGE_ROWS
) -> tuple[list[AccountRow], Cursor | None]:
    """A page of accounts, and where the next one begins; ``None``: nowhere."""
    found = _narrowed(Account.objects.filter(workspace=workspace, closed_in=None), asked)
    found = _by_last(found, after) if asked.by_last else _by_name(workspace, found, after)
    accounts = list(found.select_related("owner")[: limit + 1])
    next_page: Cursor | None = None
    if len(accounts) > limit:
        last = accounts[limit - 1]
        next_page = (last.last_at, last.pk) if asked.by_last else (last.pk,)  # type: ignore[attr-defined]
    return _rows(accounts[:limit]), next_page


def _narrowed(accounts: QuerySet[Account], asked: AskedAccounts) -> QuerySet[Account]:
    domains = AccountDomain.objects.filter(account=OuterRef("pk"), closed_in=None)
    if asked.text:
        accounts = accounts.filter(
            Q(name__icontains=asked.text) | Exists(domains.filter(domain__icontains=asked.text))
        )
    if asked.show == "ignored":
        accounts = accounts.filter(is_ignored=True)
    elif asked.show == "without-domain":
        accounts = accounts.exclude(Exists(domains))
    elif asked.show == "silent":
        lately = EngagementAccount.objects.filter(account=OuterRef("pk"), at__gte=asked.silent_since)
        accounts = accounts.exclude(Exists(lately))
    return accounts


def _by_name(workspace: Workspace, accounts: QuerySet[Account], after: Cursor | None) -> QuerySet[Account]:
    if after is not None:
        [last] = after
        name = Account.objects.filter(workspace=workspace, pk=last).values("name")[:1]
        accounts = accounts.filter(Q(name__gt=Subquery(name)) | Q(name=Subquery(name), pk__gt=last))
    return accounts.order_by("name", "pk")


def _by_last(accounts: QuerySet[Account], after: Cursor | None) -> QuerySet[Account]:
    """One look into the index of engagements for each account: they are few beside the engagements."""
    newest = EngagementAccount.objects.filter(account=OuterRef("pk")).order_by("-at").values("at")[:1]
    accounts = accounts.annotate(last_at=Coalesce(Subquery(newest), _NEVER, output_field=BigIntegerField()))
    if after is not None:
        at, last = after
        accounts = accounts.filter(Q(last_at__lt=at) | Q(last_at=at, pk__gt=last))
    return accounts.order_by("-last_at", "pk")


def _rows(accounts: list[Account]) -> list[AccountRow]:
    """Put to the accounts what is shown beside them, in one query each."""
    rows = {account.pk: AccountRow(account) for account in accounts}
    for domain in AccountDomain.objects.filter(account__in=rows, closed_in=None).order_by("domain"):
        rows[domain.account_id].domains.append(domain.domain)
    links = PersonAccount.objects.filter(account__in=rows, closed_in=None, person__closed_in=None)
    for pk, persons in links.values_list("account_id").annotate(Count("person_id")).order_by():
        rows[pk].persons = persons
    for pk, figures in figures_of_accounts(rows).items():
        rows[pk].figures = figures
    return list(rows.values())
