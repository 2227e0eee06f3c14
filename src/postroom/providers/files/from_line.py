"""The line that begins a message in an mbox, and what may be read off it.

The rule: a line ``From …`` begins a message if

1. it is the first line of the file that is not empty, or follows an empty line, and
2. after ``From`` come a sender (anything, or nothing) and a date as ``asctime`` writes it, with or without a
   time zone before or after the year, with or without ``remote from HOST`` behind, or a date as in a Date
   header; and the line has at most 1,000 bytes.

What follows the line does not matter: were a mail with a damaged beginning taken for more text of the one
before it, it would be shown as part of that one, undecided.

Must not read files (see ``mbox``).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

MAX_LINE_BYTES: Final = 1000
HEAD_BYTES: Final = MAX_LINE_BYTES + 1
"""How many bytes from the line's start ``from_line`` wants to see."""

_MONTHS: Final = (
    b"jan",
    b"feb",
    b"mar",
    b"apr",
    b"may",
    b"jun",
    b"jul",
    b"aug",
    b"sep",
    b"oct",
    b"nov",
    b"dec",
)
_MONTH: Final = rb"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DAY: Final = rb"(?P<day>\d{1,2})"
_YEAR: Final = rb"(?P<year>\d{4})"
_TIME: Final = rb"(?P<time>\d{1,2}:\d{2}(?::\d{2})?)"
_ZONE: Final = rb"(?:[+-]\d{4}|[a-z]{1,5})(?:[ \t]+dst|[ \t]+\([^()\r\n]*\))?"
_GAP: Final = rb"[ \t]+"
_LINE_END: Final = rb"(?:" + _GAP + rb"remote from [^\r\n]*)?[ \t]*(?:\r?\n|\Z)"
_START: Final = rb"From (?:[^\r\n]*[ \t])?(?:mon|tue|wed|thu|fri|sat|sun)"

_ASCTIME: Final = re.compile(
    _START
    + (_GAP + _MONTH + _GAP + _DAY + _GAP + _TIME)
    + (rb"(?:" + _GAP + rb"(?P<before>" + _ZONE + rb"))?" + _GAP + _YEAR)
    + (rb"(?:" + _GAP + rb"(?P<after>" + _ZONE + rb"))?" + _LINE_END),
    re.IGNORECASE,
)
_AS_IN_A_HEADER: Final = re.compile(
    _START
    + (rb"," + _GAP + _DAY + _GAP + _MONTH + _GAP + _YEAR + _GAP + _TIME)
    + (rb"(?:" + _GAP + rb"(?P<after>" + _ZONE + rb"))?(?P<before>)" + _LINE_END),
    re.IGNORECASE,
)
_HOURS_WEST: Final = {b"edt": 4, b"est": 5, b"cdt": 5, b"cst": 6, b"mdt": 6, b"mst": 7, b"pdt": 7, b"pst": 8}
"""The zone names of RFC 5322, 4.3; every other name is taken for UTC."""


class FromLine(NamedTuple):
    """A line that begins a message."""

    length: int
    """Of the line with its end, in bytes."""
    at: int | None
    """Its date in Unix seconds, taken for UTC where it names no zone; ``None`` where no such day exists."""


def from_line(head: bytes) -> FromLine | None:
    """Read the From line with which ``head`` begins; ``None`` where it does not begin with one.

    ``head``: ``HEAD_BYTES`` of the file, or less at its end. What stands before it is the caller's to check.
    """
    if not head.startswith(b"From "):
        return None
    length = head.find(b"\n", 0, MAX_LINE_BYTES) + 1
    if not length:
        if len(head) > MAX_LINE_BYTES:
            return None
        length = len(head)
    line = head[:length]
    found = _ASCTIME.fullmatch(line) or _AS_IN_A_HEADER.fullmatch(line)
    if found is None:
        return None
    return FromLine(length, _seconds(found))


def _seconds(found: re.Match[bytes]) -> int | None:
    hour, minute, second = (*map(int, found["time"].split(b":")), 0)[:3]
    month = _MONTHS.index(found["month"].lower()) + 1
    try:
        local = datetime(
            int(found["year"]), month, int(found["day"]), hour, minute, min(second, 59), tzinfo=UTC
        )
        return int((local - _offset(found["before"] or found["after"] or b"")).timestamp())
    except (ValueError, OverflowError):
        return None


def _offset(zone: bytes) -> timedelta:
    if zone[:1] in (b"+", b"-"):
        east = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
        return east if zone[:1] == b"+" else -east
    return -timedelta(hours=_HOURS_WEST.get(zone[:3].lower(), 0))
