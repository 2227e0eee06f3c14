"""Teams, and the roll-ups of their people (E11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Set
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from postroom.core.teams import Company, Team, below, teams_of
from postroom.core.weeks import Period, sunday_of, today_in
from postroom.measure.columns import Ints
from postroom.measure.medians import Cells, Figures, Told, figures_of
from postroom.store.models import User, UserAddress, Workspace
from postroom.store.read.consent import users_told_together
from postroom.store.read.report_sight import Onlooker
from postroom.store.rows import batched, select_in

_AT_ONCE: Final = 125_000
"""So many weeks of people are in memory at once, of 200 bytes each."""


class Teams(NamedTuple):
    """All teams of a workspace, and which the onlooker may ask for."""

    company: Company
    all: list[Team]
    seen: frozenset[tuple[str, str]]
    """``(kind, name)``."""

    def named(self, kind: str, name: str) -> Team | None:
        """The team of this name, if the onlooker may ask for it."""
        if (kind, name) not in self.seen:
            return None
        return next(team for team in self.all if (team.kind, team.name) == (kind, name))

    def members_of(self, team: Team) -> Set[int]:
        """The ids of those who are counted in a team."""
        if team.kind == "department":
            return self.company.departments[team.name] & self.company.counted
        [manager] = (user for user, email in self.company.email.items() if email == team.name)
        return below(self.company.managers, manager) & self.company.counted


def teams_seen_by(onlooker: Onlooker) -> Teams:
    """The teams of a workspace: with ``report_all`` all may be asked for, with ``report_team`` one's own and below."""
    company = _company_of(onlooker.workspace)
    teams = teams_of(company)
    seen: Iterable[Team] = ()
    if "report_all" in onlooker.permissions:
        seen = teams
    elif onlooker.user is not None and "report_team" in onlooker.permissions:
        theirs = below(company.managers, onlooker.user.pk) | {onlooker.user.pk}
        names = {company.email[user] for user in theirs}
        seen = (team for team in teams if team.kind == "manager" and team.name in names)
    return Teams(company, teams, frozenset((team.kind, team.name) for team in seen))


def _company_of(workspace: Workspace) -> Company:
    # Of 10,000 users only what is needed; addresses first, as nobody leads whom nobody has read.
    users = User.objects.filter(workspace=workspace)
    addresses = UserAddress.objects.filter(workspace=workspace, closed_in=None)
    leading = users.exclude(manager_email="").values("manager_email")
    of_address = dict(addresses.filter(address__in=leading).values_list("address", "user_id"))
    counted = set(users_told_together(workspace).values_list("pk", flat=True))
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
    return Company(managers, departments, counted, email)


def weeks_of_team(members: Collection[int], period: Period, now: float) -> Iterator[Figures]:
    """The figures of these people in each week of a period; of many people some weeks are read at a time."""
    users = np.array(sorted(members), np.int64)
    told = _told_of(users, now)
    at_once = max(1, _AT_ONCE // max(1, len(users)))
    for at in range(0, period.weeks, at_once):
        sundays = period.sundays[at : at + at_once]
        yield from figures_of(sundays, told, _cells_of(users, sundays))


def _told_of(users: Ints, now: float) -> Told:
    told = Told(np.zeros(len(users), np.int64), np.full(len(users), -1, np.int64))
    for user, zone, began in select_in(_BEGAN, users.tolist()):
        if began is not None:
            place = np.searchsorted(users, user)
            told.first[place] = began
            told.last[place] = sunday_of(today_in(ZoneInfo(zone or "UTC"), now))
    return told


def _cells_of(users: Ints, sundays: range) -> Iterator[Cells]:
    for some in batched(users.tolist(), 1_000):
        if rows := select_in(_CELLS, some, (sundays[0], sundays[-1])):
            whose, of, packed = zip(*rows, strict=True)
            yield Cells(np.searchsorted(users, whose), of, packed)


_BEGAN: Final = """
SELECT u.id, u.time_zone, (SELECT MIN(r.sunday) FROM store_rollup r WHERE r.user_id = u.id)
FROM store_user u WHERE u.id IN ({})
"""
_CELLS: Final = """
SELECT user_id, sunday, figures FROM store_rollup WHERE user_id IN ({}) AND sunday BETWEEN %s AND %s
"""
