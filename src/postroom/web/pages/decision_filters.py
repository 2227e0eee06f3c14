"""What a list of decisions is narrowed to, as it stands in the address: read, told what is wrong, written again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import Http404, QueryDict
from django.utils.http import urlencode

from postroom.core.reasons import DECIDED, HOLD, IMPORT, REASONS, SKIP, Reason
from postroom.store.models import User, Workspace
from postroom.store.read.decisions import CUSTOMER, PEOPLE, AskedDecisions
from postroom.web.filtering import days_in, midnight, typed_of, user_in

OUTCOMES: Final = {
    CUSTOMER: {IMPORT: "Came in", HOLD: "Held", SKIP: "Stayed out"},
    PEOPLE: {IMPORT: "Counted", HOLD: "Held", SKIP: "Not counted"},
}
"""By lens."""
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
        query = urlencode(self._lens | self.typed | {name: str(value) for name, value in more.items()})
        return f"?{query}" if query else ""

    @property
    def is_of_people(self) -> bool:
        """Whether it is the people lens that is asked about."""
        return self.asked.lens == PEOPLE

    @property
    def widest(self) -> str:
        """The query that asks for all of the same lens."""
        return f"?{urlencode(self._lens)}" if self._lens else ""

    @property
    def _lens(self) -> dict[str, str]:
        return {"lens": PEOPLE} if self.is_of_people else {}

    @property
    def outcome_in_words(self) -> str:
        """The outcome that is asked for, if any."""
        return OUTCOMES[self.asked.lens].get(self.asked.outcome, "")

    @property
    def in_words(self) -> list[str]:
        """What the list is narrowed to, beside reason and outcome."""
        said: list[str] = []
        if self.user:
            where = "of" if self.is_of_people else "in the mailbox of"
            said.append(f"{where} {self.user.name or self.user.email}")
        said += [f"mail of {self.typed['since']} or later"] if "since" in self.typed else []
        return said + ([f"mail of {self.typed['until']} or earlier"] if "until" in self.typed else [])


def filters_of(workspace: Workspace, query: QueryDict, reason: str = "") -> Filters:
    """Read the filters. Raises ``Http404`` for a reason that no decision can have, and for a lens that is none."""
    if reason and reason not in DECIDED:
        raise Http404
    lens = query.get("lens", CUSTOMER)
    if lens not in OUTCOMES:
        raise Http404
    typed = typed_of(query, NAMES)
    problems: dict[str, str] = {}
    outcome = typed.get("outcome", "")
    if outcome and outcome not in OUTCOMES[lens]:
        problems["outcome"] = "There is no such outcome."
    user = user_in(workspace, typed, problems)
    since, until = days_in(typed, problems)
    asked = AskedDecisions(
        lens=lens,
        outcome=outcome,
        reason=reason,
        user=user.email if user else "",
        mail_since=midnight(since),
        mail_before=midnight(until + timedelta(days=1) if until else None),
    )
    return Filters(REASONS[reason] if reason else None, typed, problems, asked, user)
