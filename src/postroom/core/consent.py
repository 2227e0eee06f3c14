"""What *Collect passive data* means, in the words a user is shown (P1-P4, P7). Each wording has a number.

A record of consent names the number, so what somebody said yes to can be read later. A wording that was shown is
never changed: a new one gets the next number.
"""

from __future__ import annotations

from typing import Final

_FIRST: Final = (
    "With Collect passive data on, Postroom counts your mail, chat, calls and meetings that reach it through sources "
    "of your company: who with whom, when, and of what kind. From that it makes your own report and your circle "
    "of colleagues.",
    "What is kept for that is the time, the kind, which colleagues took part, and outsiders as scrambled codes. No "
    "subject, no text, no readable address of anybody outside.",
    "You see all of it. Your report is seen by others only where their role opens it: reports of the people below "
    "them, or of everybody. Colleagues who said yes too may see you named in their circle.",
    "With it off, nothing of it is counted. What is uploaded meanwhile is held, encrypted, and nobody can look into "
    "it; it is counted if it is switched on later, and erased if you ask for Forget or when it is older than your "
    "company lets it lie.",
    "Switching it off does not erase what was counted before; Forget does. Mail with customers that comes in by the "
    "company's rules is another matter, and does not depend on this.",
)

_SECOND: Final = (
    "With Collect passive data on, Postroom counts your mail, chat, calls and meetings that reach it through sources "
    "of your company: who with whom, when, and of what kind.",
    "Four things come from what is counted: your own report; your circle of colleagues; medians of teams, which are "
    "the middle of the numbers of five people or more and name nobody; and communities, which name who has much to "
    "do with one another.",
    "What is kept for that is the time, the kind, which colleagues took part, and outsiders as scrambled codes. No "
    "subject, no text, no readable address of anybody outside.",
    "You see all of your report and your circle. Others see them only where their role opens it: those of the people "
    "below them, or of everybody. Medians of teams are opened by the same roles. Communities are shown to those who "
    "may see all reports. Colleagues who said yes too may see you named in their circle.",
    "With it off, nothing of it is counted. What is uploaded meanwhile is held, encrypted, and nobody can look into "
    "it. Before you decide, you may have your own report reckoned from it: it is shown to you, kept nowhere, and seen "
    "by nobody else.",
    "What is held is counted if it is switched on later, and erased if you ask for Forget or when it is older than "
    "your company lets it lie.",
    "Switching it off does not erase what was counted before; Forget does. Mail with customers that comes in by the "
    "company's rules is another matter, and does not depend on this.",
)

TEXTS: Final[dict[int, tuple[str, ...]]] = {1: _FIRST, 2: _SECOND}
"""Number → the paragraphs that were shown."""

TEXT_VERSION: Final = max(TEXTS)
"""The wording that is shown now."""

NEW_IN: Final = {
    2: "What is counted goes into two things more: medians of teams, which name nobody, and communities, which name "
    "you to those who may see all reports. You are in neither until you agree to it."
}
"""Number of a wording but the first → what it says that the one before does not."""

TELLS_OF_TEAMS: Final = 2
"""The first wording that tells of medians of teams and of communities. Who agreed to an older one is in neither."""

NO_CONSENT: Final = "no_consent"
"""The reason by which the people lens holds a message (P11)."""

OWN_PAGE: Final = "own page"
USERS_PAGE: Final = "users page"
API: Final = "api"
COMMAND_LINE: Final = "command line"
DEFAULT: Final = "default"
DISABLED: Final = "disabled"

WAYS: Final = {
    OWN_PAGE: "on the page My data",
    USERS_PAGE: "on the page Users",
    API: "by the API",
    COMMAND_LINE: "on the command line",
    DEFAULT: "by the workspace's default for new users",
    DISABLED: "because the user was disabled",
}
"""How it was said → the words for it."""


def is_own_word(actor: str, email: str) -> bool:
    """Whether the user said it, and nobody for them (P6)."""
    return actor == email
