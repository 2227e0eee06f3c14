"""Reports and circles as documents for programs, the same over the API and from pages (E12).

Format: ``docs/reference/reports.md``. Days are ISO dates, times RFC 3339 in UTC; ``None`` is no value, and never 0.
"""

from __future__ import annotations

from typing import Any, Final

from postroom.actions.show_report import Charted, ShownCircle, ShownReport
from postroom.actions.show_team import ShownTeam
from postroom.core.circle import Connection
from postroom.core.clock_text import rfc3339
from postroom.core.metrics import BLOCKS
from postroom.core.report import Values
from postroom.core.rollup import Pair
from postroom.core.weeks import Period, date_of
from postroom.store.models import User
from postroom.store.read.reports import Coverage

Document = dict[str, Any]

PARTS: Final = (
    "sent_mails",
    "received_mails",
    "sent_chats",
    "received_chats",
    "sent_reactions",
    "received_reactions",
    "calls",
    "meetings",
    "talked_seconds",
)
"""What is told of what a connection is made of, fields of ``core.rollup.Pair``."""


def report_document(user: User, period: Period, shown: ShownReport) -> Document:
    """The employee report of a user."""
    report = shown.report
    return {
        "user": user.email,
        "period": days(period),
        "collected": report is not None,
        "recomputing": shown.is_being_made,
        "coverage": shown.coverage and _coverage(shown.coverage),
        **_blocks(report.values if report else None),
        "weeks": _weeks(period, report.weeks) if report else [],
    }


def team_document(kind: str, name: str, period: Period, shown: ShownTeam) -> Document:
    """The report of a team; ``kind`` and ``name`` as for ``show_team``."""
    return {
        "manager": name if kind == "manager" else None,
        "department": name if kind == "department" else None,
        "period": days(period),
        "people": shown.people,
        "too_few": shown.people is None,
        "too_near": shown.is_too_near,
        **_blocks(shown.values),
        "weeks": _weeks(period, shown.weeks) if shown.values else [],
    }


def circle_document(user: User, period: Period, shown: ShownCircle) -> Document:
    """The collaboration circle of a user."""
    circle = shown.circle
    return {
        "user": user.email,
        "period": days(period),
        "collected": circle is not None,
        "recomputing": shown.is_being_made,
        "colleagues": [_connection(c, shown.users[c.colleague]) for c in circle.connections]
        if circle
        else [],
        "further": circle and circle.further,
        "not_named": circle and circle.not_named,
        "chart": [_charted(place) for place in shown.chart],
        "chart_not_named": shown.chart_not_named,
    }


def days(period: Period) -> Document:
    """The first and the last day of a period."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def parts_of(pair: Pair) -> Document:
    """What a connection is made of."""
    return {part: getattr(pair, part) for part in PARTS}


def _coverage(coverage: Coverage) -> Document:
    return {
        "percent": coverage.percent,
        "counted": coverage.counted,
        "known": coverage.known,
        "not_counted": coverage.reasons,
    }


def _weeks(period: Period, weeks: list[Values]) -> list[Document]:
    return [
        {
            "start": date_of(sunday).isoformat(),
            "end": date_of(sunday + 6).isoformat(),
            **_blocks(values),
        }
        for sunday, values in zip(period.sundays, weeks, strict=True)
    ]


def _blocks(values: Values | None) -> Document:
    return {
        block: {name: {"value": value.value, "count": value.count} for name, value in values[block].items()}
        if values
        else None
        for block in BLOCKS
    }


def _connection(connection: Connection, user: User) -> Document:
    return {
        "user": user.email,
        "name": user.name,
        "strength": connection.strength,
        "before": connection.before,
        "reciprocity": connection.reciprocity,
        "last_at": rfc3339(connection.parts.last_at),
        "parts": parts_of(connection.parts),
    }


def _charted(place: Charted) -> Document:
    return {
        "user": place.user.email,
        "name": place.user.name,
        "relation": place.relation,
        "strength": place.strength,
    }
