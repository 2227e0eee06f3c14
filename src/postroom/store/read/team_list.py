"""The teams somebody may ask for, as rows of a list: found by a text, narrowed, and of how many people each is told."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import Q

from postroom.core.teams import Team
from postroom.store.models import User
from postroom.store.read.report_sight import Onlooker
from postroom.store.read.teams import teams_seen_by

KINDS: Final = ("manager", "department")
"""What makes people a team, in the order of the list."""
PAGE_ROWS: Final = 30


class TeamRow(NamedTuple):
    """A team in a list."""

    team: Team
    manager: User | None
    """Of a team of a manager."""


def teams_page(
    onlooker: Onlooker, text: str, kind: str, start: int, limit: int = PAGE_ROWS
) -> tuple[list[TeamRow], int]:
    """So many teams from the place ``start`` on, and how many there are: managers' first, each kind by name.

    ``text`` stands in the department's name, or in the manager's name or e-mail address; ``kind``: one of ``KINDS``,
    or empty for both.
    """
    teams = teams_seen_by(onlooker)
    found = [team for team in teams.all if (team.kind, team.name) in teams.seen and kind in ("", team.kind)]
    if text:
        leading = _managers_with(onlooker, text)
        found = [team for team in found if _has(team, text, leading)]
    found.sort(key=lambda team: (KINDS.index(team.kind), team.name.casefold(), team.name))
    shown = found[start : start + limit]
    managers = _managers(onlooker, [team.name for team in shown if team.kind == "manager"])
    rows = [TeamRow(team, managers.get(team.name) if team.kind == "manager" else None) for team in shown]
    return rows, len(found)


def _has(team: Team, text: str, leading: set[str]) -> bool:
    return team.name in leading if team.kind == "manager" else text.casefold() in team.name.casefold()


def _managers_with(onlooker: Onlooker, text: str) -> set[str]:
    said = Q(name__icontains=text) | Q(email__icontains=text)
    return set(User.objects.filter(said, workspace=onlooker.workspace).values_list("email", flat=True))


def _managers(onlooker: Onlooker, addresses: list[str]) -> dict[str, User]:
    found = User.objects.filter(workspace=onlooker.workspace, email__in=addresses)
    return {user.email: user for user in found}
