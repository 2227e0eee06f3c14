"""Which weeks a page of reports is about, as it stands in the address: read, told what is wrong, and offered anew (E7).

Must not know what the page shows of them.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.http import HttpRequest
from django.utils.http import urlencode

from postroom.actions.rejection import BAD_PERIODS
from postroom.core.weeks import (
    MOST_WEEKS,
    USUAL_WEEKS,
    BadPeriod,
    Period,
    day_of,
    period_between,
    sunday_of,
    today_in,
    weeks_until,
)
from postroom.store.models import User
from postroom.store.read.reports import zone_of
from postroom.web.filtering import typed_of

FIELDS: Final = ("start", "end")
PRESETS: Final = {4: "4 weeks", 12: "12 weeks", 26: "Half a year", 52: "A year"}
"""Weeks → what so many of them are called."""

_NO_DAY: Final = "A day is written 2026-11-21."
_MISSING: Final = {"start": "Choose the Sunday it begins with.", "end": "Choose the Saturday it ends with."}


class Way(NamedTuple):
    """A link to the same page about other weeks."""

    title: str
    query: str
    is_here: bool


class Chosen(NamedTuple):
    """The weeks that were asked for, and what may be asked for instead."""

    period: Period
    """Where something is wrong with what was typed, the weeks one begins with: nothing is to be looked for then."""
    today: int
    """The number of the day it is for the user."""
    typed: dict[str, str]
    """The days of the form, as typed or as they are."""
    problems: dict[str, str]
    """What is wrong with them, by field."""
    kept: dict[str, str]
    """What else stands in the address and stays as it is."""

    @property
    def status(self) -> int:
        """Of the answer."""
        return 422 if self.problems else 200

    @property
    def query(self) -> str:
        """The query that asks for these weeks and nothing else."""
        return _query(self.period, {})

    @property
    def presets(self) -> list[Way]:
        """The last weeks that are over, so many of them."""
        periods = {title: weeks_until(self.today, weeks) for weeks, title in PRESETS.items()}
        return [
            Way(title, _query(period, self.kept), not self.problems and period == self.period)
            for title, period in periods.items()
        ]

    @property
    def earlier(self) -> str:
        """The query for as many weeks before; empty where no calendar of ours has them."""
        before = self.period.before
        return _query(before, self.kept) if before.first >= 0 else ""

    @property
    def later(self) -> str:
        """The query for as many weeks after, up to the running one; empty where none of them has begun."""
        length = self.period.last + 1 - self.period.first
        first = self.period.first + length
        after = Period(first, min(self.period.last + length, sunday_of(self.today) + 6))
        return _query(after, self.kept) if first <= self.today else ""

    @property
    def has_this_week(self) -> bool:
        """Whether a week is in it that is not over."""
        return self.period.last >= self.today

    @property
    def to_come(self) -> str:
        """What is said of weeks that have not begun or are not over; empty where all are."""
        coming = sum(sunday > self.today for sunday in self.period.sundays)
        if coming == self.period.weeks:
            return "not begun yet"
        if coming:
            return f"{coming} of them {'has' if coming == 1 else 'have'} not begun yet"
        return "the last is not over" if self.has_this_week else ""


def _query(period: Period, kept: dict[str, str]) -> str:
    return f"?{urlencode({**kept, 'start': period.start.isoformat(), 'end': period.end.isoformat()})}"


def asked_period(request: HttpRequest, user: User, keep: tuple[str, ...] = ()) -> Chosen:
    """The weeks that the address asks for: by the clock of ``user``, without days the last ones that are over.

    ``keep``: what stays in the address when other weeks are chosen.
    """
    today = today_in(zone_of(user), time.time())
    typed = typed_of(request.GET, FIELDS)
    problems: dict[str, str] = {}
    period = _period(typed, problems) if typed else None
    period = period or weeks_until(today, USUAL_WEEKS)
    if not problems:
        typed = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    return Chosen(period, today, typed, problems, typed_of(request.GET, keep))


def _period(typed: dict[str, str], problems: dict[str, str]) -> Period | None:
    days = {name: day for name in FIELDS if (day := _day(typed.get(name, "")))}
    problems |= {name: _NO_DAY if name in typed else _MISSING[name] for name in FIELDS if name not in days}
    if problems:
        return None
    try:
        return period_between(days["start"], days["end"])
    except BadPeriod as bad:
        problems[bad.field] = _sentence(bad, days[bad.field])
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sentence(bad: BadPeriod, day: date) -> str:
    """What is wrong, and what would be right."""
    if bad.code == "period_out_of_range":
        return BAD_PERIODS[bad.code]
    sunday = sunday_of(day_of(day))
    if bad.code == "start_not_sunday":
        before = day - timedelta(days=day_of(day) - sunday)
        return f"Weeks begin on a Sunday; this is a {day:%A}. The Sunday before is {before:%-d %b %Y}."
    if bad.code == "end_not_saturday":
        after = day + timedelta(days=sunday + 6 - day_of(day))
        return f"Weeks end on a Saturday; this is a {day:%A}. The Saturday after is {after:%-d %b %Y}."
    if bad.code == "period_too_long":
        return f"That is more than {MOST_WEEKS} weeks. Begin later."
    return "This is before the first day."
