"""Which weeks a page of reports is about (E7)."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import RequestFactory

from postroom.core.weeks import Period, day_of
from postroom.store.models import User, Workspace
from postroom.web import report_period
from postroom.web.report_period import Chosen, asked_period

SUNDAY = day_of(date(2026, 11, 22))


def asked(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, query: str, zone: str = "") -> Chosen:
    """What the address asks for, on Sunday 22 November 2026 at 02:00 UTC."""
    monkeypatch.setattr(report_period.time, "time", lambda: SUNDAY * 86_400 + 7_200.0)
    user = User(workspace=workspace, email="u@us.com", time_zone=zone)
    return asked_period(RequestFactory().get(f"/reports/1?{query}"), user, ("block",))


def test_without_days_it_is_the_last_four_weeks_that_are_over_E7(workspace, monkeypatch) -> None:
    chosen = asked(workspace, monkeypatch, "")
    assert (chosen.query, chosen.status) == ("?start=2026-10-25&end=2026-11-21", 200)
    assert [(way.title, way.query) for way in chosen.presets if way.is_here] == [
        ("4 weeks", "?start=2026-10-25&end=2026-11-21")
    ]


def test_which_day_it_is_says_the_clock_of_the_user_E7(workspace, monkeypatch) -> None:
    chosen = asked(workspace, monkeypatch, "", "America/New_York")
    assert chosen.query == "?start=2026-10-18&end=2026-11-14"


def test_one_steps_to_the_weeks_before_and_after_and_keeps_the_rest(workspace, monkeypatch) -> None:
    chosen = asked(workspace, monkeypatch, "start=2026-11-08&end=2026-11-21&block=ext")
    assert (chosen.earlier, chosen.later, chosen.has_this_week) == (
        "?block=ext&start=2026-10-25&end=2026-11-07",
        "?block=ext&start=2026-11-22&end=2026-11-28",
        False,
    )
    chosen = asked(workspace, monkeypatch, "start=2026-10-25&end=2026-11-07")
    assert chosen.later == "?start=2026-11-08&end=2026-11-21"
    later = asked(workspace, monkeypatch, "start=2026-11-22&end=2026-11-28")
    assert (later.later, later.has_this_week) == ("", True)
    assert asked(workspace, monkeypatch, "start=1970-01-04&end=1970-01-10").earlier == ""


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("start=2026-11-08&end=2026-11-21", ""),
        ("start=2026-11-15&end=2026-11-28", "the last is not over"),
        ("start=2026-11-15&end=2026-12-05", "1 of them has not begun yet"),
        ("start=2026-11-22&end=2026-12-19", "3 of them have not begun yet"),
        ("start=2026-11-29&end=2026-12-05", "not begun yet"),
        ("start=2027-11-07&end=2027-11-20", "not begun yet"),
    ],
)
def test_of_weeks_that_have_not_begun_it_says_so_and_no_arrow_leads_on_E7(
    workspace, monkeypatch, query: str, says: str
) -> None:
    chosen = asked(workspace, monkeypatch, query)
    assert (chosen.to_come, bool(chosen.later)) == (says, not says)


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        (
            "start=2026-11-09&end=2026-11-21",
            {"start": "Weeks begin on a Sunday; this is a Monday. The Sunday before is 8 Nov 2026."},
        ),
        (
            "start=2026-11-08&end=2026-11-20",
            {"end": "Weeks end on a Saturday; this is a Friday. The Saturday after is 21 Nov 2026."},
        ),
        ("start=2026-11-08&end=2026-11-07", {"end": "This is before the first day."}),
        ("start=2020-01-05&end=2026-11-21", {"start": "That is more than 260 weeks. Begin later."}),
        ("start=soon&end=2026-11-21", {"start": "A day is written 2026-11-21."}),
        ("start=2026-11-08", {"end": "Choose the Saturday it ends with."}),
        ("end=2026-11-21", {"start": "Choose the Sunday it begins with."}),
        ("end=soon", {"start": "Choose the Sunday it begins with.", "end": "A day is written 2026-11-21."}),
        ("start=0001-01-07&end=0001-01-13", {"start": "Weeks are told of the years 1970 to 9000."}),
        ("start=1969-12-28&end=1970-01-03", {"start": "Weeks are told of the years 1970 to 9000."}),
        ("start=9999-12-19&end=9999-12-25", {"start": "Weeks are told of the years 1970 to 9000."}),
    ],
)
def test_what_is_no_period_is_said_beside_the_field_and_kept_E7(
    workspace, monkeypatch, query: str, problems: dict[str, str]
) -> None:
    chosen = asked(workspace, monkeypatch, query)
    assert (chosen.problems, chosen.status) == (problems, 422)
    assert "&".join(f"{name}={text}" for name, text in chosen.typed.items()) == query
    assert chosen.period == Period(SUNDAY - 28, SUNDAY - 1)
    assert not any(way.is_here for way in chosen.presets)
