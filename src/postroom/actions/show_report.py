"""Show an employee report or a circle: to whom may see it, and written down where it is another's (E11, S5)."""

from __future__ import annotations

import time
from typing import NamedTuple

from postroom.core.audit import CIRCLE_SEEN, REPORT_SEEN
from postroom.core.circle import Circle, circle_of
from postroom.core.report import Report, report_of
from postroom.core.weeks import Period
from postroom.store.models import User
from postroom.store.read import reports as read
from postroom.store.read.interactions import is_recomputing
from postroom.store.read.report_sight import Onlooker, Subject
from postroom.store.write import audit


class ShownReport(NamedTuple):
    """An employee report; of somebody who has not consented there is none."""

    report: Report | None
    """``None``: not collected (P1)."""
    coverage: read.Coverage | None
    is_being_made: bool
    """Something changed that is not in it yet."""


class ShownCircle(NamedTuple):
    """A circle, with the users who are named in it."""

    circle: Circle | None
    """``None``: not collected (P1)."""
    users: dict[int, User]
    is_being_made: bool


def show_report(onlooker: Onlooker, subject: Subject, period: Period) -> ShownReport:
    """The report of a period. That another's was looked at is in the audit log, which that user sees."""
    _note(onlooker, subject, REPORT_SEEN, period)
    if subject.user.collects_since is None:
        return ShownReport(None, None, False)
    report = report_of(period, read.figures_of(subject, period), read.known_weeks(subject, time.time()))
    return ShownReport(report, read.coverage_of(subject, period), _is_being_made(subject))


def show_circle(onlooker: Onlooker, subject: Subject, period: Period) -> ShownCircle:
    """The circle of a period. That another's was looked at is in the audit log, which that user sees."""
    _note(onlooker, subject, CIRCLE_SEEN, period)
    if subject.user.collects_since is None:
        return ShownCircle(None, {}, False)
    weeks = read.pairs_of(subject, period.last)
    users = read.who_may_be_named({pair.colleague for pairs in weeks.values() for pair in pairs})
    return ShownCircle(circle_of(period, weeks, users.keys()), users, _is_being_made(subject))


def _is_being_made(subject: Subject) -> bool:
    return read.is_being_made(subject) or is_recomputing(subject.user.workspace)


def _note(onlooker: Onlooker, subject: Subject, act: str, period: Period) -> None:
    if not subject.is_self:
        weeks = {"start": period.start.isoformat(), "end": period.end.isoformat()}
        audit.note(onlooker.workspace, act, onlooker.actor, user=subject.user, after=weeks)
