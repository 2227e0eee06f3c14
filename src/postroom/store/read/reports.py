"""Questions of the employee report and the circle, about somebody whom the onlooker may see (E1-E11)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Min

from postroom.core.circle import WeekPairs
from postroom.core.message import KEPT_OUT
from postroom.core.rollup import Day, Figures, read_days, read_figures, read_pairs
from postroom.core.weeks import Period, midnight, sunday_of, today_in
from postroom.store.models import Decision, Interaction, RollUp, RollUpDue, User
from postroom.store.read.held import is_being_released
from postroom.store.read.report_sight import Subject

Weeks = dict[int, dict[str, Figures]]
"""The first day of a week → its figures by block."""


def zone_of(user: User) -> ZoneInfo:
    """The time zone whose clock a user's weeks go by."""
    return ZoneInfo(user.time_zone or "UTC")


def figures_of(subject: Subject, period: Period) -> Weeks:
    """The figures of the weeks of a period in which something happened."""
    rows = RollUp.objects.filter(user=subject.user, sunday__range=period)
    return {sunday: read_figures(bytes(packed)) for sunday, packed in rows.values_list("sunday", "figures")}


def days_of(subject: Subject, sunday: int) -> dict[str, list[Day]] | None:
    """The days of a week, by block; ``None``: nothing happened in it."""
    row = RollUp.objects.filter(user=subject.user, sunday=sunday).values_list("days", flat=True).first()
    return None if row is None else read_days(bytes(row))


def known_weeks(subject: Subject, now: float) -> range:
    """The first days of the weeks of which something can be said: from the first with an interaction to this one."""
    first = RollUp.objects.filter(user=subject.user).aggregate(first=Min("sunday"))["first"]
    this = sunday_of(today_in(zone_of(subject.user), now))
    return range(0) if first is None else range(first, this + 1, 7)


def pairs_of(subject: Subject, until: int) -> WeekPairs:
    """What the user had with each colleague, in all weeks up to the day ``until``."""
    rows = RollUp.objects.filter(user=subject.user, sunday__lte=until)
    return {sunday: list(read_pairs(bytes(packed))) for sunday, packed in rows.values_list("sunday", "pairs")}


def who_may_be_named(users: Iterable[int]) -> dict[int, User]:
    """Those of these users who consent, by id (E8)."""
    return User.objects.filter(collects_since__isnull=False).in_bulk(list(users))


def is_being_made(subject: Subject) -> bool:
    """Whether something changed, or waits to be counted, that the roll-ups do not have yet."""
    user = subject.user
    # One question: what is on its way is in one of the places at any moment.
    is_due = Exists(RollUpDue.objects.filter(user=user))
    return User.objects.filter(is_being_released(user) | is_due, pk=user.pk).exists()


class Coverage(NamedTuple):
    """On how much of a user's mail in a period a report rests."""

    counted: int
    not_counted: int
    """Mail that is known and not counted, without drafts, spam and trash."""
    reasons: dict[str, int]
    """Why it is not, and how many drafts, spam and trash there are: told to the user alone."""

    @property
    def known(self) -> int:
        """All of it, without drafts, spam and trash."""
        return self.counted + self.not_counted

    @property
    def percent(self) -> float | None:
        """How much of it is counted; ``None``: there is none."""
        return round(100 * self.counted / self.known, 1) if self.known else None


def coverage_of(subject: Subject, period: Period) -> Coverage:
    """How much of the user's mail of these weeks is counted, and why the rest is not."""
    zone = zone_of(subject.user)
    begin, end = midnight(period.first, zone), midnight(period.last + 1, zone)
    counted = Interaction.objects.filter(user=subject.user, kind="mail", at__gte=begin, at__lt=end).count()
    others = (
        Decision.objects.filter(
            user=subject.user,
            lens="people",
            is_current=True,
            message__kind="mail",
            message__at__gte=begin,
            message__at__lt=end,
        )
        .exclude(reason__in=("counted", "taken_back"))
        .values_list("reason")
        .annotate(Count("pk"))
        .order_by("reason")
    )
    reasons = dict(others)
    not_counted = sum(count for reason, count in reasons.items() if reason not in KEPT_OUT.values())
    return Coverage(counted, not_counted, reasons if subject.is_self else {})
