"""The collaboration circle of a user: drawn, as a list, and beside the organization chart (E8, E9, E12)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postroom.actions.report_csv import circle_csv
from postroom.actions.report_document import circle_document
from postroom.actions.show_report import Charted, ShownCircle, show_circle
from postroom.core.circle import Circle, Connection
from postroom.store.models import User
from postroom.store.read.report_sight import Subject, subject_numbered, users_seen_by
from postroom.web.access import PageRequest
from postroom.web.circle_drawing import RINGS, TALL, WIDE, Spot, draw
from postroom.web.circle_words import RELATIONS, cells_told, change_told, parts_told
from postroom.web.export import asked_format, handed_out
from postroom.web.names import short_name
from postroom.web.onlooker import onlooker_of
from postroom.web.report_period import asked_period

_LISTED_AT_ONCE: Final = 20
"""So many of the list are not folded away."""
_CHARTED_AT_ONCE: Final = 6
"""So many of each part of the organization chart are not."""


class Row(NamedTuple):
    """A colleague in the list."""

    user: User
    connection: Connection
    parts: list[str]
    cells: dict[str, str]
    change: str
    """Empty: of the period before nothing is known."""


class Part(NamedTuple):
    """A part of the organization chart."""

    title: str
    first: list[Charted]
    folded: list[Charted]


@require_safe
def show(request: PageRequest, user_id: int) -> HttpResponse:
    """Show who the user works with most in the weeks asked for."""
    subject = _subject(request, user_id)
    chosen = asked_period(request, subject.user)
    said: dict[str, Any] = {"subject": subject.user, "is_self": subject.is_self, "chosen": chosen}
    if not chosen.problems:
        shown = show_circle(onlooker_of(request), subject, chosen.period)
        said |= {"shown": shown, "is_collected": shown.circle is not None}
        if shown.circle is not None:
            said |= _told(request, shown, shown.circle)
    return render(request, "circle.html", said, status=chosen.status)


@require_safe
def export(request: PageRequest, user_id: int) -> HttpResponse:
    """Hand out the circle as a file: the same that the API answers."""
    subject = _subject(request, user_id)
    chosen = asked_period(request, subject.user)
    form = asked_format(request)
    if chosen.problems:
        raise Http404
    shown = show_circle(onlooker_of(request), subject, chosen.period, file=form)
    document = circle_document(subject.user, chosen.period, shown)
    name = f"circle-{user_id}-{chosen.period.start}-{chosen.period.end}"
    return handed_out(document, circle_csv(document), form, name)


def _subject(request: PageRequest, user_id: int) -> Subject:
    subject = subject_numbered(onlooker_of(request), user_id)
    if subject is None:
        raise Http404
    return subject


def _told(request: PageRequest, shown: ShownCircle, circle: Circle) -> dict[str, Any]:
    has_before = any(connection.before is not None for connection in circle.connections)
    rows = [
        Row(
            shown.users[connection.colleague],
            connection,
            parts_told(connection.parts),
            cells_told(connection.parts),
            change_told(connection) if has_before else "",
        )
        for connection in circle.connections
    ]
    in_chart = {place.user.pk for place in shown.chart}
    spots = [_spot(row, row.user.pk in in_chart) for row in rows]
    drawings = [draw(spots, shape) for shape in (WIDE, TALL)]
    seen = users_seen_by(onlooker_of(request)).filter(pk__in=in_chart | {row.user.pk for row in rows})
    return {
        "rows": rows,
        "first": rows[:_LISTED_AT_ONCE],
        "folded": rows[_LISTED_AT_ONCE:],
        "drawings": drawings,
        "shortened": [
            drawing.shape.name for drawing in drawings if any(not dot.name for dot in drawing.dots)
        ],
        "rings": RINGS,
        "parts": _parts(shown.chart),
        "seen": set(seen.values_list("pk", flat=True)),
        "has_before": has_before,
    }


def _spot(row: Row, is_in_chart: bool) -> Spot:
    name = short_name(row.user.name or row.user.email.split("@")[0])
    title = f"{name}: strength {row.connection.strength}; {', '.join(row.parts)}"
    return Spot(name, title, row.connection.strength, is_in_chart)


def _parts(chart: list[Charted]) -> list[Part]:
    parts = []
    for relation, title in RELATIONS.items():
        places = [place for place in chart if place.relation == relation]
        if places:
            parts.append(Part(title, places[:_CHARTED_AT_ONCE], places[_CHARTED_AT_ONCE:]))
    return parts
