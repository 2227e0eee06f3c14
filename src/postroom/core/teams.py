"""Teams whose medians are told: the people below a manager, or of a department (E11).

Less than ``LEAST`` people who consented is too few; and so is the difference of two teams, as whoever knows both
figures could tell who is in only one. Teams are decided on in one order, whoever asks, so that asking twice, or two
people who ask, learn no more: managers before departments, larger before smaller, then by name.

The people below a manager are all in the teams of the managers above, and departments share nobody. So a team is
compared with those above it alone, however long the line.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Final, Literal, NamedTuple

LEAST: Final = 5
"""No figure is about fewer people."""


class Company(NamedTuple):
    """Who works where."""

    managers: Mapping[int, int]
    """User → manager; the lines may lead back in a loop."""
    departments: Mapping[str, Set[int]]
    """Nobody is in two."""
    counted: Set[int]
    """Those who consented and are not disabled."""
    email: Mapping[int, str]
    """Of each manager."""


class Team(NamedTuple):
    """Some people, by what makes them a team."""

    kind: Literal["manager", "department"]
    name: str
    """The manager's e-mail address, or the department's name."""
    people: int
    """How many of them are counted."""
    is_told: bool

    @property
    def is_too_near(self) -> bool:
        """Whether they would be enough, and too few of them are in no other team, or of another in no other."""
        return not self.is_told and self.people >= LEAST


def teams_of(company: Company) -> list[Team]:
    """All teams of a company, and which of them are told."""
    lines = _Lines(company)
    teams = [
        Team("manager", company.email[manager], lines.people[manager], manager in lines.told)
        for manager in lines.managers
    ]
    for name, users in company.departments.items():
        members = users & company.counted
        teams.append(Team("department", name, len(members), lines.may_be_told(members)))
    return teams


def below(managers: Mapping[int, int], manager: int) -> set[int]:
    """Everybody below a manager, over all levels. A loop ends where it began."""
    direct: dict[int, list[int]] = defaultdict(list)
    for user, theirs in managers.items():
        direct[theirs].append(user)
    found: set[int] = set()
    todo = [*direct[manager]]
    while todo:
        user = todo.pop()
        if user not in found:
            found.add(user)
            todo += direct.get(user, ())
    return found - {manager}


class _Lines:
    """The teams of managers: gone through from below to count, and from above to decide."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self.managers: Counter[int] = Counter(company.managers.values())
        """How many call somebody their manager."""
        self.people: Counter[int] = Counter()
        """How many below a manager are counted."""
        self.told: set[int] = set()
        self._least: dict[int, int] = {}
        """User → the manager of the smallest team that is told and has them."""
        upwards, loops = self._count()
        same = {manager for loop in loops for manager in self._decide_loop(loop)}
        for user in reversed(upwards):
            self._decide(user)
        self.told |= same

    def _count(self) -> tuple[list[int], list[list[int]]]:
        """Count from below; everybody outside loops, each before their manager, and the loops."""
        managers, counted = self._company.managers, self._company.counted
        waiting = Counter(self.managers)
        upwards = [user for user in managers if user not in waiting]
        for user in upwards:  # grows: a manager follows once all reports are counted
            if (manager := managers.get(user)) is not None:
                self.people[manager] += self.people[user] + (user in counted)
                waiting[manager] -= 1
                if not waiting[manager]:
                    upwards.append(manager)
        loops = []
        for manager in self.managers:
            if waiting[manager]:
                loops.append(_around(managers, manager))
                waiting -= Counter(loops[-1])
        return upwards, loops

    def _decide_loop(self, loop: list[int]) -> list[int]:
        """Decide on managers above each other: they have the same people but for themselves.

        One team is told, by the order of teams; returns those with nobody more or less in it.
        """
        counted, email = self._company.counted, self._company.email
        everybody = sum(self.people[manager] + (manager in counted) for manager in loop)
        for manager in loop:
            self.people[manager] = everybody - (manager in counted)
        first = min(loop, key=lambda manager: (-self.people[manager], email[manager]))
        if self.people[first] < LEAST:
            return []
        self.told.add(first)
        self._least.update(dict.fromkeys(set(loop) - {first}, first))
        return [] if first in counted else [manager for manager in loop if manager not in counted]

    def _decide(self, user: int) -> None:
        """Decide on the team of somebody outside loops; those above are decided on."""
        people, manager = self.people[user], self._company.managers.get(user)
        least = None
        if manager is not None:
            least = manager if manager in self.told else self._least.get(manager)
        if least is not None:
            self._least[user] = least
        if people >= LEAST and (least is None or _tells_nothing(self.people[least] - people)):
            self.told.add(user)

    def may_be_told(self, members: Set[int]) -> bool:
        """Whether these people may be told of beside all teams of managers that are."""
        if len(members) < LEAST:
            return False
        shared: Counter[int] = Counter(team for member in members for team in self._told_with(member))
        return all(
            _tells_nothing(len(members) - common) and _tells_nothing(self.people[team] - common)
            for team, common in shared.items()
        )

    def _told_with(self, member: int) -> Iterable[int]:
        team = self._least.get(member)
        while team is not None:
            yield team
            team = self._least.get(team)


def _around(managers: Mapping[int, int], manager: int) -> list[int]:
    """All in a loop, from this manager on."""
    loop = [manager]
    while (above := managers[loop[-1]]) != manager:
        loop.append(above)
    return loop


def _tells_nothing(difference: int) -> bool:
    """Whether so many people in one team and not in the other are nobody, or enough not to be known by it."""
    return difference == 0 or difference >= LEAST
