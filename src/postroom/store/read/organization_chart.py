"""A user's part of the organization chart: who their manager says it is (E8, U3).

Only users who consent are named in it; the others are a number.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from django.db.models import Q

from postroom.store.models import User
from postroom.store.read.report_sight import Subject
from postroom.store.read.users import addresses_of, user_with_address

MOST: Final = 100
"""So many are in it at most, named or not."""

Relation = Literal["manager", "colleague", "report"]
"""What somebody is to the user; a colleague has the same manager."""


class Place(NamedTuple):
    """Somebody in the chart."""

    user: User
    relation: Relation


class OrganizationChart(NamedTuple):
    """The manager, the colleagues by name, then the reports by name."""

    places: list[Place]
    """Those who consent."""
    not_named: int
    """Those who do not."""


def organization_chart_of(subject: Subject) -> OrganizationChart:
    """Manager, colleagues with the same manager and reports, each once; nobody disabled, and not the user."""
    user = subject.user
    manager = user_with_address(user.workspace, user.manager_email) if user.manager_email else None
    if manager is not None and manager.pk == user.pk:
        manager = None
    addresses = addresses_of([user] if manager is None else [user, manager])
    own = [entry.address for entry in addresses[user.pk]]
    managers = [] if manager is None else [entry.address for entry in addresses[manager.pk]]
    around = Q(manager_email__in=own + managers)
    if manager is not None:
        around |= Q(pk=manager.pk)
    found = (
        User.objects.filter(around, workspace=user.workspace, disabled_at=None)
        .exclude(pk=user.pk)
        .order_by("name", "email")
    )
    ranks: dict[Relation, list[Place]] = {"manager": [], "colleague": [], "report": []}
    for somebody in found:
        relation = _relation(somebody, manager, managers)
        ranks[relation].append(Place(somebody, relation))
    chart = [place for places in ranks.values() for place in places][:MOST]
    named = [place for place in chart if place.user.collects_since is not None]
    return OrganizationChart(named, len(chart) - len(named))


def _relation(somebody: User, manager: User | None, managers: list[str]) -> Relation:
    if manager is not None and somebody.pk == manager.pk:
        return "manager"
    return "colleague" if somebody.manager_email in managers else "report"
