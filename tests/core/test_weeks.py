"""Weeks go from Sunday to Saturday, periods are whole weeks, and days begin by the clock on the wall (E7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.core.weeks import (
    MOST_WEEKS,
    BadPeriod,
    Period,
    date_of,
    day_of,
    midnight,
    period_between,
    sunday_of,
    today_in,
    weeks_until,
)

SUNDAY, SATURDAY = date(2024, 6, 2), date(2024, 6, 8)
BERLIN = ZoneInfo("Europe/Berlin")


@given(st.dates())
def test_days_are_numbered_from_1970_E7(day: date) -> None:
    assert day_of(date(1970, 1, 1)) == 0
    assert date_of(day_of(day)) == day
    assert day_of(day) == day.toordinal() - date(1970, 1, 1).toordinal()


@given(st.dates(min_value=date(1, 1, 7)))
def test_a_week_begins_on_the_sunday_on_or_before_E7(day: date) -> None:
    sunday = date_of(sunday_of(day_of(day)))
    assert sunday.isoweekday() == 7
    assert timedelta(0) <= day - sunday < timedelta(7)


def test_a_period_is_whole_weeks_E7() -> None:
    period = period_between(SUNDAY, SATURDAY + timedelta(weeks=3))
    assert (period.start, period.end, period.weeks) == (SUNDAY, date(2024, 6, 29), 4)
    assert [date_of(sunday).isoformat() for sunday in period.sundays] == [
        "2024-06-02",
        "2024-06-09",
        "2024-06-16",
        "2024-06-23",
    ]
    assert (period.before.start, period.before.end) == (date(2024, 5, 5), date(2024, 6, 1))


@pytest.mark.parametrize(
    ("start", "end", "code", "field"),
    [
        (date(2024, 6, 3), SATURDAY, "start_not_sunday", "start"),
        (SATURDAY, SATURDAY, "start_not_sunday", "start"),
        (SUNDAY, date(2024, 6, 9), "end_not_saturday", "end"),
        (SUNDAY, SUNDAY, "end_not_saturday", "end"),
        (SUNDAY, date(2024, 6, 1), "period_ends_before_start", "end"),
        (SUNDAY, SUNDAY + timedelta(weeks=MOST_WEEKS, days=6), "period_too_long", "start"),
        (date(1969, 12, 28), date(1970, 1, 3), "period_out_of_range", "start"),
        (date(1, 1, 7), date(1, 1, 13), "period_out_of_range", "start"),
        (date(8999, 12, 29), date(9001, 1, 4), "period_out_of_range", "end"),
        (date(9999, 12, 19), date(9999, 12, 25), "period_out_of_range", "start"),
    ],
)
def test_what_is_no_period_is_refused_with_its_field_E7(
    start: date, end: date, code: str, field: str
) -> None:
    with pytest.raises(BadPeriod) as refused:
        period_between(start, end)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_the_longest_period_is_five_years_E7() -> None:
    assert period_between(SUNDAY, SUNDAY + timedelta(weeks=MOST_WEEKS, days=-1)).weeks == MOST_WEEKS


@pytest.mark.parametrize(("day", "last"), [(SUNDAY, date(2024, 6, 1)), (SATURDAY, date(2024, 6, 1))])
def test_the_last_weeks_are_those_that_are_over_E7(day: date, last: date) -> None:
    period = weeks_until(day_of(day), 4)
    assert (period.end, period.weeks) == (last, 4)
    assert period == period_between(period.start, period.end)


@given(st.integers(-2_000, 5_000), st.integers(1, MOST_WEEKS))
def test_the_period_before_is_as_long_and_ends_where_it_begins_E7(day: int, weeks: int) -> None:
    period = weeks_until(day, weeks)
    before = period.before
    assert (before.weeks, before.last + 1) == (weeks, period.first)
    assert [*before.sundays, *period.sundays] == list(Period(before.first, period.last).sundays)


def test_today_is_by_the_clock_in_the_zone_E7() -> None:
    now = datetime(2024, 6, 8, 22, 30, tzinfo=UTC).timestamp()
    days = [date_of(today_in(ZoneInfo(zone), now)) for zone in ("UTC", "Europe/Berlin", "America/New_York")]
    assert days == [SATURDAY, date(2024, 6, 9), SATURDAY]


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Berlin", date(2024, 3, 31), datetime(2024, 3, 30, 23)),
        ("Europe/Berlin", date(2024, 4, 1), datetime(2024, 3, 31, 22)),
        ("Asia/Kathmandu", SUNDAY, datetime(2024, 6, 1, 18, 15)),
        # Its clocks went from 24:00 to 01:00.
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3)),
        # Its clocks went from 24:00 back to 23:00, so the day began an hour later.
        ("America/Sao_Paulo", date(2019, 2, 17), datetime(2019, 2, 17, 3)),
        # The day that was left out, and the one after it.
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 30, 10)),
    ],
)
def test_a_day_begins_when_its_clock_shows_it_first_E7(zone: str, day: date, begins: datetime) -> None:
    assert midnight(day_of(day), ZoneInfo(zone)) == int(begins.replace(tzinfo=UTC).timestamp())


@given(
    st.integers(0, 25_000), st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"])
)
def test_from_its_first_second_it_is_that_day_E7(day: int, zone: str) -> None:
    begins = midnight(day, ZoneInfo(zone))
    assert (today_in(ZoneInfo(zone), begins), today_in(ZoneInfo(zone), begins - 1)) == (day, day - 1)
