"""Users with what they had with one another, written as roll-ups."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from struct import pack
from typing import Any

from report_world import a_user

from postroom.core.metrics import BLOCKS, FIGURES
from postroom.core.rollup import DAY_FIGURES, PAIR_FIELDS, Pair
from postroom.core.weeks import DAY, Period, day_of, weeks_until
from postroom.store.models import RollUp, RollUpState, User, Workspace

_NOTHING = pack(f"<{len(BLOCKS) * len(FIGURES)}i", *[0] * (len(BLOCKS) * len(FIGURES)))
_NO_DAYS = pack(f"<{len(BLOCKS) * 21}i", *[-1] * (len(BLOCKS) * 7 * len(DAY_FIGURES)))


class Circles:
    """A workspace whose users consent unless said otherwise."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._weeks: dict[tuple[int, int], list[Pair]] = defaultdict(list)

    def user(self, email: str, **fields: Any) -> User:
        """A user, as ``report_world.a_user`` makes one."""
        return a_user(self.workspace, email, **fields)

    def had(self, user: User, colleague: User, given: float = 0, got: float = 0, **fields: Any) -> None:
        """Have had something with a colleague in the last whole week; ``weeks_ago``: so many before it.

        ``given``, ``got``, ``together``: strength.
        """
        sunday = last_weeks().last - 6 - 7 * fields.pop("weeks_ago", 0)
        together = fields.pop("together", 0)
        values = dict.fromkeys(PAIR_FIELDS, 0) | {"last_at": (sunday + 2) * DAY + 36_000} | fields
        values |= {"colleague": colleague.pk}
        values |= {"given": round(given * 10_000), "got": round(got * 10_000)}
        values |= {"together": round(together * 10_000)}
        self._weeks[user.pk, sunday].append(Pair(**values))
        packed = b"".join(
            pack("<" + "".join(PAIR_FIELDS.values()), *pair) for pair in self._weeks[user.pk, sunday]
        )
        week = RollUp.objects.filter(user=user, sunday=sunday)
        if not week.update(pairs=packed):
            RollUp.objects.create(user=user, sunday=sunday, figures=_NOTHING, days=_NO_DAYS, pairs=packed)
            RollUpState.objects.get_or_create(user=user, defaults={"version": 1, "fence": 1})


def last_weeks() -> Period:
    """The last four whole weeks by the clock of UTC: what pages show unless asked for others."""
    return weeks_until(day_of(datetime.now(UTC).date()), 4)


def asked() -> str:
    """These weeks as they stand in an address."""
    return f"start={last_weeks().start.isoformat()}&end={last_weeks().end.isoformat()}"
