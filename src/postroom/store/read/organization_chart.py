"""A user's part of the organization chart: who their manager says it is (E8, U3).

Only users who consent are named in it; the others are a number, where they are many enough.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from django.db.models import Q

from postroom.core.teams import LEAST
from postroom.store.models import User
from postroom.store.read.report_sight import Subject
from postroom.store.read.users import addresses_of, user_with_address

MOST: Final = 100
"""So many are named at most: the manager, then reports, then colleagues."""

Relation = Literal["manager", "colleague", "report"]
"""What somebody is to the user; a colleague has the same manager."""
_FIRST: Final = ("manager", "report", "colleague")
_SHOWN: Final = ("manager", "colleague", "report")


class Place(NamedTuple):
    """Somebody in the chart."""

    user: User
    relation: Relation


class OrganizationChart(NamedTuple):
    """The manager, the colleagues by name, then the reports by name."""

    places: list[Place]
    """``MOST`` of those who consent."""
    not_named: int | None
    """How many do not; ``None``: fewer than are told of, if any. Whoever knows the chart would know who it is."""


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
    places = [Place(somebody, _relation(somebody, manager, managers)) for somebody in found]
    consenting = [place for place in places if place.user.collects_since is not None]
    named = sorted(consenting, key=lambda place: _FIRST.index(place.relation))[:MOST]
    named.sort(key=lambda place: _SHOWN.index(place.relation))
    not_named = len(places) - len(consenting)
    return OrganizationChart(named, not_named if not_named >= LEAST else None)


def _relation(somebody: User, manager: User | None, managers: list[str]) -> Relation:
    if manager is not None and somebody.pk == manager.pk:
        return "manager"
    return "colleague" if somebody.manager_email in managers else "report"
