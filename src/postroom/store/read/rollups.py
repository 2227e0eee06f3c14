"""Questions about roll-ups: which are due, and the interactions they are made of, as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from django.db.models import Max

from postroom.core.message import SENDERS
from postroom.core.metrics import KINDS, MET, VERSION
from postroom.core.weeks import DAY, DIGITAL_DAY_STARTS, sunday_of, today_in
from postroom.measure.columns import AUTOMATIC, INSIDE, OUTSIDE, SENT, Columns, Ints, local_times
from postroom.store.models import Interaction
from postroom.store.rows import batched, select_in

_SCANNED: Final = 20
"""Where one in so many interactions is asked for, reading all is faster than looking each of them up."""
_COUNTED_AT_ONCE: Final = 500
_DAYS: Final = 5_000
"""So many days of users who are not due as a whole are made at once."""
_DAYS_OF_ONE: Final = 50
"""Who has more days due is made as a whole."""
_CLOCKS_APART: Final = 14 * 3_600
"""No clock on a wall is further from UTC, in seconds."""
_NIGHT: Final = DIGITAL_DAY_STARTS + 3 * 3_600
"""Seconds in which the clock comes from midnight to the start of the digital day, where it goes back in between too."""
_MARKS: Final = (
    "CASE kind "
    + " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate(KINDS))
    + " ELSE 0 END"
    + "".join(
        f" + CASE WHEN {column} THEN {bit} ELSE 0 END"
        for column, bit in (
            ("is_sent", SENT),
            ("is_automatic", AUTOMATIC),
            ("is_inside", INSIDE),
            ("is_outside", OUTSIDE),
        )
    )
)
_IS_SENDER: Final = f"c.role IN ({', '.join(repr(role) for role in sorted(SENDERS))})"
_INTERACTIONS: Final = (
    (
        *("id", "user_id", "at", _MARKS, "others"),
        *("COALESCE(seconds, 0)", "COALESCE(answered_at, -1)", f"answered_sides * {INSIDE}"),
    ),
    "store_interaction i WHERE ",
)
_NAMED: Final = (
    ("c.interaction_id", f"c.user_id * 2 + CASE WHEN {_IS_SENDER} THEN 1 ELSE 0 END"),
    # In this order: what the mails are is known already.
    "store_interaction i CROSS JOIN store_colleague c WHERE c.interaction_id = i.id "
    f"AND ({_IS_SENDER} OR i.is_sent OR i.kind IN ({', '.join(repr(kind) for kind in sorted(MET))})) AND ",
)
"""Which numbers are read, of what."""


class UserFacts(NamedTuple):
    """By what a user's roll-ups are to be made."""

    time_zone: str
    """Empty is UTC."""
    fence: int
    """0: nothing was made yet."""
    is_whole: bool
    """All weeks are made: many are due, or nothing was made yet, or by another time zone or version."""


@dataclass(slots=True)
class Due:
    """Some of what is due."""

    users: dict[int, UserFacts] = field(default_factory=dict)
    rows: list[tuple[int, int, int]] = field(default_factory=list)
    """``(user, day, change)``."""

    @property
    def whole(self) -> list[int]:
        """The users of whom all is due."""
        return [user for user, facts in self.users.items() if facts.is_whole]

    def weeks(self) -> dict[int, set[int]]:
        """The first days of the other users' weeks that are due, with the users."""
        found: dict[int, set[int]] = defaultdict(set)
        for user, day, _ in self.rows:
            facts = self.users[user]
            if not facts.is_whole:
                zone = ZoneInfo(facts.time_zone or "UTC")
                for at in (day * DAY - _NIGHT, (day + 1) * DAY - 1):
                    found[sunday_of(today_in(zone, at))].add(user)
        return found

    def part(self, users: Collection[int]) -> Due:
        """What is due of these users."""
        mine = set(users)
        return Due({user: self.users[user] for user in users}, [row for row in self.rows if row[0] in mine])


def workspaces_with_rollups_due(until: int) -> list[int]:
    """The workspaces in which a roll-up is due since ``until`` or earlier, Unix seconds; by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT u.workspace_id FROM store_rollupdue d JOIN store_user u ON u.id = d.user_id "
            "WHERE d.since <= %s ORDER BY u.workspace_id",
            [until],
        )
        return [row[0] for row in cursor.fetchall()]


def rollups_due(workspace_id: int, until: int, most_users: int, most_interactions: int) -> Due:
    """What is due since ``until`` or earlier, Unix seconds, of so many users, the longest due first.

    Of those whose all is due, so many as have ``most_interactions`` together, but one at least.
    """
    days = _days_due(workspace_id, until, most_users)
    # The fences before the rest: whoever stores meanwhile makes what follows too old to be stored.
    facts = {
        user: UserFacts(
            zone, fence or 0, (made_with, version) != (zone, VERSION) or days[user] > _DAYS_OF_ONE
        )
        for user, zone, made_with, version, fence in select_in(
            "SELECT u.id, u.time_zone, s.time_zone, s.version, s.fence FROM store_user u "
            "LEFT JOIN store_rollupstate s ON s.user_id = u.id WHERE u.id IN ({})",
            days,
        )
    }
    due = Due({user: facts[user] for user in days if user in facts})
    _take_part(due, most_interactions)
    due.rows = [
        (row[0], row[1], row[2])
        for row in select_in(
            "SELECT user_id, day, change FROM store_rollupdue WHERE user_id IN ({})", list(due.users)
        )
    ]
    return due


def _days_due(workspace_id: int, until: int, most_users: int) -> dict[int, int]:
    """The users who have been due for longest, with the number of their days that are; so many days in all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.user_id, COUNT(*) FROM store_rollupdue d JOIN store_user u ON u.id = d.user_id "
            "WHERE u.workspace_id = %s AND d.since <= %s GROUP BY d.user_id "
            "ORDER BY MIN(d.since), d.user_id LIMIT %s",
            [workspace_id, until, most_users],
        )
        found: dict[int, int] = {}
        total = 0
        for user, days in cursor.fetchall():
            total += min(days, _DAYS_OF_ONE)
            if found and total > _DAYS:
                break
            found[user] = days
    return found


def _take_part(due: Due, most: int) -> None:
    whole, taken, total = due.whole, 0, 0
    for count in _interactions_of(whole):
        total += count
        if taken and total > most:
            break
        taken += 1
    for user in whole[taken:]:
        del due.users[user]


def _interactions_of(users: Sequence[int]) -> Iterator[int]:
    """How many interactions each of these users has, looked up as far as they are asked for."""
    for some in batched(users, _COUNTED_AT_ONCE):
        rows = select_in(
            "SELECT user_id, COUNT(*) FROM store_interaction WHERE user_id IN ({}) GROUP BY user_id", some
        )
        counts: dict[int, int] = {row[0]: row[1] for row in rows}
        yield from (counts.get(user, 0) for user in some)


def columns_of(users: Sequence[int], zones: dict[int, str], sunday: int | None = None) -> Columns:
    """The interactions of these users, by user; with ``sunday`` only of that week, which is whole, and around it."""
    condition = _of_users(users) if sunday is None else _around(users, sunday)
    id_, user, *read = _numbers(*_INTERACTIONS, condition)
    named_in, named = _numbers(*_NAMED, condition)
    order = np.argsort(user, kind="stable")
    id_, user, at, marks, others, seconds, answered_at, answered_sides = (
        column[order] for column in (id_, user, *read)
    )
    # Who is named in what came in between the queries is left out: that is due again.
    is_there = np.isin(named_in, id_)
    named_in, named = named_in[is_there], named[is_there]
    by_id = np.argsort(id_)
    row = by_id[np.searchsorted(id_, named_in, sorter=by_id)]
    by_row = np.argsort(row, kind="stable")
    return Columns(
        user,
        at,
        marks,
        others,
        seconds,
        answered_at,
        answered_sides,
        local_times(user, at, zones),
        row[by_row],
        named[by_row] >> 1,
        (named[by_row] & 1) == 1,
    )


def _of_users(users: Sequence[int]) -> str:
    listed, between = f"IN ({_listed(users)})", f"BETWEEN {min(users)} AND {max(users)}"
    asked = _count(f"user_id {listed}")
    if asked * _SCANNED < _last_interaction():
        return f"i.user_id {listed}"
    # A sum is in no index: the whole table is gone through.
    gone_through = f"i.user_id + 0 {between}"
    is_everybody = asked == _count(f"user_id {between}")
    return gone_through if is_everybody else f"{gone_through} AND i.user_id + 0 {listed}"


def _last_interaction() -> int:
    return Interaction.objects.aggregate(last=Max("pk"))["last"] or 0


def _count(condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM store_interaction WHERE {condition}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _around(users: Sequence[int], sunday: int) -> str:
    begin, end = sunday * DAY - _CLOCKS_APART, (sunday + 7) * DAY + DIGITAL_DAY_STARTS + _CLOCKS_APART
    return f"i.user_id IN ({_listed(users)}) AND i.at >= {begin} AND i.at < {end}"


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(str(int(id_)) for id_ in ids)


def _numbers(asked: Sequence[str], of: str, condition: str) -> list[Ints]:
    """The columns of a query that answers with whole numbers only: texts of numbers, as a row costs more than them."""
    joined = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    columns = ", ".join(f"{joined}(CAST({number} AS text), ',')" for number in asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {of}{condition}")  # noqa: S608
        return [np.fromstring(text or "", np.int64, sep=",") for text in cursor.fetchone()]
