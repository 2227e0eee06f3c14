"""Teams, and the roll-ups of their people (E11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Min

from postroom.core.teams import Team, below
from postroom.core.weeks import Period, sunday_of, today_in
from postroom.measure.medians import Figures, figures_of
from postroom.store.models import RollUp, User, UserAddress, Workspace
from postroom.store.read.report_sight import Onlooker
from postroom.store.read.reports import zone_of
from postroom.store.rows import batched


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
    counted = set(users.filter(collects_since__isnull=False, disabled_at=None).values_list("pk", flat=True))
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


def figures_of_team(workspace: Workspace, members: Collection[int], period: Period, now: float) -> Figures:
    """The figures of these people in the weeks of a period, in no order that tells who they are."""
    place = {user: at for at, user in enumerate(members)}
    week = {sunday: at for at, sunday in enumerate(period.sundays)}
    cells: dict[tuple[int, int], bytes] = {}
    first: dict[int, int] = {}
    zones: dict[int, User] = {}
    for some in batched(members):
        rows = RollUp.objects.filter(user__in=some)
        first |= dict(rows.values_list("user").annotate(Min("sunday")).order_by())
        for user, sunday, packed in rows.filter(sunday__range=period).values_list(
            "user_id", "sunday", "figures"
        ):
            cells[place[user], week[sunday]] = bytes(packed)
        zones |= User.objects.filter(workspace=workspace).only("time_zone").in_bulk(some)
    known = {}
    for user, began in first.items():
        this = sunday_of(today_in(zone_of(zones[user]), now))
        told = [at for sunday, at in week.items() if began <= sunday <= this]
        if told:
            known[place[user]] = range(told[0], told[-1] + 1)
    return figures_of(len(place), len(week), cells, known)
