"""Teams, and the roll-ups of their people (E11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

import numpy as np
from django.db.models import OuterRef, Subquery

from postroom.core.teams import Team, below
from postroom.core.weeks import Period, sunday_of, today_in
from postroom.measure.columns import Ints
from postroom.measure.medians import Cells, Figures, Told, figures_of
from postroom.store.models import RollUp, User, UserAddress, Workspace
from postroom.store.read.consent import users_in_groups
from postroom.store.read.report_sight import Onlooker
from postroom.store.read.reports import zone_of
from postroom.store.rows import batched

_CELLS: Final = 125_000
"""So many weeks of people are in memory at once, of 200 bytes each."""
_ROWS_AT_ONCE: Final = 2_000


class Teams(NamedTuple):
    """All teams of a workspace, and which the onlooker may ask for."""

    all: list[Team]
    seen: frozenset[tuple[str, str]]
    """``(kind, name)``."""


def teams_seen_by(onlooker: Onlooker) -> Teams:
    """The teams of a workspace: with ``report_all`` all may be asked for, with ``report_team`` one's own and below."""
    # Of 10,000 users only what is needed; addresses first, as nobody leads whom nobody has read.
    users = User.objects.filter(workspace=onlooker.workspace)
    addresses = UserAddress.objects.filter(workspace=onlooker.workspace, closed_in=None)
    leading = users.exclude(manager_email="").values("manager_email")
    of_address = dict(addresses.filter(address__in=leading).values_list("address", "user_id"))
    counted = set(users_in_groups(onlooker.workspace).values_list("pk", flat=True))
    managers: dict[int, int] = {}
    email: dict[int, str] = {}
    departments: dict[str, set[int]] = defaultdict(set)
    for user, address, department, manager_email in users.values_list(
        "pk", "email", "department", "manager_email"
    ):
        email[user] = address
        if department:
            departments[department].add(user)
        if (manager := of_address.get(manager_email, user)) != user:
            managers[user] = manager
    lines = below(managers)
    teams = [Team("manager", email[manager], people & counted) for manager, people in lines.items()]
    teams += [Team("department", name, frozenset(people & counted)) for name, people in departments.items()]
    if "report_all" in onlooker.permissions:
        seen = frozenset((team.kind, team.name) for team in teams)
    elif onlooker.user is not None and "report_team" in onlooker.permissions:
        theirs = lines.get(onlooker.user.pk, frozenset()) | {onlooker.user.pk}
        seen = frozenset(("manager", email[manager]) for manager in lines if manager in theirs)
    else:
        seen = frozenset()
    return Teams(teams, seen)


def weeks_of_team(
    workspace: Workspace, members: Collection[int], period: Period, now: float
) -> Iterator[Figures]:
    """The figures of these people in each week of a period; of many people some weeks are read at a time."""
    users = np.array(sorted(members), np.int64)
    told = _told_of(workspace, users, now)
    at_once = max(1, _CELLS // max(1, len(users)))
    for at in range(0, period.weeks, at_once):
        sundays = period.sundays[at : at + at_once]
        yield from figures_of(sundays, told, _cells_of(users, sundays))


def _told_of(workspace: Workspace, users: Ints, now: float) -> Told:
    began = RollUp.objects.filter(user=OuterRef("pk")).order_by("sunday").values("sunday")[:1]
    told = Told(np.zeros(len(users), np.int64), np.full(len(users), -1, np.int64))
    for some in batched(users.tolist()):
        people = User.objects.filter(workspace=workspace, pk__in=some).annotate(began=Subquery(began))
        for user in people.only("time_zone").exclude(began=None):
            place = np.searchsorted(users, user.pk)
            told.first[place] = user.began
            told.last[place] = sunday_of(today_in(zone_of(user), now))
    return told


def _cells_of(users: Ints, sundays: range) -> Iterator[Cells]:
    for some in batched(users.tolist()):
        rows = RollUp.objects.filter(user__in=some, sunday__range=(sundays[0], sundays[-1]))
        found = rows.values_list("user_id", "sunday", "figures").iterator(_ROWS_AT_ONCE)
        for batch in batched(found, _ROWS_AT_ONCE):
            whose, of, packed = zip(*batch, strict=True)
            yield Cells(np.searchsorted(users, whose), list(of), list(packed))
