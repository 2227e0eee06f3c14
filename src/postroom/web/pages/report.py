"""The employee report: a user's metrics over some weeks in the blocks ALL, INT and EXT, and how a week went (E1-E7).

Everybody's own, and that of others whom one may see; that another's was looked at is written down (E11).
"""

from __future__ import annotations

import time
from datetime import date
from typing import Any, Final, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from postroom.actions.report_csv import report_csv
from postroom.actions.report_document import report_document
from postroom.actions.show_report import show_report
from postroom.core.metrics import ALL, BLOCKS, BY_NAME, METRICS, Metric, title_of
from postroom.core.reasons import REASONS
from postroom.core.report import Report, Values, report_of
from postroom.core.weeks import Period, date_of, day_of
from postroom.store.models import User
from postroom.store.read.report_sight import Onlooker, Subject, subject_numbered
from postroom.store.read.reports import Coverage, days_of, figures_of, known_weeks, zone_of
from postroom.web.access import PageRequest
from postroom.web.charts import HOURS, day_bar, small_line
from postroom.web.export import asked_format, handed_out
from postroom.web.names import short_name
from postroom.web.onlooker import onlooker_of
from postroom.web.report_period import Chosen, asked_period
from postroom.web.report_words import (
    BLOCK_WORDS,
    HEADINGS,
    HINTS,
    NO_VALUE,
    clock_text,
    difference_text,
    duration,
    known_words,
    value_text,
)

MOST_WEEKS_SHOWN: Final = 26
"""Weeks of the table; each metric's own page and the files have all."""


class Row(NamedTuple):
    """A metric in a block."""

    name: str
    title: str
    text: str
    difference: str
    hint: str
    line: SafeString


def subject_or_404(onlooker: Onlooker, user_id: int) -> Subject:
    """The user with this id. Raises ``Http404`` where there is none whose report the onlooker may see."""
    subject = subject_numbered(onlooker, user_id)
    if subject is None:
        raise Http404
    return subject


def around(subject: Subject, chosen: Chosen) -> dict[str, Any]:
    """What stands on each page about a user's report."""
    user = subject.user
    called = short_name(user.name or user.email)
    return {"subject": user, "called": called, "is_own": subject.is_self, "chosen": chosen}


@require_safe
def show(request: PageRequest, user_id: int) -> HttpResponse:
    """Show the report of the weeks that are asked for."""
    onlooker = onlooker_of(request)
    subject = subject_or_404(onlooker, user_id)
    chosen = asked_period(request, subject.user)
    shown = around(subject, chosen)
    if not chosen.problems:
        found = show_report(onlooker, subject, chosen.period)
        shown |= {"found": found, "coverage": coverage_words(found.coverage)}
        if found.report:
            shown |= _report(request, subject, chosen, found.report)
    return render(request, "report.html", shown, status=chosen.status)


def _report(request: PageRequest, subject: Subject, chosen: Chosen, report: Report) -> dict[str, Any]:
    known = known_weeks(subject, time.time())
    before = before_of(subject, report.period, known)
    sundays = [sunday for sunday in report.period.sundays if sunday in known]
    block = request.GET.get("block", ALL)
    if block not in BLOCKS:
        raise Http404
    return {
        "first_known": date_of(known[0]) if known else None,
        "is_known": bool(sundays),
        "known": known_words(report),
        "before": before and before.period,
        "blocks": blocks_of(report, before),
        "weeks_of": block,
        "zone": clock_zone(subject.user),
        **_weeks(block, report),
        **(_pattern(subject, block, sundays, request.GET.get("week", "")) if sundays else {}),
    }


def before_of(subject: Subject, period: Period, known: range) -> Report | None:
    """The report of the period before; ``None`` where not all weeks of both are known and over: nothing compares."""
    if period.before.first not in known or period.last > known[-1]:
        return None
    return report_of(period.before, figures_of(subject, period.before), known)


def coverage_words(coverage: Coverage | None) -> dict[str, Any] | None:
    """How much of the mail a report rests on, and why the rest is not counted."""
    if coverage is None:
        return None
    return {
        "percent": value_text("percent", coverage.percent),
        "counted": coverage.counted,
        "known": coverage.known,
        "reasons": [(REASONS[name], count) for name, count in coverage.reasons.items()],
    }


def blocks_of(report: Report, before: Report | None) -> list[dict[str, Any]]:
    """The metrics of each block, beside the period before where there is one to compare with."""
    return [_block(name, report, before) for name in BLOCKS]


def _block(block: str, report: Report, before: Report | None) -> dict[str, Any]:
    rows = {metric.name: _row(metric, block, report, before) for metric in METRICS}
    parts = [(heading, [rows[name] for name in names]) for heading, names in HEADINGS.items()]
    return {"name": block, "title": block.upper(), "words": BLOCK_WORDS[block], "parts": parts}


def _row(metric: Metric, block: str, report: Report, before: Report | None) -> Row:
    value = report.values[block][metric.name].value
    was = before.values[block][metric.name].value if before else None
    known = [week[block][metric.name] for week in report.weeks if week[block][metric.name].count is not None]
    return Row(
        metric.name,
        title_of(metric, block),
        value_text(metric.unit, value),
        difference_text(metric.unit, value, was),
        HINTS.get(metric.name, ""),
        small_line([week.value for week in known], metric.unit),
    )


def _weeks(block: str, report: Report) -> dict[str, Any]:
    """The table of weeks, the newest first."""
    weeks = [*zip(report.period.sundays, report.weeks, strict=True)][-MOST_WEEKS_SHOWN:]
    return {
        "columns": [title_of(metric, block) for metric in METRICS],
        "weeks": [(date_of(sunday), _cells(block, values)) for sunday, values in reversed(weeks)],
        "weeks_left_out": report.period.weeks - len(weeks),
    }


def _cells(block: str, values: Values) -> list[str]:
    return [value_text(BY_NAME[name].unit, value.value) for name, value in values[block].items()]


def _pattern(subject: Subject, block: str, sundays: list[int], week: str) -> dict[str, Any]:
    """The days of one of these weeks. Raises ``Http404`` for what is no day."""
    try:
        asked = day_of(date.fromisoformat(week)) if week else sundays[-1]
    except ValueError:
        raise Http404 from None
    sunday = asked if asked in sundays else sundays[-1]
    place = sundays.index(sunday)
    days = days_of(subject, sunday)
    return {
        "week": date_of(sunday),
        "week_before": date_of(sundays[place - 1]) if place else None,
        "week_after": date_of(sundays[place + 1]) if place + 1 < len(sundays) else None,
        "hours": [f"{hour:02}" for hour in HOURS],
        "days": [
            {
                "date": date_of(sunday + number),
                "bar": day_bar(day),
                "start": NO_VALUE if day.start is None else clock_text(day.start),
                "end": NO_VALUE if day.end is None else clock_text(day.end),
                "length": NO_VALUE if day.length is None else duration(day.length),
                "is_empty": day.start is None,
            }
            for number, day in enumerate(days[block])
        ]
        if days
        else [],
    }


@require_safe
def export(request: PageRequest, user_id: int) -> HttpResponse:
    """Hand out the report as a file: the same that the API answers."""
    onlooker = onlooker_of(request)
    subject = subject_or_404(onlooker, user_id)
    chosen = asked_period(request, subject.user)
    form = asked_format(request)
    if chosen.problems:
        raise Http404
    found = show_report(onlooker, subject, chosen.period, file=form)
    document = report_document(subject.user, chosen.period, found)
    name = f"report-{user_id}-{chosen.period.start}-{chosen.period.end}"
    return handed_out(document, report_csv(document), form, name)


def clock_zone(user: User) -> str:
    """The name of the time zone by which a user's weeks go."""
    return zone_of(user).key
