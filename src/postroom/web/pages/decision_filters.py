"""What a list of decisions is narrowed to, as it stands in the address: read, told what is wrong, written again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from postroom.actions.find_user import find_user
from postroom.actions.rejection import NotFound
from postroom.core.reasons import DECIDED, HOLD, IMPORT, REASONS, SKIP, Reason
from postroom.store.models import User, Workspace
from postroom.store.read.decisions import AskedDecisions

OUTCOMES: Final = {IMPORT: "Came in", HOLD: "Held", SKIP: "Stayed out"}
NAMES: Final = ("outcome", "user", "since", "until")
"""Beside the reason, which is a page of its own."""
_MAX_CHARS: Final = 320


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for, as typed and as read."""

    reason: Reason | None
    typed: dict[str, str]
    """What is not empty, by name."""
    problems: dict[str, str]
    """What is wrong with it, by name; nothing is looked for then."""
    asked: AskedDecisions
    user: User | None

    def query(self, **more: str | int) -> str:
        """The query that asks for the same, with ``more`` at its end; empty or with its question mark."""
        query = urlencode(self.typed | {name: str(value) for name, value in more.items()})
        return f"?{query}" if query else ""

    @property
    def outcome_in_words(self) -> str:
        """The outcome that is asked for, if any."""
        return OUTCOMES.get(self.asked.outcome, "")

    @property
    def in_words(self) -> list[str]:
        """What the list is narrowed to, beside reason and outcome."""
        said: list[str] = []
        if self.user:
            said.append(f"in the mailbox of {self.user.name or self.user.email}")
        said += [f"mail of {self.typed['since']} or later"] if "since" in self.typed else []
        return said + ([f"mail of {self.typed['until']} or earlier"] if "until" in self.typed else [])


def filters_of(workspace: Workspace, query: QueryDict, reason: str = "") -> Filters:
    """Read the filters. Raises ``Http404`` for a reason that no decision can have."""
    if reason and reason not in DECIDED:
        raise Http404
    typed = {name: query.get(name, "").replace("\0", "").strip()[:_MAX_CHARS] for name in NAMES}
    typed = {name: value for name, value in typed.items() if value}
    problems: dict[str, str] = {}
    outcome = typed.get("outcome", "")
    if outcome and outcome not in OUTCOMES:
        problems["outcome"] = "There is no such outcome."
    user = _user(workspace, typed.get("user", ""), problems)
    since, until = (_day(typed, name, problems) for name in ("since", "until"))
    if since and until and until < since:
        problems["until"] = "This is before the first day."
    asked = AskedDecisions(
        lens="customer",
        outcome=outcome,
        reason=reason,
        user=user.email if user else "",
        mail_since=_midnight(since),
        mail_before=_midnight(until + timedelta(days=1) if until else None),
    )
    return Filters(REASONS[reason] if reason else None, typed, problems, asked, user)


def _user(workspace: Workspace, address: str, problems: dict[str, str]) -> User | None:
    if not address:
        return None
    try:
        return find_user(workspace, address)
    except NotFound:
        problems["user"] = "No user has this address."
        return None


def _day(typed: dict[str, str], name: str, problems: dict[str, str]) -> date | None:
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


def _midnight(day: date | None) -> int | None:
    """When the day begins where the reader is, Unix seconds."""
    if day is None:
        return None
    return int(datetime.combine(day, time(), timezone.get_current_timezone()).timestamp())
