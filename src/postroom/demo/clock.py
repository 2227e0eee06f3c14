"""When people write: in the working hours of where they live, seldom at weekends, less in August. Pure.

Times are ``datetime`` with the writer's time zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

_OPEN, _CLOSED = 8, 18


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of this name."""
    return ZoneInfo(name)


def working_day(day: date, after: int = 0) -> date:
    """The day ``after`` so many working days; a weekend's is the Monday after it."""
    while day.weekday() > 4:
        day += timedelta(1)
    for _ in range(after):
        day += timedelta(3 if day.weekday() == 4 else 1)
    return day


def day_before(day: date) -> date:
    """The working day before."""
    return day - timedelta({0: 3, 6: 2}.get(day.weekday(), 1))


class Clock:
    """Draws the times of mails, all of them before its present."""

    def __init__(self, random: Random, now: int) -> None:
        self._random = random
        self.now = datetime.fromtimestamp(now, UTC)

    def some_time(self, first: int, last: int, where: str) -> datetime:
        """A time of a day between ``first`` and ``last`` days ago, as people like to write."""
        while True:
            day = (self.now - timedelta(self._random.randint(last, first))).date()
            if self._random.random() < _liking(day):
                at = self._at(day, self._random.triangular(_OPEN, _CLOSED, 10), where)
                if at < self.now:
                    return at

    def answer(self, at: datetime, where: str, days: int = 0) -> datetime:
        """When somebody there answers a mail written at ``at``, not before so many working days."""
        draw = self._random
        if days:
            day = working_day(at.astimezone(zone(where)).date(), days)
            return self._at(day, draw.uniform(_OPEN, 16.5), where)
        haste = draw.random()
        minutes = draw.uniform(6, 80) if haste < 0.5 else draw.uniform(80, 300)
        answered = (at + timedelta(minutes=minutes)).astimezone(zone(where))
        day = answered.date()
        if haste > 0.85 or answered.hour >= _CLOSED:
            day = working_day(day + timedelta(1), 1 if haste > 0.96 else 0)
        elif answered.hour >= _OPEN and day.weekday() < 5:
            return answered
        else:
            day = working_day(day)
        return self._at(day, draw.triangular(_OPEN, 12, 9), where)

    def within(self, at: datetime, where: str) -> datetime:
        """The time itself where it is in working hours there, else some hour of that day."""
        there = at.astimezone(zone(where))
        if _OPEN <= there.hour < _CLOSED:
            return there
        return self._at(there.date(), self._random.uniform(_OPEN, 17), where)

    def on(self, day: date, where: str, hour: float = 10) -> datetime:
        """About that hour of a given day."""
        return self._at(day, hour + self._random.uniform(-1, 3), where)

    def _at(self, day: date, hour: float, where: str) -> datetime:
        moment = time(int(hour), int(hour * 60) % 60, self._random.randrange(60))
        return datetime.combine(day, moment, zone(where))


def _liking(day: date) -> float:
    """How readily people write on that day: 1 on an ordinary working day."""
    if day.weekday() > 4:
        return 0.07 if day.weekday() == 5 else 0.04
    if day.month == 12 and day.day > 22:
        return 0.2
    return 0.5 if day.month == 8 else 0.95
