"""One folder, opened to be read: EXAMINE and what may follow it. Nothing here changes anything on the server.

A mail's ref is ``UIDVALIDITY:UID``: both together name it for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

from postroom.core.trouble import NotAllowed, StartOver
from postroom.providers.imap import answers, troubles
from postroom.providers.imap.answers import NotUnderstood, Response, number
from postroom.providers.imap.labels import is_there
from postroom.providers.imap.session import Answer, Session
from postroom.providers.imap.troubles import Refused
from postroom.providers.imap.uids import Uids

_EARLIER: Final = re.compile(rb"\(EARLIER\) ([\d:,]+)", re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE: Final = re.compile(
    r"\s*(\d{1,2})-([a-z]{3})[a-z]*-(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([+-])(\d{2})(\d{2}))?.*",
    re.IGNORECASE,
)
_WEST: Final = 12 * 3600
_EAST: Final = 14 * 3600
"""The time zones that are farthest off: a server searches by days, each mail's in its own."""
_LAST_DAY: Final = 253_402_214_400
"""The last day that a date can name."""


class Examined(NamedTuple):
    """What EXAMINE said, all of it at one moment."""

    uidvalidity: int
    uidnext: int | None
    exists: int
    modseq: int | None
    """``None``: the server does not tell what vanished from this folder."""
    vanished: Uids


def examine(session: Session, name: str, since: tuple[int, int] | None = None) -> Examined:
    """Open a folder to be read. ``since``: UIDVALIDITY and MODSEQ from which on it says what vanished.

    Raises ``StartOver`` (``label_gone``), ``NotAllowed`` (``label_not_allowed``), ``NotUnderstood``.
    """
    asked = [b"(QRESYNC (%d %d))" % since] if since and session.tells_vanished else []
    session.has_stirred = False
    try:
        examined = _examined(session.ask(b"EXAMINE", name, *asked, besides=b"FETCH"))
        return examined if session.tells_vanished else examined._replace(modseq=None)
    except Refused as refused:
        if refused.status.code == b"NONEXISTENT" or not is_there(session, name):
            raise StartOver("label_gone") from None
        problem = troubles.of_command(refused.status)
        if isinstance(problem, NotAllowed) or not refused.status.code:
            raise NotAllowed("label_not_allowed", problem.told) from None
        raise problem from None


def _examined(answer: Answer) -> Examined:
    codes = {}
    for response in answer.of(b"OK"):
        status = answers.status_of(response)
        codes[status.code] = status.argument
    exists = [response.number for response in answer.of(b"EXISTS") if response.number is not None]
    if not exists or b"UIDVALIDITY" not in codes:
        raise NotUnderstood
    modseq = number(codes[b"HIGHESTMODSEQ"]) if b"HIGHESTMODSEQ" in codes else 0
    return Examined(
        number(codes[b"UIDVALIDITY"]),
        number(codes[b"UIDNEXT"]) if b"UIDNEXT" in codes else None,
        exists[-1],
        modseq or None,
        _vanished(answer.of(b"VANISHED")),
    )


def _vanished(responses: Iterable[Response]) -> Uids:
    gone = Uids()
    for response in responses:
        if found := _EARLIER.match(response.text):
            gone = gone | _uids(found[1])
    return gone


def _uids(text: bytes) -> Uids:
    try:
        return Uids.read(text.decode("ascii"))
    except ValueError:
        raise NotUnderstood from None


def ref_of(uidvalidity: int, uid: int) -> str:
    """What a mail is known by."""
    return f"{uidvalidity}:{uid}"


def uids_of(refs: Sequence[str], uidvalidity: int) -> dict[int, str]:
    """The UIDs of these mails → their refs, of those that this folder can have."""
    known = {}
    for ref in refs:
        epoch, _, uid = ref.partition(":")
        if epoch == str(uidvalidity) and uid.isascii() and uid.isdigit():
            known[int(uid)] = ref
    return known


def search(session: Session, *criteria: bytes) -> list[int]:
    """The UIDs of the mails that meet the criteria, ascending. Raises ``NotUnderstood`` where the server does not say:
    silence is not nothing."""
    said = session.ask(b"UID SEARCH", *criteria).of(b"SEARCH")
    if not said:
        raise NotUnderstood
    found = [word for response in said for word in response.text.split()]
    return sorted({number(word) for word in found if not word.startswith(b"(")})


def present(session: Session, uids: Iterable[int]) -> list[int]:
    """Those of these mails that are there."""
    asked = Uids.of(uids)
    return search(session, b"UID", str(asked).encode()) if asked.ranges else []


def window(since: int, until: int | None) -> list[bytes]:
    """Criteria that all mails received in this time meet, and perhaps some more around it."""
    criteria = []
    if since - _WEST > 86_400:
        criteria += [b"SINCE", _day(since - _WEST)]
    if until is not None and until + _EAST < _LAST_DAY:
        criteria += [b"BEFORE", _day(until + _EAST + 86_400)]
    return criteria or [b"ALL"]


def _day(at: int) -> bytes:
    day = datetime.fromtimestamp(min(at, _LAST_DAY), UTC)
    return f"{day.day}-{_MONTHS[day.month - 1].capitalize()}-{day.year:04}".encode()


def received_at(word: answers.Word) -> int:
    """An INTERNALDATE in Unix seconds. Raises ``NotUnderstood``."""
    found = _DATE.fullmatch(word.decode("ascii", "replace")) if isinstance(word, bytes) else None
    if not found:
        raise NotUnderstood
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    try:
        ahead = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
        return int(
            datetime(
                int(year),
                _MONTHS.index(month.lower()) + 1,
                int(day),
                int(hour),
                int(minute),
                min(int(second or 0), 59),
                tzinfo=timezone(-ahead if sign == "-" else ahead),
            ).timestamp()
        )
    except (ValueError, OverflowError):
        raise NotUnderstood from None
