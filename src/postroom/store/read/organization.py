"""What decides inside or outside: domains of the company and single addresses, as they are in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.db.models import QuerySet

from postroom.core.address import domain_of, parent_domains
from postroom.store.models import ListedAddress, OrganizationDomain, UserAddress, Workspace


class _DomainEntry(Protocol):
    domain: str
    include_subdomains: bool


def organization_domains(workspace: Workspace) -> QuerySet[OrganizationDomain]:
    """The domains in force, by name."""
    return OrganizationDomain.objects.filter(workspace=workspace, closed_in=None).order_by("domain")


def listed_addresses(workspace: Workspace, kind: str) -> QuerySet[ListedAddress]:
    """The addresses listed as ``internal`` or ``excluded``, by address."""
    return ListedAddress.objects.filter(workspace=workspace, kind=kind, closed_in=None).order_by("address")


def covers(entry: _DomainEntry, domain: str) -> bool:
    """Say whether ``entry`` stands for ``domain``: the same, or above it and including subdomains."""
    return entry.domain == domain or (entry.include_subdomains and entry.domain in parent_domains(domain))


def is_organization_domain(entries: Iterable[_DomainEntry], domain: str) -> bool:
    """Say whether one of ``entries`` stands for ``domain``."""
    return any(covers(entry, domain) for entry in entries)


class InsideAddresses:
    """Which of some addresses are inside (D2), asked in three queries."""

    def __init__(self, workspace: Workspace, addresses: Iterable[str]) -> None:
        wanted = set(addresses)
        self._domains = list(organization_domains(workspace)) if wanted else []
        self._excluded = set(
            listed_addresses(workspace, "excluded")
            .filter(address__in=wanted)
            .values_list("address", flat=True)
        )
        self._named = set(
            listed_addresses(workspace, "internal")
            .filter(address__in=wanted)
            .values_list("address", flat=True)
        ) | set(
            UserAddress.objects.filter(workspace=workspace, closed_in=None, address__in=wanted).values_list(
                "address", flat=True
            )
        )

    def __contains__(self, address: str) -> bool:
        """Whether ``address`` is inside."""
        if address in self._excluded:
            return False
        return address in self._named or is_organization_domain(self._domains, domain_of(address))
