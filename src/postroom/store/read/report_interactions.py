"""The interactions behind a number of one's own report, and how many of such it leaves out (E10).

What counts where is decided by ``measure.bucket``; a test holds the two to the same numbers. Outsiders are counted
and never named. A colleague is named only who consents too (P10).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from django.db.models import Q, QuerySet

from postroom.core.answers import IN_EXT, IN_INT
from postroom.core.message import SENDERS
from postroom.core.metrics import EXT, INT, MET, Metric
from postroom.core.seal import TOKEN_BYTES
from postroom.core.weeks import DIGITAL_DAY_STARTS, Period, date_of, day_of
from postroom.store.models import Colleague, Interaction, User
from postroom.store.read.report_sight import Subject
from postroom.store.read.reports import zone_of

_COUNTED: Final = {
    "received_mails": Q(kind="mail", is_sent=False),
    "sent_mails": Q(kind="mail", is_sent=True),
    "responses": Q(kind="mail", is_sent=True, answered_at__isnull=False),
    "received_chats": Q(kind="chat", is_sent=False),
    "sent_chats": Q(kind="chat", is_sent=True),
    "received_reactions": Q(kind="reaction", is_sent=False),
    "sent_reactions": Q(kind="reaction", is_sent=True),
    "calls": Q(kind="call"),
    "meetings": Q(kind="meeting"),
    "active_days": Q(is_sent=True) | Q(kind__in=MET),
}
"""What a value rests on, as ``Metric.count`` calls it → the interactions it may be of."""
_IN_BLOCK: Final = {INT: Q(is_inside=True), EXT: Q(is_outside=True)}
_ANSWERS_IN: Final = {
    INT: Q(answered_sides__in=(IN_INT, IN_INT | IN_EXT)),
    EXT: Q(answered_sides__in=(IN_EXT, IN_INT | IN_EXT)),
}
"""A response counts where the mail does that it answers."""
_COUNTS: Final = Q(is_automatic=False) | Q(kind__in=MET)


class Behind(NamedTuple):
    """An interaction, and with whom it was."""

    row: Interaction
    senders: list[User]
    """Those of ``named`` who sent it."""
    named: list[User]
    outside: int
    """How many others were outside."""
    further: int
    """How many others are neither named nor outside."""

    @property
    def response_seconds(self) -> int | None:
        """Of a mail that answers another, or was answered: how long that took."""
        answered = self.row.answered_at
        return None if answered is None else abs(answered - self.row.at)


def interactions_behind(
    subject: Subject, metric: Metric, block: str, period: Period
) -> QuerySet[Interaction]:
    """What a number rests on, the newest first. Of another's report that is nobody's to see: there are none."""
    blocks = _ANSWERS_IN if metric.count == "responses" else _IN_BLOCK
    found = _between(subject, metric, period).filter(_COUNTED[metric.count], blocks.get(block, Q()), _COUNTS)
    return found.order_by("-at", "-pk") if subject.is_self else found.none()


def count_automatic(subject: Subject, metric: Metric, block: str, period: Period) -> int:
    """How many interactions a number leaves out as they are automatic or mailings."""
    of = _COUNTED["sent_mails" if metric.count == "responses" else metric.count]
    return _between(subject, metric, period).filter(of, _IN_BLOCK.get(block, Q())).exclude(_COUNTS).count()


def _between(subject: Subject, metric: Metric, period: Period) -> QuerySet[Interaction]:
    begin, end = _span(subject.user, period, DIGITAL_DAY_STARTS if metric.count == "active_days" else 0)
    return Interaction.objects.filter(user=subject.user, at__gte=begin, at__lt=end)


def _span(user: User, period: Period, after_midnight: int) -> tuple[int, int]:
    """From the first day of the period to the day after its last, so many seconds after midnight, Unix seconds."""
    hour, zone = time(after_midnight // 3_600), zone_of(user)
    begin, end = (
        int(datetime.combine(date_of(day), hour, zone).timestamp()) for day in (period.first, period.last + 1)
    )
    return begin, end


def digital_day(user: User, at: int) -> date:
    """The day that an activity belongs to: what is done before 04:00, to the day before (E5)."""
    return (by_the_clock(user, at) - timedelta(seconds=DIGITAL_DAY_STARTS)).date()


def ends_of_days(
    subject: Subject, metric: Metric, block: str, interactions: Sequence[Interaction]
) -> tuple[set[int], set[int]]:
    """The ids of the first and of the last activities of the days in which these lie; they stand newest first."""
    if not interactions:
        return set(), set()
    newest, oldest = (digital_day(subject.user, row.at) for row in (interactions[0], interactions[-1]))
    of_day: dict[date, list[Interaction]] = defaultdict(list)
    for row in interactions_behind(subject, metric, block, Period(day_of(oldest), day_of(newest))):
        of_day[digital_day(subject.user, row.at)].append(row)
    first = {
        min(reversed(rows), key=lambda row: by_the_clock(subject.user, row.at)) for rows in of_day.values()
    }
    last = {max(rows, key=lambda row: over_at(subject.user, row, day)) for day, rows in of_day.items()}
    return {row.pk for row in first}, {row.pk for row in last}


def by_the_clock(user: User, at: int) -> datetime:
    """The time on the user's wall, without a zone."""
    return datetime.fromtimestamp(at, zone_of(user)).replace(tzinfo=None)


def over_at(user: User, row: Interaction, day: date) -> datetime:
    """When an activity of this digital day is over by the clock, 04:00 at the latest."""
    over = datetime.combine(day, time()) + timedelta(days=1, seconds=DIGITAL_DAY_STARTS)
    lasted = timedelta(seconds=(row.seconds or 0) if row.kind in MET else 0)
    return min(by_the_clock(user, row.at) + lasted, over)


def with_whom(interactions: Sequence[Interaction]) -> list[Behind]:
    """Interactions with those in them who may be named; who was in Bcc, only to whoever sent it."""
    rows = Colleague.objects.filter(interaction__in=interactions, user__collects_since__isnull=False)
    rows = rows.exclude(role="bcc", interaction__is_sent=False).select_related("user")
    named: dict[int, list[Colleague]] = defaultdict(list)
    for colleague in rows.order_by("user__name", "user__email"):
        named[colleague.interaction_id].append(colleague)
    return [_behind(row, named[row.pk]) for row in interactions]


def _behind(row: Interaction, named: Sequence[Colleague]) -> Behind:
    outside = len(bytes(row.outsiders)) // TOKEN_BYTES
    senders = [] if row.is_sent else [colleague.user for colleague in named if colleague.role in SENDERS]
    further = max(row.others - outside - len(named), 0)
    return Behind(row, senders, [colleague.user for colleague in named], outside, further)


def is_of_mail(metric: Metric) -> bool:
    """Whether a number is about mail alone."""
    return metric.count in {"received_mails", "sent_mails", "responses"}
