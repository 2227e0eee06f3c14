"""Accounts in force, their domains, and what a name or id stands for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from postroom.core.address import domain_of, parent_domains
from postroom.store.models import Account, AccountDomain, Workspace
from postroom.store.rows import batched


def accounts(workspace: Workspace) -> QuerySet[Account]:
    """The accounts by id, each with its owner."""
    return Account.objects.filter(workspace=workspace, closed_in=None).select_related("owner").order_by("pk")


def domains_of(account_ids: Iterable[int]) -> dict[int, list[AccountDomain]]:
    """The domains in force of accounts, by account."""
    found: dict[int, list[AccountDomain]] = {pk: [] for pk in account_ids}
    for entry in AccountDomain.objects.filter(account_id__in=found, closed_in=None).order_by("domain"):
        found[entry.account_id].append(entry)
    return found


def holders_of_domains(workspace: Workspace, domains: Iterable[str]) -> dict[str, set[int]]:
    """The accounts that have these domains, by domain."""
    holders: dict[str, set[int]] = {}
    rows = AccountDomain.objects.filter(workspace=workspace, closed_in=None, domain__in=set(domains))
    for domain, account in rows.values_list("domain", "account_id"):
        holders.setdefault(domain, set()).add(account)
    return holders


def account_domains_in(workspace: Workspace, domains: Iterable[str]) -> list[str]:
    """The domains of accounts that are one of these or lie below one."""
    found: set[str] = set()
    # Few at a time: both databases count each condition of an OR.
    for some in batched(sorted(set(domains)), 100):
        wanted = Q(domain__in=some)
        for domain in some:
            wanted |= Q(domain__endswith=f".{domain}")
        rows = AccountDomain.objects.filter(wanted, workspace=workspace, closed_in=None)
        found.update(rows.values_list("domain", flat=True))
    return sorted(found)


def also_on(account: Account, domains: Iterable[str]) -> dict[str, list[Account]]:
    """The other accounts that have these domains too, by domain."""
    found: dict[str, list[Account]] = {}
    rows = AccountDomain.objects.filter(
        workspace_id=account.workspace_id, closed_in=None, domain__in=list(domains)
    ).exclude(account=account)
    for entry in rows.select_related("account").order_by("account__name", "account_id"):
        found.setdefault(entry.domain, []).append(entry.account)
    return found


def accounts_meant(workspace: Workspace, text: str, limit: int = 20) -> list[Account]:
    """The accounts whose name, without regard to case, or domain this is, the first added first."""
    domain = AccountDomain.objects.filter(account=OuterRef("pk"), closed_in=None, domain=text.lower())
    return list(accounts(workspace).filter(Q(name__iexact=text) | Exists(domain))[:limit])


def domains_covering(workspace: Workspace, addresses: Iterable[str]) -> list[AccountDomain]:
    """The accounts' domains under which mail with one of these addresses creates a person (C11)."""
    wanted = {domain_of(address) for address in addresses}
    above = {parent for domain in wanted for parent in parent_domains(domain)}
    rows = AccountDomain.objects.filter(workspace=workspace, closed_in=None, is_ignored=False)
    rows = rows.filter(Q(domain__in=wanted) | Q(domain__in=above, include_subdomains=True))
    return list(rows.select_related("account").order_by("domain", "pk"))


class NamedAccounts:
    """Accounts by id and by exact name, asked for in two queries."""

    def __init__(self, workspace: Workspace, references: Iterable[int | str]) -> None:
        wanted = set(references)
        in_force = accounts(workspace)
        self._by_id = in_force.in_bulk([reference for reference in wanted if isinstance(reference, int)])
        self._by_name: dict[str, list[Account]] = {}
        names = [reference for reference in wanted if isinstance(reference, str)]
        for account in in_force.filter(name__in=names) if names else ():
            self._by_name.setdefault(account.name, []).append(account)

    def find(self, reference: int | str) -> list[Account]:
        """The accounts meant: none, one, or several of the same name."""
        if isinstance(reference, int):
            return [self._by_id[reference]] if reference in self._by_id else []
        return self._by_name.get(reference, [])
