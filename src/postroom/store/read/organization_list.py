"""What decides inside or outside, as rows of lists, and how many it concerns (D1, D2)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.db.models import Q, QuerySet

from postroom.store.models import ListedAddress, OrganizationDomain, PersonAddress, UserAddress, Workspace
from postroom.store.read.organization import listed_addresses, organization_domains

PAGE_ROWS: Final = 25


class OrganizationPage(NamedTuple):
    """Some entries by value, and the id after which the next page begins; ``None``: there is none."""

    rows: list[Any]
    next: int | None


def domains_page(workspace: Workspace, after: int | None) -> OrganizationPage:
    """A page of the company's mail domains; ``after`` is the id of an entry of the workspace, in force or not."""
    return _page(
        organization_domains(workspace),
        OrganizationDomain.objects.filter(workspace=workspace),
        "domain",
        after,
    )


def addresses_page(workspace: Workspace, kind: str, after: int | None) -> OrganizationPage:
    """A page of ``internal`` or ``excluded`` addresses."""
    return _page(
        listed_addresses(workspace, kind), ListedAddress.objects.filter(workspace=workspace), "address", after
    )


def _page(found: QuerySet[Any], entries: QuerySet[Any], name: str, after: int | None) -> OrganizationPage:
    if after is not None:
        found = found.filter(**{f"{name}__gt": entries.filter(pk=after).values(name)[:1]})
    rows = list(found[: PAGE_ROWS + 1])
    return OrganizationPage(rows[:PAGE_ROWS], rows[PAGE_ROWS - 1].pk if len(rows) > PAGE_ROWS else None)


class Concerned(NamedTuple):
    """How many addresses in force lie under a domain."""

    users: int
    persons: int


def concerned_by(workspace: Workspace, domain: str, include_subdomains: bool) -> Concerned:
    """How many addresses of users and of persons an organization domain stands for."""
    under = Q(address__endswith=f"@{domain}")
    if include_subdomains:
        under |= Q(address__endswith=f".{domain}")
    return Concerned(
        UserAddress.objects.filter(under, workspace=workspace, closed_in=None).count(),
        PersonAddress.objects.filter(under, workspace=workspace, closed_in=None).count(),
    )
