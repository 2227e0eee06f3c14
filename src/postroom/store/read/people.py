"""What filing needs to know of persons: their default accounts and how they got their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from postroom.store.models import Engagement, EngagementPerson, Person, PersonAddress, Variant
from postroom.store.read.persons import DEFAULT_ACCOUNT
from postroom.store.rows import batched


class FiledPerson(NamedTuple):
    """A person as filing sees it."""

    id: int
    default_account: int | None
    """The one chosen, else the first linked (C14)."""
    named_by: str
    named_at: int | None
    name: str


def filed_persons(ids: Iterable[int]) -> dict[int, FiledPerson]:
    """The persons with these ids that are in force."""
    persons: dict[int, FiledPerson] = {}
    for some in batched(ids):
        rows = Person.objects.filter(pk__in=some, closed_in=None)
        for row in rows.values_list("pk", DEFAULT_ACCOUNT, "named_by", "named_at", "name"):
            persons[row[0]] = FiledPerson(*row)
    return persons


class NamedByMail(NamedTuple):
    """A person whose name a mail gave, with the addresses, the first first."""

    id: int
    addresses: tuple[str, ...]


def named_by_mail(ids: Iterable[int]) -> list[NamedByMail]:
    """Those of the persons whom a mail named and who have an address."""
    addresses: dict[int, list[str]] = defaultdict(list)
    for some in batched(ids):
        rows = PersonAddress.objects.filter(
            person__in=some, person__named_by="mail", person__closed_in=None, closed_in=None
        )
        for person, address in rows.order_by("pk").values_list("person_id", "address"):
            addresses[person].append(address)
    return [NamedByMail(person, tuple(has)) for person, has in sorted(addresses.items())]


class MailOfPerson(NamedTuple):
    """A mail on a person's timeline: when, and who is shown on it."""

    at: int
    participants: list[dict[str, str]]


def mails_of_person(person: int) -> Iterator[MailOfPerson]:
    """The mails on a person's timeline, the earliest first; read as they are asked for."""
    rows = EngagementPerson.objects.filter(person=person).order_by("at", "engagement_id")
    for at, participants in rows.values_list("at", "engagement__participants").iterator(chunk_size=100):
        yield MailOfPerson(at, participants)


def persons_shown_on(engagements: Iterable[int]) -> dict[int, set[int]]:
    """On whose timelines these engagements are, by engagement."""
    shown: dict[int, set[int]] = defaultdict(set)
    for some in batched(engagements):
        rows = EngagementPerson.objects.filter(engagement_id__in=some).values_list(
            "engagement_id", "person_id"
        )
        for engagement, person in rows:
            shown[engagement].add(person)
    return shown


def shown_participants(engagements: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """Who is shown on these engagements, by engagement."""
    shown: dict[int, list[dict[str, str]]] = {}
    for some in batched(engagements):
        shown.update(Engagement.objects.filter(pk__in=some).values_list("pk", "participants"))
    return shown


def first_texts(engagements: Iterable[int]) -> dict[int, tuple[int, bytes]]:
    """Which text each of these engagements shows first: how much of the mail it is, and its digest.

    The smallest digest of its variants, which are equally full.
    """
    first: dict[int, tuple[int, bytes]] = {}
    for some in batched(engagements):
        for engagement, kept, digest in Variant.objects.filter(engagement__in=some).values_list(
            "engagement_id", "kept", "digest"
        ):
            text = (kept, bytes(digest))
            first[engagement] = min(text, first.get(engagement, text))
    return first
