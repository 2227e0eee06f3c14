"""The figures of accounts and persons: how much there was, and when last (A1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from django.db.models import Count, Max, Min, QuerySet

from postroom.store.models import (
    EngagementAccount,
    EngagementPerson,
    Person,
)


class Figures(NamedTuple):
    """What happened with an account or a person, in Unix seconds; ``None``: nothing yet (A1)."""

    total: int = 0
    first: int | None = None
    last_in: int | None = None
    last_out: int | None = None


NOTHING_YET: Final = Figures()


def figures_of_accounts(account_ids: Iterable[int]) -> dict[int, Figures]:
    """The figures of accounts, by id; accounts on which nothing shows are left out."""
    return _figures(EngagementAccount.objects.filter(account__in=list(account_ids)), "account_id")


def figures_of_person(person: Person) -> Figures:
    """The figures of a person."""
    return figures_of_persons([person.pk]).get(person.pk, NOTHING_YET)


def figures_of_persons(person_ids: Iterable[int]) -> dict[int, Figures]:
    """The figures of persons, by id; persons on whom nothing shows are left out."""
    return _figures(EngagementPerson.objects.filter(person__in=list(person_ids)), "person_id")


def _figures(links: QuerySet[Any], by: str) -> dict[int, Figures]:
    """Count in the index of figures alone: no engagement is read for it."""
    found: dict[int, Figures] = defaultdict(Figures)
    rows = links.values_list(by, "direction").annotate(total=Count("at"), first=Min("at"), last=Max("at"))
    for pk, direction, total, first, last in rows.order_by():
        so_far = found[pk]
        found[pk] = so_far._replace(
            total=so_far.total + total,
            first=first if so_far.first is None else min(first, so_far.first),
            **{f"last_{direction}": last},
        )
    return dict(found)
