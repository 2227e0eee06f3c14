"""One number of the employee report, opened: how it is defined, what it rests on, what it leaves out (E10).

The interactions behind it are for whoever the report is about, and for nobody else.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postroom.actions.show_report import show_report
from postroom.core.metrics import ALL, BLOCKS, BY_NAME, MEDIAN, OVER_WEEKS, Metric, title_of
from postroom.core.report import Report
from postroom.core.weeks import date_of
from postroom.store.models import Interaction
from postroom.store.read import report_interactions as read
from postroom.store.read.report_sight import Subject
from postroom.store.read.reports import known_weeks
from postroom.web.access import PageRequest
from postroom.web.charts import week_chart
from postroom.web.counted_words import what_words
from postroom.web.onlooker import onlooker_of
from postroom.web.pages.report import around, before_of, clock_zone, coverage_words, subject_or_404
from postroom.web.paging import cursor_of, is_fragment
from postroom.web.report_period import Chosen, asked_period
from postroom.web.report_words import (
    AUTOMATIC_WORDS,
    BLOCK_WORDS,
    UNIT_WORDS,
    change_text,
    duration,
    known_words,
    value_text,
    whom_words,
)

PAGE_ROWS: Final = 25


@require_safe
def show(request: PageRequest, user_id: int, name: str) -> HttpResponse:
    """Show how a number came about."""
    onlooker = onlooker_of(request)
    subject = subject_or_404(onlooker, user_id)
    block = request.GET.get("block", ALL)
    if name not in BY_NAME or block not in BLOCKS:
        raise Http404
    metric = BY_NAME[name]
    chosen = asked_period(request, subject.user, ("block",))
    shown = around(subject, chosen) | {
        "metric": metric,
        "chosen_block": block,
        "title": title_of(metric, block),
    }
    if is_fragment(request) and not chosen.problems:
        return render(
            request, "report_metric_rows.html", shown | _behind(request, subject, metric, block, chosen)
        )
    shown |= {"blocks": [(one, one.upper(), BLOCK_WORDS[one]) for one in BLOCKS], "words": BLOCK_WORDS[block]}
    if not chosen.problems:
        found = show_report(onlooker, subject, chosen.period)
        shown |= {"found": found, "coverage": coverage_words(found.coverage)}
        if found.report:
            shown |= _opened(subject, metric, block, found.report)
            shown |= _behind(request, subject, metric, block, chosen)
    return render(request, "report_metric.html", shown, status=chosen.status)


def _opened(subject: Subject, metric: Metric, block: str, report: Report) -> dict[str, Any]:
    value = report.values[block][metric.name]
    before = before_of(subject, report.period, known_weeks(subject, time.time()))
    was = before.values[block][metric.name].value if before else None
    weeks = [
        (date_of(sunday), week[block][metric.name])
        for sunday, week in zip(report.period.sundays, report.weeks, strict=True)
    ]
    said = [f"{sunday:%-d %b %Y}: {value_text(metric.unit, week.value)}" for sunday, week in weeks]
    return {
        "value": value_text(metric.unit, value.value),
        "count": value.count,
        "change": change_text(metric.unit, value.value, was),
        "was": value_text(metric.unit, was),
        "before": before and before.period,
        "unit": UNIT_WORDS[metric.unit],
        "over_weeks": OVER_WEEKS[metric.over_weeks],
        "zone": clock_zone(subject.user),
        "chart": week_chart([week.value for _, week in weeks], metric.unit, said),
        "weeks": [
            (sunday, value_text(metric.unit, week.value), week.count) for sunday, week in reversed(weeks)
        ],
        "left_out": _left_out(subject, metric, block, report),
        "known": known_words(report),
        "median_of": sum(week.value is not None for _, week in weeks) if metric.over_weeks == MEDIAN else 0,
        "is_of_days": metric.count == "active_days",
        "is_of_mail": read.is_of_mail(metric),
    }


def _left_out(subject: Subject, metric: Metric, block: str, report: Report) -> list[tuple[str, int]]:
    """What was left out of a number in these weeks, and how often."""
    if metric.count in {"calls", "meetings"}:
        return []
    automatic = read.count_automatic(subject, metric, block, report.period)
    left_out = [(f"{AUTOMATIC_WORDS.get(metric.count, 'Automatic')}, in these weeks", automatic)]
    if metric.name == "response_time" and block == ALL:
        sent = report.values[ALL]["sent_mails"].count or 0
        answers = report.values[ALL]["response_time"].count or 0
        left_out.append(("Sent emails that answer none", sent - answers))
    return left_out


def _behind(
    request: PageRequest, subject: Subject, metric: Metric, block: str, chosen: Chosen
) -> dict[str, Any]:
    """The interactions behind the number, a page of them."""
    if not subject.is_self or subject.user.collects_since is None:
        return {}
    found = read.interactions_behind(subject, metric, block, chosen.period)
    rows, older = _page(request, found)
    days = _days(request, subject, metric, block, rows) if metric.count == "active_days" else {}
    return {
        "rows": [
            {
                **days.get(one.row.pk, {}),
                "at": one.row.at,
                "what": what_words(one.row),
                "lasted": duration(one.row.seconds) if one.row.seconds else "",
                "whom": whom_words(one),
                "response": "" if one.response_seconds is None else duration(one.response_seconds),
            }
            for one in read.with_whom(rows)
        ],
        "older": f"{chosen.query}&block={block}&before={older}" if older else "",
        "newest": f"{chosen.query}&block={block}",
        "is_first": "before" not in request.GET,
        "is_by_day": metric.count == "active_days",
        "has_responses": read.is_of_mail(metric),
    }


def _days(
    request: PageRequest, subject: Subject, metric: Metric, block: str, rows: Sequence[Interaction]
) -> dict[int, dict[str, Any]]:
    """By interaction: the day that begins with it in the list, when it was over, and which end of its day it is."""
    first, last = read.ends_of_days(subject, metric, block, rows)
    before = cursor_of(request, 2) if is_fragment(request) else None
    day_above = read.digital_day(subject.user, before[0]) if before else None
    told = {}
    for row in rows:
        day = read.digital_day(subject.user, row.at)
        ends = [name for name, ids in (("first", first), ("last", last)) if row.pk in ids]
        over = read.over_at(subject.user, row, day)
        lasts = over > read.by_the_clock(subject.user, row.at)
        told[row.pk] = {
            "day": day if day != day_above else None,
            "end": " and ".join(ends),
            "until": f"{over:%H:%M}" if lasts else "",
            "is_after_midnight": over.date() != day,
        }
        day_above = day
    return told


def _page(request: PageRequest, found: QuerySet[Interaction]) -> tuple[Sequence[Interaction], str]:
    """The interactions after the cursor, and where the next page begins."""
    before = cursor_of(request, 2)
    if before is not None:
        at, pk = before
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    rows = list(found[: PAGE_ROWS + 1])
    last = rows[PAGE_ROWS - 1] if len(rows) > PAGE_ROWS else None
    return rows[:PAGE_ROWS], f"{last.at}.{last.pk}" if last else ""
