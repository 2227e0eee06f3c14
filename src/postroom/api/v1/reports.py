"""Routes of reports: the employee report, teams, the collaboration circle, and what their metrics mean (E1-E12).

Who may see whose is decided behind ``Onlooker``; whom one may not see is not found, like whom there is not (E11, W3).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from ninja import Query, Router

from postroom.actions.record import day
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.report_csv import circle_csv, report_csv
from postroom.actions.report_document import circle_document, report_document, team_document
from postroom.actions.show_report import show_circle, show_report
from postroom.actions.show_team import show_team
from postroom.api import examples_reports as examples
from postroom.api import schemas_reports as schemas
from postroom.api.auth import Call
from postroom.api.errors import Problem
from postroom.api.v1.sent import read_text, read_user
from postroom.core.metrics import BLOCKS, METRICS, OVER_WEEKS, UNITS, VERSION
from postroom.core.weeks import USUAL_WEEKS, BadPeriod, Period, period_between, today_in, weeks_until
from postroom.store.read.report_sight import Onlooker, Subject, oneself, subject_at
from postroom.store.read.reports import zone_of
from postroom.store.read.users import user_with_address

router = Router(tags=["Reports"])

Who = Annotated[
    str | None, Query(None, description="An e-mail address or alias; of a session, left out, oneself.")
]
Start = Annotated[
    str | None,
    Query(
        None,
        description=f"A Sunday, `2026-11-01`; without `start` and `end` the last {USUAL_WEEKS} whole weeks.",
    ),
]
End = Annotated[str | None, Query(None, description="A Saturday, `2026-11-28`.")]
Format = Annotated[
    Literal["json", "csv"],
    Query("json", description="`csv`: the same as a table, a row for each week and metric."),
]
CircleFormat = Annotated[
    Literal["json", "csv"], Query("json", description="`csv`: the same as a table, a row for each colleague.")
]


@router.get(
    "reports/metrics",
    response=schemas.Metrics,
    operation_id="getReportMetrics",
    summary="Get the definitions of the metrics",
)
def get_metrics(request: Call) -> Any:
    """What each metric of reports means, its unit, and how weeks become a longer period. Opens to everybody."""
    return {
        "version": VERSION,
        "prefixes": BLOCKS,
        "units": UNITS,
        "over_weeks": OVER_WEEKS,
        "metrics": METRICS,
    }


@router.get(
    "reports/employee",
    response=schemas.EmployeeReport,
    operation_id="getEmployeeReport",
    summary="Get an employee report",
    openapi_extra=examples.EMPLOYEE,
)
def get_employee(
    request: Call, user: Who = None, start: Start = None, end: End = None, format: Format = "json"
) -> Any:
    """A user's metrics over whole weeks, in ALL, INT and EXT, for the period and each week.

    Everybody sees their own; with `report_team` that of users below oneself, with `report_all` everybody's. That
    another's was looked at is in the audit log.
    """
    onlooker, subject = _asked(request, user)
    period = _period(start, end, zone_of(subject.user))
    document = report_document(subject.user, period, show_report(onlooker, subject, period))
    return _csv(report_csv(document)) if format == "csv" else document


@router.get(
    "reports/team",
    response=schemas.TeamReport,
    operation_id="getTeamReport",
    summary="Get the report of a team",
    openapi_extra=examples.TEAM,
)
def get_team(
    request: Call,
    manager: Annotated[
        str | None, Query(None, description="The people below this user, by e-mail address or alias.")
    ] = None,
    department: Annotated[str | None, Query(None, description="The people of this department.")] = None,
    start: Start = None,
    end: End = None,
    format: Format = "json",
) -> Any:
    """The medians of the people below a manager, or of a department: one of both. Nobody is told of alone.

    With `report_all` of every team, with `report_team` of managers from oneself down. Fewer than five people who
    collect, or too near another team, is `too_few`. That it was looked at is in the audit log.
    """
    kind, name = _team(request, read_user("manager", manager), read_text("department", department))
    own = request.caller.user
    period = _period(start, end, zone_of(own) if own else ZoneInfo("UTC"))
    shown = show_team(_onlooker(request), kind, name, period)
    if shown is None:
        raise NotFound
    document = team_document(kind, name, period, shown)
    return _csv(report_csv(document)) if format == "csv" else document


@router.get(
    "reports/circle",
    response=schemas.Circle,
    operation_id="getCircle",
    summary="Get a collaboration circle",
    openapi_extra=examples.CIRCLE,
)
def get_circle(
    request: Call, user: Who = None, start: Start = None, end: End = None, format: CircleFormat = "json"
) -> Any:
    """With whom a user works most: up to 50 colleagues, the strongest first. Who does not collect is only counted.

    Opens as the employee report does. That another's was looked at is in the audit log.
    """
    onlooker, subject = _asked(request, user)
    period = _period(start, end, zone_of(subject.user))
    document = circle_document(subject.user, period, show_circle(onlooker, subject, period))
    return _csv(circle_csv(document)) if format == "csv" else document


def _onlooker(request: Call) -> Onlooker:
    caller = request.caller
    return Onlooker(caller.workspace, caller.permissions, caller.user, caller.actor)


def _asked(request: Call, user: str | None) -> tuple[Onlooker, Subject]:
    """Who asks, and about whom. Raises ``NotFound``, also for whom the caller may not see."""
    onlooker = _onlooker(request)
    address = read_user("user", user)
    if not address:
        if onlooker.user is None:
            raise Rejected("user_required", "user")
        return onlooker, oneself(onlooker.user)
    subject = subject_at(onlooker, address)
    if subject is None:
        raise NotFound
    return onlooker, subject


def _team(request: Call, manager: str, department: str) -> tuple[str, str]:
    """Kind and name of the team that is asked for."""
    if bool(manager) == bool(department):
        raise Rejected("team_ambiguous", "manager")
    if department:
        return "department", department
    user = user_with_address(request.caller.workspace, manager)
    if user is None:
        raise NotFound
    return "manager", user.email


def _period(start: str | None, end: str | None, zone: ZoneInfo) -> Period:
    """The weeks from ``start`` to ``end``; without both, the last ones in this time zone. Raises ``Problem``."""
    if not start and not end:
        return weeks_until(today_in(zone, time.time()), USUAL_WEEKS)
    days = {}
    for name, sent in (("start", start), ("end", end)):
        if not sent:
            raise Problem("period_incomplete", name)
        try:
            days[name] = day(sent)
        except Rejected:
            raise Problem("period_day_invalid", name) from None
    try:
        return period_between(days["start"], days["end"])
    except BadPeriod as bad:
        raise Problem(bad.code, bad.field) from None


def _csv(lines: Iterator[str]) -> HttpResponse:
    return HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
