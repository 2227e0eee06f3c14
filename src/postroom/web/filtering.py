"""What lists are narrowed to, as it stands in the address: text, days, users; read, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Final

from django.http import QueryDict
from django.utils import timezone

from postroom.actions.find_user import find_user
from postroom.actions.rejection import NotFound
from postroom.store.models import User, Workspace

_MAX_CHARS: Final = 320
_MOST_SEARCHED: Final = 200


def typed_of(query: QueryDict, names: Iterable[str]) -> dict[str, str]:
    """What is typed in these fields and not empty, by name."""
    typed = {name: query.get(name, "").replace("\0", "").strip()[:_MAX_CHARS] for name in names}
    return {name: value for name, value in typed.items() if value}


def searched(query: QueryDict) -> str:
    """The text in the field ``q``, by which a list is searched."""
    return query.get("q", "").replace("\0", "").strip()[:_MOST_SEARCHED]


def user_in(workspace: Workspace, typed: Mapping[str, str], problems: dict[str, str]) -> User | None:
    """The user whose address is typed; who is nobody's is a problem."""
    if "user" not in typed:
        return None
    try:
        return find_user(workspace, typed["user"])
    except NotFound:
        problems["user"] = "No user has this address."
        return None


def days_in(typed: Mapping[str, str], problems: dict[str, str]) -> tuple[date | None, date | None]:
    """The days ``since`` and ``until``, both included; what is no day is a problem."""
    since, until = (_day(typed, name, problems) for name in ("since", "until"))
    if since and until and until < since:
        problems["until"] = "This is before the first day."
    return since, until


def _day(typed: Mapping[str, str], name: str, problems: dict[str, str]) -> date | None:
    """A day that a calendar and a clock have."""
    if name not in typed:
        return None
    try:
        day = date.fromisoformat(typed[name])
    except ValueError:
        day = date.min
    if 1970 <= day.year <= 9000:
        return day
    problems[name] = "A day is written 2026-11-21."
    return None


def midnight(day: date | None) -> int | None:
    """When the day begins where the reader is, Unix seconds."""
    if day is None:
        return None
    return int(datetime.combine(day, time(), timezone.get_current_timezone()).timestamp())
