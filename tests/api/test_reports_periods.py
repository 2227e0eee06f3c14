"""Periods of reports over the API: whole weeks, else 400; without days the last four by somebody's clock (E7)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from api_client import ApiClient
from report_office import ANA, CLEO, an_office

from postroom.actions.rejection import BAD_PERIODS
from postroom.api.errors import PROBLEMS
from postroom.core.weeks import today_in, weeks_until
from postroom.store.models import User, Workspace

ROUTES = (f"employee?user={ANA}", f"circle?user={ANA}", f"team?manager={CLEO}")


@pytest.fixture
def office(workspace: Workspace, upload: ApiClient) -> Workspace:
    return an_office(workspace, upload)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ("start=2026-11-09&end=2026-11-14", 400, "start_not_sunday", "start"),
        ("start=2026-11-08&end=2026-11-15", 400, "end_not_saturday", "end"),
        ("start=2026-11-08&end=2026-11-07", 400, "period_ends_before_start", "end"),
        ("start=2020-11-08&end=2026-11-07", 400, "period_too_long", "start"),
        ("start=0001-01-07&end=0001-01-13", 400, "period_out_of_range", "start"),
        ("start=1969-12-28&end=1970-01-03", 400, "period_out_of_range", "start"),
        ("start=9999-12-19&end=9999-12-25", 400, "period_out_of_range", "start"),
        ("start=2026-11-08", 400, "period_incomplete", "end"),
        ("end=2026-11-14", 400, "period_incomplete", "start"),
        ("start=2026-11-08&end=2026-11-31", 400, "period_day_invalid", "end"),
        ("start=8.11.2026&end=2026-11-14", 400, "period_day_invalid", "start"),
        ("format=xml", 422, "invalid", "format"),
    ],
)
def test_a_period_is_whole_weeks_else_400_E7(
    office: Workspace, api: ApiClient, route: str, query: str, status: int, code: str, field: str
) -> None:
    problem = api.answer(status, "GET", f"reports/{route}&{query}")
    assert (problem["code"], problem["field"]) == (code, field)
    if code in BAD_PERIODS:
        assert problem["detail"] == BAD_PERIODS[code] == PROBLEMS[code].detail


@pytest.mark.parametrize("route", ROUTES)
def test_two_empty_days_are_none_E7(office: Workspace, api: ApiClient, route: str) -> None:
    assert api.get(f"reports/{route}&start=&end=")["period"] == api.get(f"reports/{route}")["period"]


@pytest.mark.parametrize(("start", "end"), [("1970-01-04", "1970-01-10"), ("9000-12-21", "9000-12-27")])
def test_the_first_and_the_last_weeks_that_are_told_are_periods_without_values_E7(
    office: Workspace, api: ApiClient, start: str, end: str
) -> None:
    got = api.get(f"reports/employee?user={ANA}&start={start}&end={end}")
    assert (got["period"], got["all"]["sent_mails"]) == (
        {"start": start, "end": end},
        {"value": None, "count": None},
    )
    assert api.get(f"reports/circle?user={ANA}&start={start}&end={end}")["colleagues"] == []


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("report", ["employee", "circle"])
def test_without_days_the_last_four_weeks_by_the_users_clock_are_told_E7(
    office: Workspace, api: ApiClient, report: str, zone: str
) -> None:
    User.objects.filter(email=ANA).update(time_zone=zone)
    period = weeks_until(today_in(ZoneInfo(zone), time.time()), 4)
    told = api.get(f"reports/{report}?user={ANA}")["period"]
    assert told == {"start": period.start.isoformat(), "end": period.end.isoformat()}
    assert date.fromisoformat(told["end"]) - date.fromisoformat(told["start"]) == timedelta(days=27)


def test_a_team_without_days_goes_by_the_clock_of_who_asks_E7(
    office: Workspace, api: ApiClient, admin: User, session_of: Callable[[User], ApiClient]
) -> None:
    User.objects.filter(pk=admin.pk).update(time_zone="Pacific/Kiritimati")
    admin.refresh_from_db()
    for client, zone in ((api, "UTC"), (session_of(admin), "Pacific/Kiritimati")):
        period = weeks_until(today_in(ZoneInfo(zone), time.time()), 4)
        told = client.get(f"reports/team?manager={CLEO}")["period"]
        assert told == {"start": period.start.isoformat(), "end": period.end.isoformat()}
