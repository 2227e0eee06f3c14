"""What the directory of today says of one address, for Explain."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from postroom.store.models import Account, BlocklistEntry, Person, PersonAccount, PersonAddress, Workspace


class KnownBy(NamedTuple):
    """A person who has the address, since when, and on which account new engagements show."""

    person: Person
    known_since: int
    account: Account | None


def persons_with(workspace: Workspace, token: bytes) -> list[KnownBy]:
    """The persons who have the address, the first linked first."""
    rows = PersonAddress.objects.filter(workspace=workspace, token=token, closed_in=None)
    rows = rows.select_related("person__default_account").prefetch_related(_links("person__links"))
    return [KnownBy(row.person, row.known_since, account_shown_on(row.person)) for row in rows.order_by("pk")]


def _links(path: str) -> Prefetch[Any]:
    in_force = PersonAccount.objects.filter(closed_in=None, account__closed_in=None)
    return Prefetch(path, in_force.select_related("account").order_by("pk"))


def account_shown_on(person: Person) -> Account | None:
    """The account on which new engagements of a person loaded here show: the default, else the first linked."""
    first = next((link.account for link in person.links.all()), None)
    return person.default_account or first


def without_address(workspace: Workspace, name: str) -> QuerySet[Person]:
    """Persons of this name, without regard to case, who have no address, so that no mail ever matches (C15)."""
    address = PersonAddress.objects.filter(person=OuterRef("pk"), closed_in=None)
    return Person.objects.filter(workspace=workspace, name__iexact=name, closed_in=None).exclude(
        Exists(address)
    )


def named(workspace: Workspace, name: str) -> list[Person]:
    """Persons of this name, without regard to case."""
    found = Person.objects.filter(workspace=workspace, name__iexact=name.strip(), closed_in=None)
    loaded = found.select_related("default_account").prefetch_related("addresses", _links("links"))
    return list(loaded.order_by("pk")[:20])


def accounts(workspace: Workspace, ids: list[int]) -> list[Account]:
    """These accounts, in their order."""
    return list(Account.objects.filter(workspace=workspace, pk__in=ids, closed_in=None).order_by("pk"))


def blocked_by(workspace: Workspace, entry: int) -> BlocklistEntry | None:
    """This entry of the blocklist."""
    return BlocklistEntry.objects.filter(workspace=workspace, pk=entry).first()
