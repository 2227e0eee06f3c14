"""Persons in force, their addresses and accounts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from postroom.store.models import Person, PersonAccount, PersonAddress, Workspace


def persons(workspace: Workspace) -> QuerySet[Person]:
    """The persons by id."""
    return Person.objects.filter(workspace=workspace, closed_in=None).order_by("pk")


def addresses_of_persons(person_ids: Iterable[int]) -> dict[int, list[PersonAddress]]:
    """The addresses in force of persons, by person, the first added first."""
    found: dict[int, list[PersonAddress]] = {pk: [] for pk in person_ids}
    for entry in PersonAddress.objects.filter(person_id__in=found, closed_in=None).order_by("pk"):
        found[entry.person_id].append(entry)
    return found


def links_of_persons(person_ids: Iterable[int]) -> dict[int, list[PersonAccount]]:
    """The accounts that persons belong to, by person, the first linked first."""
    found: dict[int, list[PersonAccount]] = {pk: [] for pk in person_ids}
    links = PersonAccount.objects.filter(person_id__in=found, closed_in=None, account__closed_in=None)
    for link in links.select_related("account").order_by("pk"):
        found[link.person_id].append(link)
    return found


def holders_of_addresses(workspace: Workspace, addresses: Iterable[str]) -> dict[str, set[int]]:
    """The persons who have these addresses, by address."""
    holders: dict[str, set[int]] = {}
    rows = PersonAddress.objects.filter(workspace=workspace, closed_in=None, address__in=set(addresses))
    for address, person in rows.values_list("address", "person_id"):
        holders.setdefault(address, set()).add(person)
    return holders
