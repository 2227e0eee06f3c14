"""The values of reports in words: what a metric came to, and how that differs from before.

More is not better and less is not worse: nothing here judges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from postroom.core.metrics import ALL, CLOCK, COUNT, EXT, INT, MET, METRICS, PERCENT, SECONDS
from postroom.core.report import Report
from postroom.core.weeks import DAY, date_of
from postroom.store.models import User
from postroom.store.read.report_interactions import Behind
from postroom.web.names import short_name

NO_VALUE: Final = "—"
BLOCK_WORDS: Final = {ALL: "Everything", INT: "With colleagues", EXT: "With people outside"}
"""Block → what is in it."""
UNIT_WORDS: Final = {
    COUNT: "A number.",
    SECONDS: "Hours and minutes, or days and hours; in files seconds.",
    PERCENT: "Percent.",
    CLOCK: "The time by the clock; in files seconds after midnight.",
}
AUTOMATIC_WORDS: Final = {
    "received_mails": "Automatic mail and mailings",
    "sent_mails": "Automatic mail",
    "responses": "Automatic mail",
    "active_days": "Automatic mail and messages of one's own",
}
"""What a number rests on → what of it is automatic."""
HEADINGS: Final = {
    "Email": ("received_mails", "sent_mails", "response_time", "response_share"),
    "Digital day": ("day_start", "day_end", "day_length", "week_length"),
    "Chat": ("received_chats", "sent_chats", "received_reactions", "sent_reactions"),
    "Calls and meetings": ("calls", "meetings"),
}
"""The headings under which metrics stand, in the order of ``core.metrics``."""

HINTS: Final = {"day_length": "first to last activity", "week_length": "time covered by activities"}
"""Metric → what tells it from the one it is taken for."""

_MOST_NAMED: Final = 5
"""Of whom an interaction was with, so many are named in a line."""
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_SAID_IN_DAYS: Final = 100 * _HOUR
_MINUS: Final = "\u2212"
_THIN: Final = "\u202f"
_MORE: Final = {
    COUNT: ("more", "fewer", "as many"),
    SECONDS: ("longer", "shorter", "as long"),
    CLOCK: ("later", "earlier", "the same time"),
    PERCENT: ("more", "less", "the same share"),
}
"""Unit → what is said of more, less and the same."""


def value_text(unit: str, value: float | None) -> str:
    """A value as people read it: 1 234, 2 h 05 min, 08:41, 62.5 %; an em dash where there is none."""
    return NO_VALUE if value is None else _TEXTS[unit](value)


def change_text(unit: str, value: float | None, before: float | None) -> str:
    """How a value differs from the one before; empty where one of them is not there."""
    if value is None or before is None:
        return ""
    more, less, same = _MORE[unit]
    if value_text(unit, value) == value_text(unit, before):
        return same
    return f"{_difference(unit, value, before)} {more if value > before else less}"


def difference_text(unit: str, value: float | None, before: float | None) -> str:
    """The same in short, with a sign; ±0 where nothing differs that would be seen."""
    said = change_text(unit, value, before)
    if not said or value is None or before is None:
        return ""
    if said == _MORE[unit][2]:
        return "±0"
    return f"{'+' if value > before else _MINUS}{_difference(unit, value, before)}"


def known_words(report: Report) -> str:
    """Of how many weeks something is known, and from when to when; empty where it is all of them, or none."""
    values = zip(report.period.sundays, report.weeks, strict=True)
    known = [sunday for sunday, week in values if week[ALL][METRICS[0].name].count is not None]
    if len(known) in {0, report.period.weeks}:
        return ""
    begin, end = date_of(known[0]), date_of(known[-1] + 6)
    are = "is" if len(known) == 1 else "are"
    return (
        f"{len(known)} of {report.period.weeks} weeks {are} known, from {begin:%-d %b %Y} to {end:%-d %b %Y}."
    )


def _difference(unit: str, value: float, before: float) -> str:
    """Of what the two texts say, so that whoever reckons it again comes to the same."""
    differs = abs(_as_told(unit, value) - _as_told(unit, before))
    return _DIFFERENCES.get(unit, _TEXTS[unit])(differs)


def _as_told(unit: str, value: float) -> float:
    """A value without what its text leaves out."""
    if unit not in {SECONDS, CLOCK}:
        return value
    is_short = unit == SECONDS and value < _MINUTE
    step = 1 if is_short else _HOUR if value >= _SAID_IN_DAYS else _MINUTE
    return value // step * step


def duration(seconds: float) -> str:
    """So long: 12 d 2 h, 2 h 05 min, 5 min, 40 s; like a clock it leaves out what is no whole minute."""
    if seconds < _MINUTE:
        return f"{int(seconds)}{_THIN}s"
    hours, minutes = divmod(int(seconds) // _MINUTE, 60)
    if seconds >= _SAID_IN_DAYS:
        return f"{hours // 24}{_THIN}d {hours % 24}{_THIN}h"
    return f"{hours}{_THIN}h {minutes:02}{_THIN}min" if hours else f"{minutes}{_THIN}min"


def clock_text(seconds: float) -> str:
    """The time so long after a day's midnight: 08:41."""
    hours, minutes = divmod(int(seconds) // _MINUTE, 60)
    return f"{hours % 24:02}:{minutes:02}"


def whom_words(one: Behind) -> str:
    """With whom an interaction was: ``from Ann Lee, Bo Ek, 2 people outside, 1 colleague who is not named``."""
    row, outside, further = one.row, one.outside, one.further
    said: list[str] = []
    named = one.named
    if not row.is_sent and row.kind not in MET:
        named = [user for user in named if user not in one.senders]
        if one.senders:
            said.append(f"from {_names(one.senders)}")
        elif row.is_outside and outside:
            said.append("from somebody outside")
            outside -= 1
        elif row.is_inside and further:
            said.append("from a colleague")
            further -= 1
    said += [_names(named)] if named else []
    said += [f"{outside} {'person' if outside == 1 else 'people'} outside"] if outside else []
    said += [f"{further} colleague{' who is' if further == 1 else 's who are'} not named"] if further else []
    return ", ".join(said) or "nobody else"


def _names(users: Sequence[User]) -> str:
    names = [short_name(user.name or user.email) for user in users[:_MOST_NAMED]]
    return ", ".join([*names, *([f"{len(users) - _MOST_NAMED} more"] if len(users) > _MOST_NAMED else [])])


def _decimal(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


_TEXTS: Final[dict[str, Callable[[float], str]]] = {
    COUNT: lambda value: f"{value:,.0f}".replace(",", _THIN),
    SECONDS: duration,
    CLOCK: lambda value: clock_text(value) + (" next day" if value >= DAY else ""),
    PERCENT: lambda value: f"{_decimal(value)}{_THIN}%",
}
_DIFFERENCES: Final[dict[str, Callable[[float], str]]] = {
    CLOCK: duration,
    PERCENT: lambda value: f"{_decimal(value)} points",
}
"""Of units whose differences are told otherwise."""
