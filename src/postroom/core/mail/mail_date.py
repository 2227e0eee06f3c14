"""The time in a Date header: RFC 5322 first, then what real mail has instead, ISO 8601 among it.

Answers in Unix seconds, years 1 to 9999, or ``None``: an impossible time is never bent into a possible one
(the one exception is second 60, a leap second). Must not judge whether it is plausible
(see ``message.time_of``).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

MAX_CHARS: Final = 200
"""No date is longer; what is, is none."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_EARLIEST: Final = -62_135_596_800
_LATEST: Final = 253_402_300_799
_MONTHS: Final = {
    name: number + 1
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
}
_OBSOLETE_ZONES: Final = {
    name: hours
    for hours, names in ((-4, "edt"), (-5, "est cdt"), (-6, "cst mdt"), (-7, "mst pdt"), (-8, "pst"))
    for name in names.split()
}
"""Hours, RFC 5322 4.3; other names and the military letters are read as UTC, as it says there."""

_ORDINARY = re.compile(
    r"(?:[A-Za-z]{3}, *+)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"
    r"(?: *+\([^()]*+\))*",  # not possessive: see encoded_words
    re.ASCII,
)
_TIME: Final = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{1,2})(?:[:.](?P<second>\d{1,2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?(?![A-Za-z]))?"
)
_ZONE: Final = r"(?P<zone>(?:[A-Za-z]{1,5}\b\.?)?\s*(?:[+-]\s?\d{1,2}:?\d{2}|[+-]\d{1,6})?)[\s\S]*"
_WEEKDAY: Final = r"\s*(?:[A-Za-z]{2,9}\s*[.,]*\s*(?=[A-Za-z\d]))?"
_TOLERANT: Final = tuple(
    re.compile(form)
    for form in (
        # 21 Nov 2025 10:00:00 +0000, 21-Nov-25 10:00 EST
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})[\s.-]*(?P<month>[A-Za-z]{{3,9}})[\s.,-]*"
        rf"(?P<year>\d{{2,6}})[\s,]+{_TIME}\s*{_ZONE}",
        # Nov 21, 2025 10:00:00 AM
        rf"{_WEEKDAY}(?P<month>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+"
        rf"(?P<year>\d{{4,6}})[\s,]+{_TIME}\s*{_ZONE}",
        # Fri Nov 21 10:00:00 2025, Fri Nov 21 10:00:00 GMT 2025
        rf"{_WEEKDAY}(?P<month>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+{_TIME}\s*"
        r"(?P<zone>[A-Za-z]{1,5}|[+-]\d{4}|)\s*(?P<year>\d{4,6})\s*(?P<zone_after>[+-]\d{4})?\s*",
        # 2025-11-21T10:00:00Z
        rf"\s*(?P<year>\d{{4,6}})-(?P<number>\d\d)-(?P<day>\d\d)(?:[Tt]|\s+){_TIME}\s*{_ZONE}",
    )
)
_COMMENT = re.compile(r"\([^()]*\)?")
_OFFSET = re.compile(r"([+-])\s?(\d{1,2}):?(\d{2})?$")


def read_date(text: str) -> int | None:
    """Read a time; ``None`` where there is none or it is impossible."""
    ordinary = _ORDINARY.fullmatch(text)
    if ordinary:
        day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = ordinary.groups()
        offset = int(zone_hours) * 60 + int(zone_minutes)
        if int(zone_minutes) > 59 or offset >= 1440:
            return None
        number = _MONTHS.get(month.lower(), 0)
        minutes_east = -offset if sign == "-" else offset
        return _seconds(int(year), number, int(day), int(hour), int(minute), int(second), minutes_east)
    return _read_tolerantly(text)


def _read_tolerantly(text: str) -> int | None:
    """Try the forms that are no RFC 5322, or an obsolete one."""
    if len(text) > MAX_CHARS or not text.isascii():
        return None
    text = _COMMENT.sub(" ", text).strip()
    for form in _TOLERANT:
        match = form.fullmatch(text)
        if match:
            return _from_match(match.groupdict())
    return None


def _from_match(found: dict[str, str | None]) -> int | None:
    """Make a time of what a tolerant form found."""
    month = found.get("month")
    number = _MONTHS.get(month[:3].lower(), 0) if month else int(found["number"] or 0)
    minutes_east = _minutes_east(found.get("zone_after") or found["zone"] or "")
    hour = _hour(int(found["hour"] or 0), found["half"])
    if minutes_east is None or hour is None:
        return None
    year = _whole_year(found["year"] or "")
    return _seconds(
        year,
        number,
        int(found["day"] or 0),
        hour,
        int(found["minute"] or 0),
        int(found["second"] or 0),
        minutes_east,
    )


def _whole_year(digits: str) -> int:
    """Complete a year of two or three digits (RFC 5322, 4.3)."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _hour(hour: int, half: str | None) -> int | None:
    """Turn an hour of the twelve-hour clock, if it is one, into one of the day."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _minutes_east(zone: str) -> int | None:
    """Read a zone: minutes east of Greenwich; ``None`` where it is 24 hours or more, or no zone."""
    zone = zone.strip()
    if any(c in "+-" for c in zone):
        offset = _OFFSET.search(zone)
        if offset is None:
            return None
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if int(offset[3] or 0) > 59 or minutes >= 1440:
            return None
        return -minutes if offset[1] == "-" else minutes
    return _OBSOLETE_ZONES.get(zone.rstrip(".").lower(), 0) * 60


def _seconds(
    year: int, month: int, day: int, hour: int, minute: int, second: int, minutes_east: int
) -> int | None:
    """Count the seconds since 1970; ``None`` where the calendar or the clock has no such time."""
    if hour > 23 or minute > 59 or second > 60:
        return None
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    at = days * 86400 + hour * 3600 + (minute - minutes_east) * 60 + (59 if second == 60 else second)
    return at if _EARLIEST <= at <= _LATEST else None
