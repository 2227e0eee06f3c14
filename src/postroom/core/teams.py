"""Teams whose medians are told: the people below a manager, or of a department (E11).

Less than ``LEAST`` people who consented is too few; and so is the difference of two teams, as whoever knows both
figures could tell who is in only one. Teams are decided on in one order, whoever asks, so that asking twice, or two
people who ask, learn no more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from itertools import chain
from typing import Final, Literal, NamedTuple

LEAST: Final = 5
"""No figure is about fewer people."""


class Team(NamedTuple):
    """Some people, by what makes them a team."""

    kind: Literal["manager", "department"]
    name: str
    """The manager's e-mail address, or the department's name."""
    members: frozenset[int]
    """Those who consented and are not disabled."""


def told_among(teams: Iterable[Team]) -> list[Team]:
    """The teams that are told: managers' before departments, larger before smaller."""
    told: list[Team] = []
    told_with: dict[int, list[int]] = defaultdict(list)
    for team in sorted(set(teams), key=_order):
        if not is_enough(team.members):
            continue
        shared = Counter(chain.from_iterable(told_with[member] for member in team.members))
        if all(
            _tells_nothing(len(team.members) - common) and _tells_nothing(len(told[other].members) - common)
            for other, common in shared.items()
        ):
            for member in team.members:
                told_with[member].append(len(told))
            told.append(team)
    return told


def _order(team: Team) -> tuple[bool, int, str]:
    return (team.kind != "manager", -len(team.members), team.name)


def is_enough(members: Collection[int]) -> bool:
    """Whether so many people are told of; a team of enough is still not told where it is too near another."""
    return len(members) >= LEAST


def _tells_nothing(difference: int) -> bool:
    """Whether so many people in one team and not in the other are nobody, or enough not to be known by it."""
    return difference == 0 or difference >= LEAST


def below(managers: dict[int, int]) -> dict[int, frozenset[int]]:
    """Everybody below each manager, over all levels; ``managers``: user → manager. A loop ends where it began."""
    direct: dict[int, list[int]] = defaultdict(list)
    for user, manager in managers.items():
        direct[manager].append(user)
    found: dict[int, frozenset[int]] = {}
    for manager in direct:
        seen: set[int] = set()
        todo = list(direct[manager])
        while todo:
            user = todo.pop()
            if user != manager and user not in seen:
                seen.add(user)
                todo += direct.get(user, ())
        found[manager] = frozenset(seen)
    return found
