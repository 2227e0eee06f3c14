"""What a list of decisions is narrowed to, as it stands in the address: read, told what is wrong, written again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import Http404, QueryDict
from django.utils.http import urlencode

from postroom.core.reasons import DECIDED, HOLD, IMPORT, REASONS, SKIP, Reason
from postroom.store.models import User, Workspace
from postroom.store.read.decisions import AskedDecisions
from postroom.web.filtering import days_in, midnight, typed_of, user_in

OUTCOMES: Final = {IMPORT: "Came in", HOLD: "Held", SKIP: "Stayed out"}
NAMES: Final = ("outcome", "user", "since", "until")
"""Beside the reason, which is a page of its own."""


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
    typed = typed_of(query, NAMES)
    problems: dict[str, str] = {}
    outcome = typed.get("outcome", "")
    if outcome and outcome not in OUTCOMES:
        problems["outcome"] = "There is no such outcome."
    user = user_in(workspace, typed, problems)
    since, until = days_in(typed, problems)
    asked = AskedDecisions(
        lens="customer",
        outcome=outcome,
        reason=reason,
        user=user.email if user else "",
        mail_since=midnight(since),
        mail_before=midnight(until + timedelta(days=1) if until else None),
    )
    return Filters(REASONS[reason] if reason else None, typed, problems, asked, user)
