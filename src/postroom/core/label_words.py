"""What is said of a label with which something is wrong, on pages and by the command line (M14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EMPTIED: Final = "emptied"
PROBLEM_SAYS: Final[Mapping[str, str]] = {
    EMPTIED: "Suddenly nearly all of its mail is lacking at the provider. That may be true, or a listing may be "
    "wrong, so nothing was believed or touched here. New mail comes in all the same.",
    "starts_over": "The provider lost where sync was again and again. It rests for a day and then goes on by itself; "
    "nothing is lost, and nothing doubles.",
    "protocol": "The mail server answers for this label in a way that cannot be relied on. It is tried again in a day; "
    "if it stays so, whoever runs the mail server has to look.",
    "try_later": "The mail server has trouble with this label, and with this one alone. It is tried again every ten "
    "minutes; if it stays so, whoever runs the mail server has to look.",
    "not_allowed": "The provider does not allow reading this label. Allow it there; it is tried again in a day.",
}
"""A problem of a label → what is the matter, and how it goes on."""
OWNER_SAYS: Final = "Its owner says under Email whether they were deleted."
"""What ends that a label is ``EMPTIED``."""


def problem_told(problem: str) -> str:
    """What is wrong with a label, and what to do, to whoever runs Postroom."""
    said = PROBLEM_SAYS.get(problem, problem)
    return f"{said} {OWNER_SAYS}" if problem == EMPTIED else said
