"""Show the communities of a workspace, of five people or more; that it was looked at is written down (E9, E11, S5)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Final, NamedTuple

from postroom.core.audit import TEAM_SEEN
from postroom.core.teams import LEAST
from postroom.core.weeks import Period
from postroom.store.models import User
from postroom.store.read import communities as read
from postroom.store.read.report_sight import Onlooker
from postroom.store.write import audit

_DEPARTMENTS: Final = 3
_BRIDGES: Final = 3
_PEOPLE: Final = 3
"""So many of each are told of a community."""


class Bridge(NamedTuple):
    """What a community has with another."""

    number: int
    share: int
    """Percent of what its members have with colleagues."""
    people: list[User]
    """Who has most of it."""


class Community(NamedTuple):
    """People who have much with one another."""

    number: int
    """From 1, the largest first."""
    members: list[User]
    """By name."""
    departments: list[tuple[str, int]]
    """Those that most members are of, and how many; an empty name for none."""
    inner: int
    """Percent of what its members have with colleagues that they have with one another."""
    bridges: list[Bridge]


class ShownCommunities(NamedTuple):
    """The communities of a workspace as they were last found."""

    made_at: datetime
    period: Period
    communities: list[Community]
    small: int
    """Communities of fewer than five people."""
    small_people: int
    """How many people are in them."""


def show_communities(onlooker: Onlooker) -> ShownCommunities | None:
    """The communities that were found last; ``None``: none were looked for yet."""
    audit.note(onlooker.workspace, TEAM_SEEN, onlooker.actor, after={"communities": True})
    search = read.last_search(onlooker.workspace)
    if search is None:
        return None
    found: dict[int, list[read.Member]] = defaultdict(list)
    for member in read.members_of(onlooker.workspace):
        found[member.community].append(member)
    told = sorted(
        (number for number in found if len(found[number]) >= LEAST), key=lambda n: (-len(found[n]), n)
    )
    shown = {number: at for at, number in enumerate(told, start=1)}
    communities = [_community(found[number], number, shown) for number in told]
    small = [members for number, members in found.items() if number not in shown]
    period = Period(search.first, search.last)
    return ShownCommunities(search.made_at, period, communities, len(small), sum(map(len, small)))


def _community(members: list[read.Member], number: int, shown: dict[int, int]) -> Community:
    total: Counter[int] = Counter()
    for member in members:
        total.update(member.strength)
    whole = sum(total.values())
    departments = Counter(member.user.department for member in members)
    bridges = [
        Bridge(shown[other], round(100 * had / whole), _people(members, other))
        for other, had in sorted(total.items(), key=lambda item: (-item[1], item[0]))
        if other in shown and other != number
    ]
    return Community(
        shown[number],
        [member.user for member in members],
        sorted(departments.items(), key=lambda item: (-item[1], item[0]))[:_DEPARTMENTS],
        round(100 * total[number] / whole),
        bridges[:_BRIDGES],
    )


def _people(members: list[read.Member], other: int) -> list[User]:
    linking = [member for member in members if member.strength.get(other)]
    linking.sort(key=lambda member: (-member.strength[other], member.user.pk))
    return [member.user for member in linking[:_PEOPLE]]
