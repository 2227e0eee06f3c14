"""Whom an entry of the blocklist would keep out who is known here: accounts, persons, users (C16)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from postroom.core.address import parent_domains
from postroom.store.models import Account, AccountDomain, Person, PersonAddress, User, UserAddress, Workspace
from postroom.store.rows import batched


class WhomBlocked:
    """Who is known by some addresses and domains, asked for at once; ignored accounts are left out."""

    def __init__(self, workspace: Workspace, values: Iterable[str]) -> None:
        wanted = set(values)
        self._workspace = workspace
        self._domains = self._account_domains({value for value in wanted if "@" not in value})
        self._persons: dict[str, list[Person]] = {}
        self._users: dict[str, list[User]] = {}
        for some in batched(sorted(value for value in wanted if "@" in value)):
            of_persons = PersonAddress.objects.filter(workspace=workspace, closed_in=None, address__in=some)
            for entry in of_persons.select_related("person").order_by("pk"):
                self._persons.setdefault(entry.address, []).append(entry.person)
            of_users = UserAddress.objects.filter(workspace=workspace, closed_in=None, address__in=some)
            for holder in of_users.select_related("user").order_by("pk"):
                self._users.setdefault(holder.address, []).append(holder.user)

    def _account_domains(self, wanted: set[str]) -> dict[str, list[AccountDomain]]:
        """The accounts' domains that are one of these or lie below one, by the one."""
        found: dict[str, list[AccountDomain]] = {}
        # Few at a time: both databases count each condition of an OR.
        for some in batched(sorted(wanted), 100):
            meant = Q(domain__in=some)
            for domain in some:
                meant |= Q(domain__endswith=f".{domain}")
            rows = AccountDomain.objects.filter(
                meant, workspace=self._workspace, closed_in=None, is_ignored=False
            )
            for entry in rows.select_related("account").order_by("pk"):
                for domain in {entry.domain, *parent_domains(entry.domain)} & set(some):
                    found.setdefault(domain, []).append(entry)
        return found

    def accounts(self, domain: str, include_subdomains: bool) -> list[Account]:
        """The accounts that have this domain or, with subdomains, one below it, each once."""
        entries = self._domains.get(domain, [])
        return list(
            {e.account_id: e.account for e in entries if include_subdomains or e.domain == domain}.values()
        )

    def persons(self, address: str) -> list[Person]:
        """The persons who have this address."""
        return self._persons.get(address, [])

    def users(self, address: str) -> list[User]:
        """The users whose address or alias this is."""
        return self._users.get(address, [])
