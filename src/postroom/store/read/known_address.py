"""What the directory of today says of one address, for Explain."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from postroom.store.models import Account, BlocklistEntry, Person, PersonAddress, User, Workspace
from postroom.store.read.persons import default_accounts


class KnownBy(NamedTuple):
    """A person who has the address, since when, and on which account new engagements show."""

    person: Person
    known_since: int
    account: Account | None


def persons_with(workspace: Workspace, token: bytes) -> list[KnownBy]:
    """The persons who have the address, the first linked first."""
    rows = PersonAddress.objects.filter(workspace=workspace, token=token, closed_in=None)
    found = list(rows.select_related("person").order_by("pk"))
    accounts = default_accounts(row.person_id for row in found)
    return [KnownBy(row.person, row.known_since, accounts.get(row.person_id)) for row in found]


def without_address(workspace: Workspace, name: str) -> QuerySet[Person]:
    """Persons of this name, without regard to case, who have no address, so that no mail ever matches (C15)."""
    address = PersonAddress.objects.filter(person=OuterRef("pk"), closed_in=None)
    return Person.objects.filter(workspace=workspace, name__iexact=name, closed_in=None).exclude(
        Exists(address)
    )


def named(workspace: Workspace, name: str) -> list[Person]:
    """Persons of this name, without regard to case."""
    found = Person.objects.filter(workspace=workspace, name__iexact=name.strip(), closed_in=None)
    return list(found.prefetch_related("addresses").order_by("pk")[:20])


def accounts(workspace: Workspace, ids: list[int]) -> list[Account]:
    """These accounts, in their order."""
    return list(Account.objects.filter(workspace=workspace, pk__in=ids, closed_in=None).order_by("pk"))


def blocked_by(workspace: Workspace, entry: int) -> BlocklistEntry | None:
    """This entry of the blocklist."""
    return BlocklistEntry.objects.filter(workspace=workspace, pk=entry).first()


class Meant(NamedTuple):
    """Somebody who may be meant by a part of a name, with an address to ask with."""

    name: str
    address: str
    is_user: bool


def meant_by(workspace: Workspace, text: str, limit: int = 10) -> list[Meant]:
    """Persons and then users in whose name or address ``text`` stands, without regard to case."""
    found = PersonAddress.objects.filter(workspace=workspace, closed_in=None).select_related("person")
    found = found.filter(Q(person__name__icontains=text) | Q(address__icontains=text.lower()))
    persons = [Meant(e.person.name, e.address, False) for e in found.order_by("person__name", "pk")[:limit]]
    users = User.objects.filter(workspace=workspace, disabled_at=None)
    users = users.filter(Q(name__icontains=text) | Q(email__icontains=text.lower()))
    named = [Meant(user.name, user.email, True) for user in users.order_by("name", "pk")[:limit]]
    return (persons + named)[:limit]
