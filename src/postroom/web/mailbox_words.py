"""What is said of a mailbox in trouble: what is the matter, and who has to do what (M14).

Written here, from the stable names of ``core.trouble`` alone: what a provider wrote is shown to whoever connects and to
nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from postroom.core.trouble import CANNOT_EVER, NOT_ALLOWED, SIGN_IN_AGAIN, START_OVER, TRY_LATER

NOBODY: Final = "Nobody: it goes on by itself"
OWNER: Final = "Its owner"
YOU: Final = "You"
ADMIN: Final = "An administrator"


class Trouble(NamedTuple):
    """A mailbox's trouble in words."""

    what: str
    """What is the matter, a sentence."""
    way_out: str
    """What to do, a sentence; to whom it says so stands in ``who``."""
    who: str
    """Who has to act: one of the four above."""


_WHAT: Final[Mapping[str, str]] = {
    TRY_LATER: "The mail server cannot be asked just now.",
    SIGN_IN_AGAIN: "The mail server no longer accepts how this mailbox was connected.",
    NOT_ALLOWED: "The mail server knows who asks, and does not allow reading.",
    START_OVER: "Where sync was is lost: it starts over and doubles nothing.",
    CANNOT_EVER: "It cannot work the way it is set up.",
}
"""What is the matter where the code says nothing more."""

_WAYS_OUT: Final[Mapping[str, str]] = {
    TRY_LATER: "It is tried again by itself; nothing is lost.",
    SIGN_IN_AGAIN: "Connect it again. What was selected and what came in stays, and it goes on from where it was.",
    NOT_ALLOWED: "Allow reading mail at the mail server or provider, then connect it again.",
    START_OVER: "It heals by itself.",
    CANNOT_EVER: "Look through the settings of the connection, and mend them.",
}
_WAYS_OUT_CENTRAL: Final[Mapping[str, str]] = {
    SIGN_IN_AGAIN: "Look through the secret under Settings, Email sync, and check it there.",
    NOT_ALLOWED: "Check Centralized Connect under Settings, Email sync: it says what is missing.",
    CANNOT_EVER: "Check Centralized Connect under Settings, Email sync, and mend what is wrong.",
}

_CODES: Final[Mapping[str, str]] = {
    "budget_spent": "As much was asked of the provider as it allows for now.",
    "client_not_allowed": "The provider does not let Postroom's client do this.",
    "client_refused": "The provider does not know the client that is set up, or its secret has expired.",
    "cursor_lost": "The provider forgot where sync was: it starts over and doubles nothing.",
    "grant_not_allowed": "The provider's rules do not allow this connection.",
    "grant_refused": "The provider ended the connection: a new password, a withdrawn consent, or too long unused.",
    "key_unreadable": "The service account's key cannot be read.",
    "label_gone": "A label is no longer there.",
    "no_mailbox": "There is no mailbox at this address.",
    "password_refused": "The mail server did not accept user name and password.",
    "protocol": "The mail server answers in a way that cannot be relied on.",
    "scope_missing": "Reading mail was not among what was allowed.",
    "throttled": "The provider wants to be left alone for a while.",
    "throttled_at_sign_in": "The provider wants to be left alone for a while.",
    "token_answer_unreadable": "The provider's answer at sign-in could not be understood.",
    "token_request_refused": "The provider did not accept how Postroom's client asked.",
    "unreachable": "The mail server cannot be reached.",
}
"""What is the matter in particular."""


def trouble_in_words(trouble: str, code: str, *, is_central: bool, is_own: bool = False) -> Trouble:
    """What is said of a mailbox in ``trouble`` (one of the five kinds) with this ``code``, known or not.

    ``is_own``: it is said to the mailbox's owner.
    """
    ways = {**_WAYS_OUT, **(_WAYS_OUT_CENTRAL if is_central else {})}
    return Trouble(
        what_happened(trouble, code),
        ways.get(trouble, _WAYS_OUT[TRY_LATER]),
        _who(trouble, is_central, is_own),
    )


def what_happened(trouble: str, code: str) -> str:
    """What is the matter, a sentence."""
    return _CODES.get(code) or _WHAT.get(trouble) or _WHAT[TRY_LATER]


def _who(trouble: str, is_central: bool, is_own: bool) -> str:
    if trouble not in (SIGN_IN_AGAIN, NOT_ALLOWED, CANNOT_EVER):
        return NOBODY
    if is_central:
        return ADMIN
    return YOU if is_own else OWNER
