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
    "access_denied": "The provider knows who asks, and does not let them read this mailbox.",
    "account_disabled": "The account is disabled at Microsoft.",
    "address_unproved": "The provider did not say whose mailbox it is.",
    "answer_too_large": "The mail server's answer was longer than any that makes sense.",
    "answer_unreadable": "The mail server's answer was none: cut off, or of something in between.",
    "api_disabled": "The Gmail API is not switched on in the project at Google Cloud.",
    "asked_too_often": "It was asked in vain too often lately; wait a quarter of an hour.",
    "budget_spent": "As much was asked of the provider as it allows for now.",
    "certificate_refused": "The mail server's certificate is not good: expired, of another host, or of unknown origin.",
    "client_disabled": "Postroom's application is disabled at Microsoft.",
    "client_not_allowed": "The provider does not let Postroom's client do this.",
    "client_refused": "The provider does not know the client that is set up, or its secret has expired.",
    "client_secret_expired": "The secret of Postroom's application at Microsoft has expired.",
    "client_secret_wrong": "The secret of Postroom's application is not the one that Microsoft knows.",
    "client_unknown": "Your directory at Microsoft does not know the application that is set up.",
    "conditional_access": "A Conditional Access policy at Microsoft keeps Postroom out.",
    "consent_missing": "Reading mail was not consented to at Microsoft, or the consent was withdrawn.",
    "contact_admin": "The mail server asks that its administrator looks at this account.",
    "cursor_lost": "The provider forgot where sync was: it starts over and doubles nothing.",
    "cut_off": "The connection ended before the mail server's answer did.",
    "grant_expired": "The connection has expired, or was not used for too long.",
    "grant_missing": "There is nothing to sign in with.",
    "grant_not_allowed": "The provider's rules do not allow this connection.",
    "grant_refused": "The provider ended the connection: a new password, a withdrawn consent, or too long unused.",
    "host_not_found": "The mail server's name could not be looked up just now.",
    "host_refused": "The mail server has an address that is not public. Whoever runs Postroom can allow it by name.",
    "host_unknown": "There is no mail server of this name.",
    "in_use": "The mailbox is in use elsewhere just now.",
    "key_unreadable": "The service account's key cannot be read.",
    "label_gone": "A label is no longer there.",
    "label_not_allowed": "A label may not be read.",
    "no_lasting_access": "The provider allowed reading once, and not for longer.",
    "no_mailbox": "There is no mailbox at this address.",
    "not_assigned": "The user is not assigned to Postroom's application at Microsoft, which asks for that.",
    "not_your_address": "The mailbox's address is no longer one of this user's.",
    "not_authorized": "The mail server does not let this user in here.",
    "over_quota": "The mailbox is over its quota.",
    "page_expired": "The provider forgot a listing half-way: it is begun anew.",
    "password_changed": "The password was changed, which ended the connection.",
    "password_expired": "The password has expired at the mail server.",
    "password_not_taken": "The mail server takes no passwords by this kind of connection.",
    "password_refused": "The mail server did not accept user name and password.",
    "plain_refused": "Connections that are not encrypted are not allowed.",
    "protocol": "The mail server answers in a way that cannot be relied on.",
    "redirect_address": "Postroom's address to come back to is not registered at the provider.",
    "request_refused": "The provider did not accept what Postroom asked.",
    "scope_missing": "Reading mail was not among what was allowed.",
    "second_factor_needed": "The provider wants a second factor to be proved.",
    "secret_replaced": "The mailbox was connected anew meanwhile.",
    "server_trouble": "The mail server has trouble of its own.",
    "service_not_subscribed": "Your company has not subscribed to what is asked for at Microsoft.",
    "silent": "The mail server said nothing for a minute.",
    "starttls_missing": "The mail server does not offer STARTTLS; nothing was sent to it.",
    "tenant_unknown": "Microsoft knows no directory with the ID that is set up.",
    "throttled": "The provider wants to be left alone for a while.",
    "throttled_at_sign_in": "The provider wants to be left alone for a while.",
    "tls_failed": "No encrypted connection to the mail server came about.",
    "tls_required": "The mail server takes passwords over encrypted connections only.",
    "token_answer_unreadable": "The provider's answer at sign-in could not be understood.",
    "token_refused": "The provider refused an access that it had just given.",
    "token_request_refused": "The provider did not accept how Postroom's client asked.",
    "too_many_connections": "The mail server has too many connections for now.",
    "too_slow": "The mail server's answer came too slowly to be waited for.",
    "turned_away": "The mail server ended the connection.",
    "unavailable": "The provider's service is away.",
    "unexpected": "Something went wrong in Postroom itself; the server's log says where.",
    "unreachable": "The mail server cannot be reached.",
}
"""What is the matter in particular."""

_OF_INSTALLATION: Final = frozenset(
    {
        *("api_disabled", "client_disabled", "client_not_allowed", "client_refused", "client_secret_expired"),
        *(
            "client_secret_wrong",
            "client_unknown",
            "conditional_access",
            "grant_not_allowed",
            "key_unreadable",
        ),
        *("not_assigned", "redirect_address", "request_refused", "service_not_subscribed", "tenant_unknown"),
        *("token_request_refused", "unexpected"),
    }
)
"""Codes of what no owner of a mailbox can mend, whosever connection it is."""
_WAY_OUT_OF_INSTALLATION: Final = (
    "An administrator has to mend that, under Settings, Email sync, or at the provider."
)
_WAY_OUT_OF_ADDRESS: Final = (
    "If the address is theirs, an administrator adds it to them as an alias. "
    "Otherwise the mailbox is to be disconnected."
)


def trouble_in_words(trouble: str, code: str, *, is_central: bool, is_own: bool = False) -> Trouble:
    """What is said of a mailbox in ``trouble`` (one of the five kinds) with this ``code``, known or not.

    ``is_own``: it is said to the mailbox's owner.
    """
    said, who = what_happened(trouble, code), _who(trouble, code, is_central, is_own)
    if code == "not_your_address":
        return Trouble(said, _WAY_OUT_OF_ADDRESS, ADMIN)
    if code in _OF_INSTALLATION and not is_central:
        return Trouble(said, _WAY_OUT_OF_INSTALLATION, who)
    ways = {**_WAYS_OUT, **(_WAYS_OUT_CENTRAL if is_central else {})}
    return Trouble(said, ways.get(trouble, _WAYS_OUT[TRY_LATER]), who)


def what_happened(trouble: str, code: str) -> str:
    """What is the matter, a sentence."""
    return _CODES.get(code) or _WHAT.get(trouble) or _WHAT[TRY_LATER]


def _who(trouble: str, code: str, is_central: bool, is_own: bool) -> str:
    if code in _OF_INSTALLATION:
        return ADMIN
    if trouble not in (SIGN_IN_AGAIN, NOT_ALLOWED, CANNOT_EVER):
        return NOBODY
    if is_central:
        return ADMIN
    return YOU if is_own else OWNER
