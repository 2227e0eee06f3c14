"""What an import met and what became of it, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from postroom.core.upload import CUSTOMER, LENSES


@dataclass(slots=True)
class Summary:
    """What an import met and what became of it."""

    messages: int = 0
    """Mails met, copies and repeats included."""
    new_messages: int = 0
    """Messages that were not known before."""
    new_copies: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many of ``messages`` by outcome and reason, customer lens: as it was when each was filed. A copy met
    later in the same import may still change what became of an earlier one (F4)."""
    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The same for the people lens, and the user whose mail it is."""
    lenses: int = CUSTOMER
    """The lenses they were judged for, as bits (``core.upload``)."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Files that could not be opened, with what to do: nothing of them is stored."""

    def add(self, part: Summary) -> None:
        """Add what a part of the files came to."""
        self.messages += part.messages
        self.new_messages += part.new_messages
        self.new_copies += part.new_copies
        self.outcomes += part.outcomes
        self.people += part.people
        self.problems += part.problems

    def as_json(self) -> dict[str, Any]:
        """``{"messages", "outcomes": {lens: {outcome: {reason: n}}}, …}``."""
        counted = {"customer": self.outcomes, "people": self.people}
        return {
            "messages": self.messages,
            "new_messages": self.new_messages,
            "new_copies": self.new_copies,
            "outcomes": {lens: _nested(counted[lens]) for lens, bit in LENSES.items() if bit & self.lenses},
            "problems": [{"file": file, "problem": problem} for file, problem in self.problems],
        }


def _nested(counted: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    by_outcome: dict[str, dict[str, int]] = {}
    for (outcome, reason), count in sorted(counted.items()):
        by_outcome.setdefault(outcome, {})[reason] = count
    return by_outcome
