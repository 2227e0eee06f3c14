"""Persons as rows of a list, of the workspace or of one account: found by a text, narrowed, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from postroom.store.models import Account, Person, PersonAccount, PersonAddress, Workspace
from postroom.store.read.figures import NOTHING_YET, Figures, figures_of_persons
from postroom.store.read.persons import DEFAULT_ACCOUNT, addresses_of_persons, links_of_persons

PAGE_ROWS: Final = 30

_LINKS: Final = PersonAccount.objects.filter(closed_in=None, account__closed_in=None)


@dataclass(frozen=True, slots=True)
class AskedPersons:
    """What a list of persons is narrowed to."""

    text: str = ""
    """Stands in the name or in an address."""
    show: str = ""
    """``mail``, ``hand``, ``alone`` (in no account) or ``several`` (accounts); empty: all."""
    account: int | None = None
    """Only persons of this account."""


@dataclass(slots=True)
class PersonRow:
    """A person in a list."""

    person: Person
    addresses: list[PersonAddress] = field(default_factory=list)
    links: list[PersonAccount] = field(default_factory=list)
    """The first linked first."""
    default: int | None = None
    """The id of the account on which new engagements show."""
    figures: Figures = NOTHING_YET

    @property
    def last(self) -> int | None:
        """The time of the last engagement, Unix seconds."""
        return max(filter(None, (self.figures.last_in, self.figures.last_out)), default=None)


def persons_page(
    workspace: Workspace, asked: AskedPersons, after: int | None, limit: int = PAGE_ROWS
) -> tuple[list[PersonRow], int | None]:
    """A page of persons by name, and the last one's id if more follow; ``after`` is such an id."""
    found = _narrowed(Person.objects.filter(workspace=workspace, closed_in=None), asked)
    if after is not None:
        name = Person.objects.filter(workspace=workspace, pk=after).values("name")[:1]
        found = found.filter(Q(name__gt=Subquery(name)) | Q(name=Subquery(name), pk__gt=after))
    persons = list(found.annotate(shows_on=DEFAULT_ACCOUNT).order_by("name", "pk")[: limit + 1])
    return _rows(persons[:limit]), persons[limit - 1].pk if len(persons) > limit else None


def _narrowed(persons: QuerySet[Person], asked: AskedPersons) -> QuerySet[Person]:
    links = _LINKS.filter(person=OuterRef("pk"))
    if asked.text:
        address = PersonAddress.objects.filter(
            person=OuterRef("pk"), closed_in=None, address__icontains=asked.text
        )
        persons = persons.filter(Q(name__icontains=asked.text) | Exists(address))
    if asked.account is not None:
        # By ids, not by Exists: else all persons of the workspace would be looked at for those of one account.
        persons = persons.filter(pk__in=_LINKS.filter(account=asked.account).values("person_id"))
    if asked.show in ("mail", "hand"):
        persons = persons.filter(is_from_mail=asked.show == "mail")
    elif asked.show == "alone":
        persons = persons.exclude(Exists(links))
    elif asked.show == "several":
        later = _LINKS.filter(person=OuterRef("person"), pk__gt=OuterRef("pk"))
        persons = persons.filter(Exists(links.filter(Exists(later))))
    return persons


def _rows(persons: Sequence[Person]) -> list[PersonRow]:
    """Put to the persons what is shown beside them, in one query each."""
    ids = [person.pk for person in persons]
    addresses, links, figures = addresses_of_persons(ids), links_of_persons(ids), figures_of_persons(ids)
    return [
        PersonRow(
            person,
            addresses[person.pk],
            links[person.pk],
            person.shows_on,  # type: ignore[attr-defined]
            figures.get(person.pk, NOTHING_YET),
        )
        for person in persons
    ]


@dataclass(slots=True)
class LinkedPerson:
    """A person beside their account, and why they belong to it."""

    link: PersonAccount
    person: Person
    addresses: list[PersonAddress]


def persons_linked(account: Account, limit: int) -> list[LinkedPerson]:
    """The first persons of an account by name, so many."""
    links = list(
        PersonAccount.objects.filter(account=account, closed_in=None, person__closed_in=None)
        .select_related("person")
        .order_by("person__name", "person_id")[:limit]
    )
    addresses = addresses_of_persons(link.person_id for link in links)
    return [LinkedPerson(link, link.person, addresses[link.person_id]) for link in links]


def count_linked(account: Account) -> int:
    """How many persons an account has."""
    return PersonAccount.objects.filter(account=account, closed_in=None, person__closed_in=None).count()


def count_linked_here_alone(account: Account) -> int:
    """How many persons of an account are in no other."""
    other = _LINKS.filter(person=OuterRef("person")).exclude(account=account)
    links = PersonAccount.objects.filter(account=account, closed_in=None, person__closed_in=None)
    return links.exclude(Exists(other)).count()
