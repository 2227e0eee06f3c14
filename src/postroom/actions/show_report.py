"""Show an employee report or a circle: to whom may see it, and written down where it is another's (E11, S5)."""

from __future__ import annotations

import time
from typing import NamedTuple

from postroom.core.audit import CIRCLE_SEEN, REPORT_SEEN
from postroom.core.circle import Circle, circle_of, scaled, sums
from postroom.core.report import Report, report_of
from postroom.core.rollup import Pair
from postroom.core.weeks import Period
from postroom.store.models import User
from postroom.store.read import reports as read
from postroom.store.read.interactions import is_recomputing
from postroom.store.read.organization_chart import Relation, organization_chart_of
from postroom.store.read.report_sight import Onlooker, Subject
from postroom.store.write import audit


class ShownReport(NamedTuple):
    """An employee report; of somebody who has not consented there is none."""

    report: Report | None
    """``None``: not collected (P1)."""
    coverage: read.Coverage | None
    is_being_made: bool
    """Something changed that is not in it yet."""


class Charted(NamedTuple):
    """Somebody of the organization chart."""

    user: User
    relation: Relation
    strength: int | None
    """As in the circle; ``None``: there was no connection."""


class ShownCircle(NamedTuple):
    """A circle, with the users who are named in it, and the user's part of the organization chart."""

    circle: Circle | None
    """``None``: not collected (P1)."""
    users: dict[int, User]
    chart: list[Charted]
    """The manager, then colleagues, then reports, each the strongest first; those who consent."""
    chart_not_named: int | None
    """How many in it have not consented; ``None``: too few to be told, if any."""
    is_being_made: bool


def show_report(onlooker: Onlooker, subject: Subject, period: Period, *, file: str = "") -> ShownReport:
    """The report of a period. That another's was looked at is in the audit log, which that user sees.

    ``file``: as what kind of file it is taken along, ``csv``; empty where it is only looked at.
    """
    _note(onlooker, subject, REPORT_SEEN, period, file)
    if subject.user.collects_since is None:
        return ShownReport(None, None, False)
    # Asked first: what is made while it is read is told as on its way, and never missed.
    is_being_made = _is_being_made(subject)
    report = report_of(period, read.figures_of(subject, period), read.known_weeks(subject, time.time()))
    return ShownReport(report, read.coverage_of(subject, period), is_being_made)


def show_circle(onlooker: Onlooker, subject: Subject, period: Period, *, file: str = "") -> ShownCircle:
    """The circle of a period. That another's was looked at is in the audit log, as of ``show_report``."""
    _note(onlooker, subject, CIRCLE_SEEN, period, file)
    if subject.user.collects_since is None:
        return ShownCircle(None, {}, [], None, False)
    is_being_made = _is_being_made(subject)
    weeks = read.pairs_of(subject, period.last)
    users = read.who_may_be_named({pair.colleague for pairs in weeks.values() for pair in pairs})
    circle = circle_of(period, weeks, users.keys())
    greatest = max((connection.parts.strength for connection in circle.connections), default=0)
    chart, not_named = _chart(subject, sums(period, weeks), greatest)
    return ShownCircle(circle, users, chart, not_named, is_being_made)


def _chart(subject: Subject, pairs: dict[int, Pair], greatest: int) -> tuple[list[Charted], int | None]:
    chart = organization_chart_of(subject)
    places = [
        Charted(place.user, place.relation, _charted_strength(pairs.get(place.user.pk), greatest))
        for place in chart.places
    ]
    order = {relation: at for at, relation in enumerate(dict.fromkeys(place.relation for place in places))}
    places.sort(key=lambda place: (order[place.relation], -(place.strength or 0)))
    return places, chart.not_named


def _charted_strength(pair: Pair | None, greatest: int) -> int | None:
    """By the measure of the circle, in which somebody new and stronger may not be yet."""
    strength = scaled(pair.strength, greatest) if pair else None
    return min(strength, 100) if strength else None


def _is_being_made(subject: Subject) -> bool:
    return read.is_being_made(subject) or is_recomputing(subject.user.workspace)


def _note(onlooker: Onlooker, subject: Subject, act: str, period: Period, file: str) -> None:
    if not subject.is_self:
        seen = {"start": period.start.isoformat(), "end": period.end.isoformat()}
        seen |= {"file": file} if file else {}
        audit.note(onlooker.workspace, act, onlooker.actor, user=subject.user, after=seen)
