"""Make the roll-ups that are due: each user's weeks, whole, from their interactions (E2-E9).

What is due is rows, which go in the transaction that stores what came of them; so being killed is to be due still.
Nothing is locked while it is computed: what changes meanwhile is due again, and who was overtaken stores nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from django.db import transaction

from postroom.measure.bucket import Week, weeks_of
from postroom.store.models import Workspace
from postroom.store.read.rollups import Due, columns_of, rollups_due, workspaces_with_rollups_due
from postroom.store.rows import batched
from postroom.store.write import rollups
from postroom.store.write.turn import take_turn

RESTS_SECONDS: Final = 2
"""What changed is left so long before its roll-ups are made: more of the same often follows."""
_USERS: Final = 5_000
_INTERACTIONS: Final = 1_000_000
"""So many users, and interactions of users whose all is due, are read at once."""
_STORED: Final = 200
"""Users whose roll-ups are computed and stored together: others who write wait for no more."""


def workspaces_to_roll_up() -> list[int]:
    """The workspaces in which something is due and has rested, by id."""
    return workspaces_with_rollups_due(_rested())


def roll_up_some(workspace_id: int, until: int | None = None) -> int:
    """Make some of what is due since ``until`` or earlier, Unix seconds; answers of how many users."""
    due = rollups_due(workspace_id, _rested() if until is None else until, _USERS, _INTERACTIONS)
    if due.users:
        workspace = Workspace.objects.get(pk=workspace_id)
        for part in chain(_whole(due), _weeks(due)):
            _store(workspace, due.part(part.users), part)
    return len(due.users)


def roll_up(workspace: Workspace) -> None:
    """Make all that is due now."""
    while roll_up_some(workspace.pk, until=int(time.time())):
        pass


def make_anew_what_is_outdated() -> None:
    """Have made anew what was made by another time zone of its user, or by an earlier version of the metrics."""
    rollups.note_outdated()


def _rested() -> int:
    return int(time.time()) - RESTS_SECONDS


class _Made(NamedTuple):
    """What came of some users."""

    users: list[int]
    weeks: list[Week]
    gone: list[tuple[int, int]]
    """Weeks of which nothing is left: ``(user, sunday)``. Of whose all is due none is told."""


def _whole(due: Due) -> Iterator[_Made]:
    whole = sorted(due.whole)
    if whole:
        columns = columns_of(whole, _zones(due))
        for users in batched(whole, _STORED):
            yield _Made(users, list(weeks_of(columns.of_users(users[0], users[-1]))), [])


def _weeks(due: Due) -> Iterator[_Made]:
    made: dict[int, list[Week]] = defaultdict(list)
    gone: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for sunday, users in due.weeks().items():
        left = set(users)
        for week in weeks_of(columns_of(sorted(users), _zones(due), sunday)):
            if week.sunday == sunday:
                made[week.user].append(week)
                left.remove(week.user)
        for user in left:
            gone[user].append((user, sunday))
    for some in batched(sorted(due.users.keys() - due.whole), _STORED):
        yield _Made(
            some,
            [week for user in some for week in made[user]],
            [week for user in some for week in gone[user]],
        )


def _store(workspace: Workspace, due: Due, made: _Made) -> None:
    with transaction.atomic():
        take_turn(workspace)
        stored = rollups.settle(due)
        rollups.remove(stored.intersection(due.whole))
        rollups.remove_weeks([week for week in made.gone if week[0] in stored])
        rollups.put(week for week in made.weeks if week.user in stored)


def _zones(due: Due) -> dict[int, str]:
    return {user: facts.time_zone for user, facts in due.users.items()}
