"""The figures of accounts and persons: how much there was, and when last (A1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, Func, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Star

from postroom.store.models import Account, EngagementAccount, EngagementPerson, Person


class Figures(NamedTuple):
    """What happened with an account or a person, in Unix seconds; ``None``: nothing yet (A1)."""

    total: int = 0
    first: int | None = None
    last_in: int | None = None
    last_out: int | None = None


NOTHING_YET: Final = Figures()

_ASKED: Final = {
    name: Func(of, function=function, output_field=BigIntegerField())
    for name, function, of in (("total", "COUNT", Star()), ("first", "MIN", "at"), ("last", "MAX", "at"))
}
"""Plain functions: aggregates of Django would read each row."""


def figures_of_accounts(account_ids: Iterable[int]) -> dict[int, Figures]:
    """The figures of accounts, by id; accounts on which nothing shows are left out."""
    return _figures(
        Account.objects.filter(pk__in=list(account_ids)),
        EngagementAccount.objects.filter(account=OuterRef("pk")),
    )


def figures_of_person(person: Person) -> Figures:
    """The figures of a person."""
    return figures_of_persons([person.pk]).get(person.pk, NOTHING_YET)


def figures_of_persons(person_ids: Iterable[int]) -> dict[int, Figures]:
    """The figures of persons, by id; persons on whom nothing shows are left out."""
    return _figures(
        Person.objects.filter(pk__in=list(person_ids)),
        EngagementPerson.objects.filter(person=OuterRef("pk")),
    )


def _figures(owners: QuerySet[Any], links: QuerySet[Any]) -> dict[int, Figures]:
    """Count in the index of figures alone, and look for the first and the last at its ends.

    One question for each figure: grouped, a long history would be compared row by row, five times as slow.
    """
    asked = {
        f"{name}_{direction}": Subquery(links.filter(direction=direction).order_by().values_list(figure))
        for direction in ("in", "out")
        for name, figure in _ASKED.items()
    }
    found = {}
    for row in owners.order_by().values("pk", **asked):
        if total := row["total_in"] + row["total_out"]:
            firsts = [at for at in (row["first_in"], row["first_out"]) if at is not None]
            found[row["pk"]] = Figures(total, min(firsts), row["last_in"], row["last_out"])
    return found
