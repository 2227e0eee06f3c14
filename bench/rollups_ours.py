"""Our side of the roll-ups, in a process of its own: ``python -m bench.rollups_ours REPEATS OPENINGS``; prints JSON.

All weeks of everybody, some times over; one more day of interactions; then reports and circles, opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import numpy as np

from bench.rollups_rows import DAYS, OPENED, SUNDAY, WORKSPACE, interactions, write

WEEKS = 4
"""So many weeks has a report that is opened."""
LATE = 4
"""The one more day is so many days before the end: in a week in which there is something already."""
_WARM = 3


def main() -> None:
    """Do all of it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    repeats, openings = map(int, sys.argv[1:])
    workspace, users = _workspace()
    full = [_full(workspace) for _ in range(repeats)]
    # What the peer finds: before another day is there.
    told: dict[str, Any] = {
        "full": median(seconds for seconds, _ in full),
        "full_cpu": median(cpu for _, cpu in full),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024,
        "digests": _digests(),
    }
    told |= _one_more_day(workspace, users)
    told |= {name: list(taken) for name, taken in _times(workspace, users, openings).items()}
    print(json.dumps(told))


def _workspace() -> tuple[Any, list[int]]:
    from postroom.store.models import User, Workspace

    workspace = Workspace.objects.get(name=WORKSPACE)
    everybody = User.objects.filter(workspace=workspace, email__startswith="w").order_by("pk")
    return workspace, list(everybody.values_list("pk", flat=True))


def _full(workspace: Any) -> tuple[float, float]:
    """Seconds in which all roll-ups are made, of which there are none; and seconds of the processor."""
    from django.db import connection

    from postroom.actions.roll_up import roll_up
    from postroom.store.write.rollups import note_due

    with connection.cursor() as cursor:
        for table in ("store_rollup", "store_rollupstate", "store_rollupdue"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SELECT user_id, MAX(at) FROM store_interaction GROUP BY user_id")
        last = cursor.fetchall()
    note_due(last)
    cpu = time.process_time()
    return _seconds(lambda: roll_up(workspace)), time.process_time() - cpu


def _one_more_day(workspace: Any, users: list[int]) -> dict[str, float]:
    """Seconds in which the roll-ups of one more day are made."""
    from postroom.actions.roll_up import roll_up
    from postroom.core.weeks import DAY, day_of
    from postroom.store.models import Interaction
    from postroom.store.write.rollups import note_due

    count = max(Interaction.objects.count() // DAYS, 1)
    made = interactions(users, count, (day_of(SUNDAY) - LATE) * DAY, 1, seed=2)
    write(workspace.pk, users, made)
    note_due(
        (users[place], at) for place, at in zip(made["place"].tolist(), made["at"].tolist(), strict=True)
    )
    return {"day": _seconds(lambda: roll_up(workspace)), "day_interactions": count}


def _times(workspace: Any, users: list[int], openings: int) -> dict[str, Iterator[float]]:
    """Milliseconds of each report and circle that is opened."""
    from postroom.actions.show_report import show_circle, show_report
    from postroom.core.weeks import day_of, weeks_until
    from postroom.store.models import User
    from postroom.store.read.report_sight import Onlooker, oneself

    period = weeks_until(day_of(SUNDAY), WEEKS)
    found = User.objects.in_bulk(users[:OPENED])
    seen = [found[users[number % OPENED]] for number in range(_WARM + openings)]

    def taken(show: Callable[..., object]) -> Iterator[float]:
        for number, user in enumerate(seen):
            onlooker = Onlooker(workspace, frozenset(), user, user.email)
            seconds = _seconds(lambda o=onlooker, u=user: show(o, oneself(u), period))
            if number >= _WARM:
                yield 1_000 * seconds

    return {"report": taken(show_report), "circle": taken(show_circle)}


def _seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def _digests() -> list[str]:
    """Of figures, days and pairs, as the peer makes them."""
    from postroom.store.models import RollUp

    rows = RollUp.objects.order_by("user", "sunday").values_list("user", "sunday", "figures", "days", "pairs")
    figures, days, pairs = [], [], []
    for user, sunday, *packed in rows.iterator():
        of_figures, of_days, of_pairs = map(bytes, packed)
        figures.append(_figures(user, sunday, of_figures))
        days.append(_days(user, sunday, of_days))
        pairs.append(_pairs(user, sunday, of_pairs))
    return [_digest(np.concatenate(each)) for each in (figures, days, pairs)]


def _figures(user: int, sunday: int, packed: bytes) -> np.ndarray:
    from postroom.core.metrics import FIGURES

    found = np.frombuffer(packed, "<i4").reshape(-1, len(FIGURES)).astype(np.int64)
    keys = np.array([[user, sunday, block] for block in range(len(found))])
    return np.hstack([keys, found])[(found > 0).any(axis=1)]


def _days(user: int, sunday: int, packed: bytes) -> np.ndarray:
    found = np.frombuffer(packed, "<i4").reshape(-1, 7, 3).astype(np.int64)
    block, day = np.nonzero(found[:, :, 0] >= 0)
    start, end, length = found[block, day].T
    return np.stack(
        [np.full(len(day), user), np.full(len(day), sunday), block, sunday + day, start, end, length], axis=1
    )


def _pairs(user: int, sunday: int, packed: bytes) -> np.ndarray:
    from postroom.core.rollup import PAIR_FIELDS, read_pairs

    found = np.array(list(read_pairs(packed)), np.int64).reshape(-1, len(PAIR_FIELDS))
    keys = np.tile([user, sunday], (len(found), 1))
    return np.hstack([keys, found])


def _digest(table: np.ndarray) -> str:
    ordered = table[np.lexsort(table.T[::-1])]
    return hashlib.sha256(np.ascontiguousarray(ordered, np.int64).tobytes()).hexdigest()


if __name__ == "__main__":
    main()
