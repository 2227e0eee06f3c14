"""Persons in force, their addresses and accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from postroom.store.models import Account, Person, PersonAccount, PersonAddress, Workspace

_LINKS: Final = PersonAccount.objects.filter(closed_in=None, account__closed_in=None).order_by("pk")
DEFAULT_ACCOUNT: Final = Coalesce(
    "default_account_id",
    Subquery(_LINKS.filter(person=OuterRef("pk")).values("account_id")[:1]),
    output_field=BigIntegerField(),
)
"""The account on which new engagements of a person show: the one chosen, else the first linked (C14)."""


def persons(workspace: Workspace) -> QuerySet[Person]:
    """The persons by id."""
    return Person.objects.filter(workspace=workspace, closed_in=None).order_by("pk")


def addresses_of_persons(person_ids: Iterable[int]) -> dict[int, list[PersonAddress]]:
    """The addresses in force of persons, by person, the first added first, whatever was changed of it since."""
    found: dict[int, list[PersonAddress]] = {pk: [] for pk in person_ids}
    same = PersonAddress.objects.filter(person=OuterRef("person"), address=OuterRef("address"))
    in_force = PersonAddress.objects.filter(person_id__in=found, closed_in=None)
    for entry in in_force.alias(added=Subquery(same.order_by("pk").values("pk")[:1])).order_by("added"):
        found[entry.person_id].append(entry)
    return found


def links_of_persons(person_ids: Iterable[int]) -> dict[int, list[PersonAccount]]:
    """The accounts that persons belong to, by person, the first linked first."""
    found: dict[int, list[PersonAccount]] = {pk: [] for pk in person_ids}
    for link in _LINKS.filter(person_id__in=found).select_related("account"):
        found[link.person_id].append(link)
    return found


def default_accounts(person_ids: Iterable[int]) -> dict[int, Account]:
    """The default accounts of those persons who have one, by person."""
    persons = Person.objects.filter(pk__in=list(person_ids))
    ids = dict(persons.values_list("pk", DEFAULT_ACCOUNT))
    accounts = Account.objects.in_bulk({account for account in ids.values() if account is not None})
    return {person: accounts[account] for person, account in ids.items() if account is not None}


def default_account_of(person: Person) -> Account | None:
    """The default account of one person."""
    return Account.objects.filter(
        pk__in=Person.objects.filter(pk=person.pk).values_list(DEFAULT_ACCOUNT)
    ).first()


def holders_of_addresses(workspace: Workspace, addresses: Iterable[str]) -> dict[str, set[int]]:
    """The persons who have these addresses, by address."""
    holders: dict[str, set[int]] = {}
    rows = PersonAddress.objects.filter(workspace=workspace, closed_in=None, address__in=set(addresses))
    for address, person in rows.values_list("address", "person_id"):
        holders.setdefault(address, set()).add(person)
    return holders


def others_with(person: Person, addresses: Iterable[PersonAddress]) -> dict[str, list[Person]]:
    """The other persons who have these addresses too, by address (C14)."""
    found: dict[str, list[Person]] = {}
    rows = PersonAddress.objects.filter(
        workspace_id=person.workspace_id, closed_in=None, token__in=[bytes(a.token) for a in addresses]
    ).exclude(person=person)
    for entry in rows.select_related("person").order_by("person__name", "person_id"):
        found.setdefault(entry.address, []).append(entry.person)
    return found
