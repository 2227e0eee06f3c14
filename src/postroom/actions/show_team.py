"""Show what a team came to in the middle: of five people or more, and nothing that two teams give away (E11)."""

from __future__ import annotations

import time
from typing import NamedTuple

from postroom.core.audit import TEAM_SEEN
from postroom.core.report import Values
from postroom.core.weeks import Period
from postroom.measure.medians import Medians
from postroom.store.read import teams as read
from postroom.store.read.report_sight import Onlooker
from postroom.store.write import audit


class ShownTeam(NamedTuple):
    """A team's medians over a period, and in each of its weeks."""

    people: int | None
    """How many they rest on; ``None``: too few to tell anything."""
    values: Values | None
    weeks: list[Values]
    is_too_near: bool = False
    """Where nothing is told: whether they would be enough, and too few of them are in no other team."""


def show_team(onlooker: Onlooker, kind: str, name: str, period: Period) -> ShownTeam | None:
    """The report of a team; ``None``: there is none by this name that the onlooker may ask for.

    ``kind``: ``manager``, named by e-mail address, or ``department``. That it was looked at is in the audit log.
    """
    teams = read.teams_seen_by(onlooker)
    team = teams.named(kind, name)
    if team is None:
        return None
    asked = {"team": kind, "name": name, "start": period.start.isoformat(), "end": period.end.isoformat()}
    audit.note(onlooker.workspace, TEAM_SEEN, onlooker.actor, after=asked)
    if not team.is_told:
        return ShownTeam(None, None, [], team.is_too_near)
    medians = Medians(team.people, period.weeks)
    figures = read.weeks_of_team(teams.members_of(team), period, time.time())
    weeks = [medians.of_week(week) for week in figures]
    return ShownTeam(team.people, medians.of_period(), weeks)
