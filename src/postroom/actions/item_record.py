"""What all uploaded records have in common: how their fields are read, and what was read of one.

Must not look anything up: whether an address is a user's is ``check_items``' question.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

from postroom.actions.record import Reader, each, moment
from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.core.address import MAX_ADDRESS_CHARS
from postroom.core.message import PLAUSIBLE_AHEAD, PLAUSIBLE_FROM
from postroom.core.upload import Uploaded

MAX_ID_CHARS: Final = 500
MAX_PEOPLE: Final = 20_000
"""As many as a mail may have recipients."""

_NOT_IN_IDS = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_NOT_IN_WORDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EARLIEST: Final = -62_135_596_800
_LATEST: Final = 253_402_300_799
"""The years 1 to 9999, in UTC."""


class ReadItem(NamedTuple):
    """An item of the right form."""

    id: str
    uploaded: Uploaded
    at: int
    """Its date, Unix seconds."""
    owner: str
    """The address of the user whose mail it is; empty for other kinds."""
    sender: str
    """The address of who wrote, gave or held it; they come first (P4)."""
    concerned: tuple[str, ...]
    """The addresses that it concerns, ``sender`` among them or not (K10)."""
    may_engage: bool
    """Whether it can become an engagement."""
    takes_back: bool = False
    """Whether it takes back the item of its id, and is none itself."""


def item_id(value: Any) -> str:
    """Read a connector's id: as it is, never trimmed, since it may be told from others by a blank."""
    if not isinstance(value, str):
        raise Rejected("wrong_type")
    if len(value) > MAX_ID_CHARS:
        raise Rejected("too_long")
    if not value.isprintable() and _NOT_IN_IDS.search(value):
        raise Rejected("text_invalid")
    return value


def item_moment(value: Any) -> int:
    """Read a time of the years 1 to 9999, Unix seconds."""
    at = moment(value)
    if not _EARLIEST <= at <= _LATEST:
        raise Rejected("time_invalid")
    return at


def happened(now: int) -> Reader[int]:
    """Reads when something happened: like ``item_moment``, neither before 1970 nor ahead of ``now``, Unix seconds.

    Clocks may be two days apart. Mail is not read by this: what its Date says is often wrong, and others say it too.
    """

    def read(value: Any) -> int:
        at = item_moment(value)
        if not PLAUSIBLE_FROM <= at <= now + PLAUSIBLE_AHEAD:
            raise Rejected("time_implausible")
        return at

    return read


def words(value: Any) -> str:
    """Read what somebody wrote; a character that cannot be kept becomes U+FFFD, as in mail."""
    if not isinstance(value, str):
        raise Rejected("wrong_type")
    # The regular expression takes far longer than most texts need.
    if value.replace("\n", "").isprintable():
        return value
    return _NOT_IN_WORDS.sub("\N{REPLACEMENT CHARACTER}", value)


def line(max_chars: int) -> Reader[str]:
    """Reads what somebody wrote as one line, one blank at a time, its first ``max_chars``."""

    def read(value: Any) -> str:
        return " ".join(words(value).split())[:max_chars]

    return read


def address(value: Any) -> str:
    """Read an address, given as it is or as an object's ``email``; empty where that is empty."""
    if isinstance(value, dict):
        value = value.get("email")
        if value is None:
            return ""
    if isinstance(value, str) and len(value) <= MAX_ADDRESS_CHARS:
        return _known_address(value)
    return _read_address(value)


def _read_address(value: Any) -> str:
    return "" if isinstance(value, str) and not value.strip() else typed_address(value)


# The same people stand in most items of a batch.
_known_address = lru_cache(maxsize=16_384)(_read_address)


def one_of(names: tuple[str, ...], reason: str) -> Reader[str]:
    """Reads one of ``names``, without regard to case."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Rejected("wrong_type")
        name = value.strip().lower()
        if name not in names:
            raise Rejected(reason)
        return name

    return read


def _person(value: Any) -> str:
    found = address(value)
    if not found:
        raise Rejected("email_required")
    return found


people = each(_person, MAX_PEOPLE)
NOBODY: Final[list[str]] = []
