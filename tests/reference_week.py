"""A user's week by the words of the definitions: slow, plain Python over the interactions, one question at a time.

Another way than ``postroom.measure``: every number is asked for by itself, of datetimes on the user's wall. A call or
a meeting ends so many seconds after it began, by the clock it began by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor, isqrt
from statistics import mean, median
from zoneinfo import ZoneInfo

BLOCKS = ("all", "int", "ext")
FOUR = 4 * 3600
DAY = 86_400
FIXED = {"mail": 300, "task": 300, "chat": 60, "comment": 60, "reaction": 10}
COUNTED = {
    "received_mails": ("mail", False),
    "sent_mails": ("mail", True),
    "received_chats": ("chat", False),
    "sent_chats": ("chat", True),
    "received_reactions": ("reaction", False),
    "sent_reactions": ("reaction", True),
}


@dataclass(frozen=True)
class Had:
    """One interaction of one user."""

    at: int
    kind: str = "mail"
    is_sent: bool = False
    is_automatic: bool = False
    is_inside: bool = True
    is_outside: bool = False
    others: int = 1
    seconds: int = 0
    answered_at: int | None = None
    """Received: when it was answered; sent: when what it answers had come."""
    answers_inside: bool = False
    answers_outside: bool = False
    colleagues: tuple[tuple[int, bool], ...] = ()
    """Each with whether they are its sender; sorted."""

    @property
    def is_met(self) -> bool:
        return self.kind in ("call", "meeting")

    @property
    def counts(self) -> bool:
        return self.is_met or not self.is_automatic

    @property
    def is_activity(self) -> bool:
        return self.counts and (self.is_sent or self.is_met)

    def is_in(self, block: str) -> bool:
        return {"all": True, "int": self.is_inside, "ext": self.is_outside}[block]

    def answers_in(self, block: str) -> bool:
        return {"all": True, "int": self.answers_inside, "ext": self.answers_outside}[block]


def date_of(had: Had, zone: ZoneInfo) -> date:
    """The calendar day by which it is counted."""
    return datetime.fromtimestamp(had.at, zone).date()


def digital_day_of(had: Had, zone: ZoneInfo) -> date:
    """The day to which it belongs as an activity: 00:00 to 04:00 is the day before."""
    local = datetime.fromtimestamp(had.at, zone)
    return local.date() - timedelta(days=1) if local.hour < 4 else local.date()


def clock_of(had: Had, zone: ZoneInfo) -> int:
    """Seconds after midnight of its digital day."""
    local = datetime.fromtimestamp(had.at, zone)
    clock = local.hour * 3600 + local.minute * 60 + local.second
    return clock + DAY if local.hour < 4 else clock


def sunday_before(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=(day.weekday() + 1) % 7)


def sundays_of(history: Iterable[Had], zone: ZoneInfo) -> set[date]:
    """The weeks in which something happened."""
    found = set()
    for had in history:
        found.add(sunday_before(date_of(had, zone)))
        if had.is_activity:
            found.add(sunday_before(digital_day_of(had, zone)))
    return found


def half_up(value: Fraction | float) -> int:
    return floor(Fraction(value) + Fraction(1, 2))


def counted_of(history: Iterable[Had], block: str) -> dict[str, int | None]:
    """What is counted of interactions that are in a stretch of time, and how long answers took."""
    inside = [had for had in history if had.counts and had.is_in(block)]
    figures: dict[str, int | None] = {
        name: sum(1 for had in inside if (had.kind, had.is_sent) == what) for name, what in COUNTED.items()
    }
    figures["calls"] = sum(1 for had in inside if had.kind == "call")
    figures["meetings"] = sum(1 for had in inside if had.kind == "meeting")
    figures["answered_mails"] = sum(
        1 for had in inside if had.kind == "mail" and not had.is_sent and had.answered_at is not None
    )
    took = [
        had.at - had.answered_at
        for had in history
        if had.kind == "mail"
        and had.is_sent
        and had.counts
        and had.answered_at is not None
        and had.answers_in(block)
    ]
    figures["responses"] = len(took)
    figures["response_time"] = half_up(median(took)) if took else None
    return figures


def day_of(activities: list[Had], zone: ZoneInfo) -> tuple[int | None, int | None, int | None, int]:
    """Start, end and length of a digital day, and the seconds that its activities cover."""
    if not activities:
        return None, None, None, 0
    starts = [clock_of(had, zone) for had in activities]
    ends = [min(clock_of(had, zone) + (had.seconds if had.is_met else 0), FOUR + DAY) for had in activities]
    segments = sorted(
        (clock, min(clock + FIXED.get(had.kind, had.seconds), FOUR + DAY))
        for had, clock in zip(activities, starts, strict=True)
    )
    covered, reached = 0, 0
    for begin, end in segments:
        covered += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return min(starts), max(ends), max(ends) - min(starts), covered


def days_of(history: list[Had], zone: ZoneInfo, sunday: date, block: str) -> list[tuple[int | None, ...]]:
    """The seven days of a week."""
    return [day_of(activities, zone) for activities in _activities(history, zone, sunday, block)]


def _activities(history: list[Had], zone: ZoneInfo, sunday: date, block: str) -> list[list[Had]]:
    days = [sunday + timedelta(days=number) for number in range(7)]
    return [
        [had for had in history if had.is_activity and had.is_in(block) and digital_day_of(had, zone) == day]
        for day in days
    ]


def figures_of(history: list[Had], zone: ZoneInfo, sunday: date, block: str) -> dict[str, int | None]:
    """All figures of a week and a block."""
    week = [had for had in history if sunday_before(date_of(had, zone)) == sunday]
    figures = counted_of(week, block)
    active = [day for day in days_of(history, zone, sunday, block) if day[0] is not None]
    figures["active_days"] = len(active)
    for place, name in enumerate(("day_start", "day_end", "day_length")):
        figures[name] = half_up(mean(Fraction(day[place] or 0) for day in active)) if active else None
    figures["week_length"] = sum(day[3] or 0 for day in active) if active else None
    return figures


WEIGHTS = {"mail": (7, 10), "chat": (4, 4), "reaction": (2, 2), "call": (10, 10), "meeting": (10, 10)}
"""Tenths: received, sent."""


def strength_of(had: Had) -> int:
    """Ten-thousandths that an interaction adds to a connection, rounded half to even."""
    tenths = Fraction(WEIGHTS.get(had.kind, (0, 0))[had.is_sent], 10)
    whole = tenths * 10_000 * (Fraction(had.seconds, 900) if had.is_met else 1)
    people = max(had.others, 1)
    root = isqrt(people)
    if root * root == people:
        return round(whole / root)
    # n is nearest to whole / sqrt(people): (n - 1/2) squared is below whole squared / people.
    squared = whole * whole / people
    nearest = isqrt(floor(squared))
    return nearest + 1 if (nearest + Fraction(1, 2)) ** 2 < squared else nearest


def pairs_of(history: list[Had], zone: ZoneInfo, sunday: date) -> dict[int, dict[str, int]]:
    """What there was with each colleague in a week."""
    found: dict[int, dict[str, int]] = {}
    for had in history:
        if sunday_before(date_of(had, zone)) != sunday or not had.counts or had.kind not in WEIGHTS:
            continue
        for colleague, is_sender in had.colleagues:
            if not (had.is_sent or had.is_met or is_sender):
                continue
            pair = found.setdefault(colleague, dict.fromkeys((*COUNTED, *_ALSO), 0))
            pair["together" if had.is_met else "given" if had.is_sent else "got"] += strength_of(had)
            if had.is_met:
                pair[had.kind + "s"] += 1
                pair["talked_seconds"] += had.seconds
            else:
                pair[("sent_" if had.is_sent else "received_") + had.kind + "s"] += 1
            pair["last_at"] = max(pair["last_at"], had.at)
    return found


_ALSO = ("given", "got", "together", "calls", "meetings", "talked_seconds", "last_at")
