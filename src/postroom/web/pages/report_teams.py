"""Teams: which one may ask for, and what the people of one came to in the middle (E11).

Never a figure of one person. That a team was looked at is written down.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from postroom.actions.report_csv import report_csv
from postroom.actions.report_document import team_document
from postroom.actions.show_team import ShownTeam, show_team
from postroom.core.metrics import ALL, BLOCKS, BY_NAME, COUNT, METRICS, Metric, title_of
from postroom.core.report import Value, Values
from postroom.core.teams import LEAST
from postroom.core.weeks import date_of
from postroom.store.models import User
from postroom.store.read.team_list import KINDS, PAGE_ROWS, teams_page
from postroom.store.read.users import users
from postroom.web.access import PageRequest
from postroom.web.charts import small_line, week_chart
from postroom.web.export import asked_format, handed_out
from postroom.web.filtering import searched
from postroom.web.onlooker import onlooker_of, sees_others
from postroom.web.paging import cursor_of, is_fragment, number_in
from postroom.web.report_period import Chosen, asked_period
from postroom.web.report_words import BLOCK_WORDS, HEADINGS, HINTS, value_text

SHOWS: Final = {"": "All", "manager": "Below a manager", "department": "Departments"}
"""What the list can be narrowed to."""
MOST_WEEKS_SHOWN: Final = 26
"""Weeks of the table; the files have all."""


class Asked(NamedTuple):
    """A team that is asked for."""

    kind: str
    name: str
    """As for ``show_team``."""
    manager: User | None


class Cell(NamedTuple):
    """A median, and of how many people; of too few it says neither."""

    text: str
    people: str


class Row(NamedTuple):
    """A metric in a block."""

    name: str
    title: str
    cell: Cell
    hint: str
    line: SafeString
    is_here: bool


@require_safe
def teams(request: PageRequest) -> HttpResponse:
    """List the teams that one may ask for."""
    if not sees_others(request):
        raise PermissionDenied("report_team")
    text = searched(request.GET)
    kind = request.GET.get("show", "")
    if kind not in SHOWS:
        raise Http404
    [start] = cursor_of(request, 1) or (0,)
    rows, total = teams_page(onlooker_of(request), text, kind, max(start, 0))
    shown: dict[str, Any] = {
        "rows": rows,
        "more": start + PAGE_ROWS if start + PAGE_ROWS < total else None,
        "text": text,
        "show": kind,
        "least": LEAST,
    }
    if is_fragment(request):
        return render(request, "report_teams_rows.html", shown)
    shown |= {
        "total": total,
        "is_first": not start,
        "shows": SHOWS.items(),
        "sees_all": "report_all" in request.permissions,
    }
    return render(request, "report_teams.html", shown)


@require_safe
def team(request: PageRequest, kind: str) -> HttpResponse:
    """Show the medians of a team over the weeks that are asked for, and in each of them."""
    asked = _asked(request, kind)
    chosen = asked_period(request, request.me, keep=("of", "metric", "block"))
    block = request.GET.get("block", ALL)
    metric = BY_NAME.get(request.GET.get("metric", METRICS[0].name))
    if block not in BLOCKS or metric is None:
        raise Http404
    shown: dict[str, Any] = {
        "kind": asked.kind,
        "name": asked.name,
        "query": f"{chosen.query}&{urlencode({'of': request.GET['of']})}",
        "manager": asked.manager,
        "is_own": asked.manager == request.me,
        "chosen": chosen,
        "least": LEAST,
    }
    if not chosen.problems:
        found = _shown(request, asked, chosen)
        shown |= {"found": found}
        if found.values:
            shown |= _medians(found, found.values, chosen, metric, block)
    return render(request, "report_team.html", shown, status=chosen.status)


@require_safe
def export(request: PageRequest, kind: str) -> HttpResponse:
    """Hand out the medians of a team as a file: the same that the API answers."""
    asked = _asked(request, kind)
    chosen = asked_period(request, request.me)
    form = asked_format(request)
    if chosen.problems:
        raise Http404
    document = team_document(asked.kind, asked.name, chosen.period, _shown(request, asked, chosen))
    file = f"team-{kind}-{chosen.period.start}-{chosen.period.end}"
    return handed_out(document, report_csv(document), form, file)


def _asked(request: PageRequest, kind: str) -> Asked:
    """The team of this address: ``of`` a manager by number, of a department by name.

    The name is no part of the path, where ``..`` is not itself. Raises ``Http404``, ``PermissionDenied``.
    """
    if not sees_others(request):
        raise PermissionDenied("report_team")
    name = request.GET.get("of", "")
    if kind not in KINDS or not name:
        raise Http404
    if kind == "department":
        return Asked(kind, name, None)
    number = number_in(name)
    manager = users(request.workspace).filter(pk=number).first() if number is not None else None
    if manager is None:
        raise Http404
    return Asked(kind, manager.email, manager)


def _shown(request: PageRequest, asked: Asked, chosen: Chosen) -> ShownTeam:
    found = show_team(onlooker_of(request), asked.kind, asked.name, chosen.period)
    if found is None:
        raise Http404
    return found


def _medians(found: ShownTeam, values: Values, chosen: Chosen, metric: Metric, block: str) -> dict[str, Any]:
    here = (block, metric.name)
    weeks = [week[block][metric.name] for week in found.weeks]
    sundays = [date_of(sunday) for sunday in chosen.period.sundays]
    texts = [
        f"Week of {day:%-d %b %Y}: {_cell(metric, value).text}"
        for day, value in zip(sundays, weeks, strict=True)
    ]
    table = [*zip(sundays, found.weeks, strict=True)][-MOST_WEEKS_SHOWN:]
    return {
        "blocks": [_block(name, values, found.weeks, here) for name in BLOCKS],
        "chosen_block": block,
        "metric": metric,
        "title": title_of(metric, block),
        "cell": _cell(metric, values[block][metric.name]),
        "chart": week_chart([value.value for value in weeks], metric.unit, texts),
        "columns": [title_of(one, block) for one in METRICS],
        "weeks": [
            (day, [_cell(one, week[block][one.name]) for one in METRICS]) for day, week in reversed(table)
        ],
        "weeks_left_out": chosen.period.weeks - len(table),
    }


def _block(block: str, values: Values, weeks: list[Values], here: tuple[str, str]) -> dict[str, Any]:
    rows = {
        metric.name: Row(
            metric.name,
            title_of(metric, block),
            _cell(metric, values[block][metric.name]),
            HINTS.get(metric.name, ""),
            small_line([week[block][metric.name].value for week in weeks], metric.unit),
            (block, metric.name) == here,
        )
        for metric in METRICS
    }
    parts = [(heading, [rows[name] for name in names]) for heading, names in HEADINGS.items()]
    return {"name": block, "title": block.upper(), "words": BLOCK_WORDS[block], "parts": parts}


def _cell(metric: Metric, value: Value) -> Cell:
    """A median in words; of a count it may lie between two numbers."""
    if value.value is None:
        return Cell(value_text(metric.unit, None), "")
    is_between = metric.unit == COUNT and value.value % 1
    text = (
        f"{value.value:,.1f}".replace(",", "\u202f") if is_between else value_text(metric.unit, value.value)
    )
    return Cell(text, f"of {value.count}")
