"""Roll-ups: which are due, and what they came to."""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Iterable, Sequence

from django.db import connection

from postroom.core.metrics import VERSION
from postroom.core.weeks import DAY
from postroom.measure.bucket import Week
from postroom.store.models import RollUp
from postroom.store.read.rollups import Due
from postroom.store.rows import batched, select_in
from postroom.store.write.rows import change

_NOTE = (
    "INSERT INTO store_rollupdue (user_id, day, change, since) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (user_id, day) DO UPDATE SET change = excluded.change"
)
_PUT = (
    "INSERT INTO store_rollup (user_id, sunday, figures, days, pairs) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (user_id, sunday) DO UPDATE "
    "SET figures = excluded.figures, days = excluded.days, pairs = excluded.pairs"
)
_MADE = (
    "INSERT INTO store_rollupstate (user_id, time_zone, version, fence) VALUES (%s, %s, %s, 1) "
    "ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone, version = excluded.version, "
    "fence = store_rollupstate.fence + 1"
)


def note_due(changed: Iterable[tuple[int, int]]) -> None:
    """Have computed again what lies around these changed interactions: ``(user, at)``, in their transaction."""
    now = int(time.time())
    change(
        _NOTE,
        [
            (user, day, random.getrandbits(62), now)
            for user, day in sorted({(user, at // DAY) for user, at in changed})
        ],
    )


def note_outdated() -> None:
    """Have all made again of whom the roll-ups were made by another time zone or version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_rollupdue (user_id, day, change, since) "
            "SELECT s.user_id, 0, %s, %s FROM store_rollupstate s JOIN store_user u ON u.id = s.user_id "
            "WHERE s.time_zone <> u.time_zone OR s.version <> %s ON CONFLICT DO NOTHING",
            [random.getrandbits(62), int(time.time()), VERSION],
        )


def settle(due: Due) -> set[int]:
    """Say that what was due is made, in the transaction and turn that stores it; answers of whose roll-ups to store.

    Not of whose somebody else stored some since ``due`` was read: those stay due, and so does what changed since.
    """
    rows = select_in("SELECT user_id, fence FROM store_rollupstate WHERE user_id IN ({})", due.users)
    fences: dict[int, int] = {row[0]: row[1] for row in rows}
    theirs = {user for user, facts in due.users.items() if fences.get(user, 0) == facts.fence}
    change(_MADE, [(user, due.users[user].time_zone, VERSION) for user in theirs])
    change(
        "DELETE FROM store_rollupdue WHERE user_id = %s AND day = %s AND change = %s",
        [row for row in due.rows if row[0] in theirs],
    )
    return theirs


def put(weeks: Iterable[Week]) -> None:
    """Store these weeks, instead of what stood there."""
    change(_PUT, weeks)


def remove(users: Collection[int]) -> None:
    """Remove all roll-ups of these users."""
    for some in batched(sorted(users)):
        RollUp.objects.filter(user__in=some).delete()


def make_anew(user: int) -> None:
    """Remove a user's roll-ups, and have made again what there is to make."""
    remove([user])
    change(
        "INSERT INTO store_rollupstate (user_id, time_zone, version, fence) VALUES (%s, '', 0, 1) "
        "ON CONFLICT (user_id) DO UPDATE SET version = 0, fence = store_rollupstate.fence + 1",
        [(user,)],
    )
    note_due([(user, 0)])


def remove_weeks(weeks: Sequence[tuple[int, int]]) -> None:
    """Remove single weeks: ``(user, sunday)``."""
    change("DELETE FROM store_rollup WHERE user_id = %s AND sunday = %s", weeks)
