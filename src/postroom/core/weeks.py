"""Weeks and periods: Sunday to Saturday by the clock on the user's wall (E7). Days are numbered from 1970-01-01."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

DAY: Final = 86_400
"""Seconds."""
DIGITAL_DAY_STARTS: Final = 4 * 3_600
"""Seconds after midnight: what is done before then belongs to the day before (E5)."""
MOST_WEEKS: Final = 260
"""The longest period that is told: five years."""
USUAL_WEEKS: Final = 4
"""So many weeks that are over are told where no period is asked for."""
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9000
"""Weeks outside these years are not told: with room to either side for every clock."""

_EPOCH: Final = date(1970, 1, 1)


class BadPeriod(ValueError):
    """These two days are no period; ``code`` says why, ``field`` which of them."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(code)
        self.code = code
        self.field = field


class Period(NamedTuple):
    """Whole weeks, by the numbers of their first and last day."""

    first: int
    """A Sunday."""
    last: int
    """A Saturday."""

    @property
    def sundays(self) -> range:
        """The first day of each week."""
        return range(self.first, self.last, 7)

    @property
    def weeks(self) -> int:
        """How many weeks it has."""
        return (self.last + 1 - self.first) // 7

    @property
    def before(self) -> Period:
        """The period of the same length before it."""
        return Period(self.first - 7 * self.weeks, self.first - 1)

    @property
    def start(self) -> date:
        """The day on which it begins."""
        return date_of(self.first)

    @property
    def end(self) -> date:
        """The day on which it ends."""
        return date_of(self.last)


def day_of(day: date) -> int:
    """The number of a day."""
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    """The day with this number."""
    return _EPOCH + timedelta(days=day)


def sunday_of(day: int) -> int:
    """The first day of the week that a day lies in."""
    return (day + 4) // 7 * 7 - 4


def period_between(start: date, end: date) -> Period:
    """The period from a Sunday to a Saturday. Raises ``BadPeriod``."""
    for field, day in (("start", start), ("end", end)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BadPeriod("period_out_of_range", field)
    first, last = day_of(start), day_of(end)
    if sunday_of(first) != first:
        raise BadPeriod("start_not_sunday", "start")
    if sunday_of(last + 1) != last + 1:
        raise BadPeriod("end_not_saturday", "end")
    if last < first:
        raise BadPeriod("period_ends_before_start", "end")
    if last - first >= 7 * MOST_WEEKS:
        raise BadPeriod("period_too_long", "start")
    return Period(first, last)


def weeks_until(day: int, weeks: int) -> Period:
    """The last ``weeks`` whole weeks that are over on this day."""
    sunday = sunday_of(day)
    return Period(sunday - 7 * weeks, sunday - 1)


def today_in(zone: ZoneInfo, now: float) -> int:
    """The number of the day it is in this time zone at ``now``, Unix seconds."""
    return day_of(datetime.fromtimestamp(now, zone).date())


def midnight(day: int, zone: ZoneInfo) -> int:
    """When a day begins in this time zone, Unix seconds."""
    return int(datetime.combine(date_of(day), datetime.min.time(), zone).astimezone(UTC).timestamp())
