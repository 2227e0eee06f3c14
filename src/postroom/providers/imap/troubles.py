"""What an IMAP server refuses with, as one of the five kinds of provider trouble (RFC 5530)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater
from postroom.providers.imap.answers import Status

Made = Callable[[str, str], ProviderError]

_LATER: Final[Mapping[bytes, str]] = {
    b"UNAVAILABLE": "unavailable",
    b"INUSE": "in_use",
    b"LIMIT": "too_many_connections",
    b"OVERQUOTA": "over_quota",
    b"SERVERBUG": "server_trouble",
    b"THROTTLED": "throttled",
}
_OF_ACCESS: Final[Mapping[bytes, tuple[Made, str]]] = {
    b"EXPIRED": (SignInAgain, "password_expired"),
    b"AUTHORIZATIONFAILED": (NotAllowed, "not_authorized"),
    b"CONTACTADMIN": (NotAllowed, "contact_admin"),
    b"NOPERM": (NotAllowed, "not_authorized"),
    b"PRIVACYREQUIRED": (CannotEver, "tls_required"),
}
_TOO_MANY: Final = b"too many"
"""Said without a code by servers that have had enough of connections for now."""


class Refused(Exception):
    """The server answered NO."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.code.decode("ascii", "replace"))
        self.status = status


def of_sign_in(status: Status, refused: str) -> ProviderError:
    """The trouble with which signing in was refused; ``refused``: its code where the server gives no other."""
    if status.code in _LATER or _TOO_MANY in status.text.lower():
        return TryLater(_LATER.get(status.code, "too_many_connections"), told(status))
    made, code = _OF_ACCESS.get(status.code, (SignInAgain, refused))
    return made(code, told(status))


def of_command(status: Status) -> ProviderError:
    """The trouble with which something else was refused."""
    if status.code in _OF_ACCESS:
        made, code = _OF_ACCESS[status.code]
        return made(code, told(status))
    return TryLater(_LATER.get(status.code, "server_trouble"), told(status))


def of_bye(status: Status) -> ProviderError:
    """The trouble with which the server ended the connection."""
    return TryLater(_LATER.get(status.code, "turned_away"), told(status))


def told(status: Status) -> str:
    """What the server said, for the eyes of whoever connects."""
    return status.text[:200].decode("utf-8", "replace")
