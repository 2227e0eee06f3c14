"""What filing needs to know of persons: their default accounts and how they got their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection

from postroom.store.models import Engagement, EngagementPerson, Person
from postroom.store.read.directory import batched


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
    with connection.cursor() as cursor:
        for some in batched(ids, 5_000):
            marks = ",".join(["%s"] * len(some))
            cursor.execute(
                "SELECT p.id, COALESCE(p.default_account_id, (SELECT l.account_id "  # noqa: S608
                "FROM store_personaccount l "
                "WHERE l.person_id = p.id AND l.closed_in IS NULL ORDER BY l.id LIMIT 1)), "
                "p.named_by, p.named_at, p.name FROM store_person p "
                f"WHERE p.id IN ({marks}) AND p.closed_in IS NULL",
                some,
            )
            persons.update((row[0], FiledPerson(*row)) for row in cursor.fetchall())
    return persons


def mails_of_persons(ids: Iterable[int]) -> Iterator[tuple[int, str, list[tuple[int, list[dict[str, str]]]]]]:
    """For persons named by mail: their first address, and time and participants of each of their mails."""
    for person in Person.objects.filter(pk__in=list(ids), named_by="mail").order_by("pk"):
        address = person.addresses.filter(closed_in=None).order_by("pk").first()
        if address is not None:
            mails = Engagement.objects.filter(person_links__person=person).values_list("at", "participants")
            yield person.pk, address.address, list(mails)


def persons_shown_on(engagements: Iterable[int]) -> dict[int, set[int]]:
    """On whose timelines these engagements are, by engagement."""
    shown: dict[int, set[int]] = defaultdict(set)
    for some in batched(engagements, 5_000):
        rows = EngagementPerson.objects.filter(engagement_id__in=some).values_list(
            "engagement_id", "person_id"
        )
        for engagement, person in rows:
            shown[engagement].add(person)
    return shown


def shown_participants(engagements: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """Who is shown on these engagements, by engagement."""
    shown: dict[int, list[dict[str, str]]] = {}
    for some in batched(engagements, 5_000):
        shown.update(Engagement.objects.filter(pk__in=some).values_list("pk", "participants"))
    return shown
