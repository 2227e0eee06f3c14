"""What an IMAP server refuses with, as one of the five kinds of provider trouble (RFC 5530)."""

from __future__ import annotations

from typing import Final

from postroom.core.trouble import CannotEver, NotAllowed, ProviderError, SignInAgain, TryLater
from postroom.providers.imap.answers import Status

_TOO_MANY: Final = b"too many"
"""Said without a code by servers that have had enough of connections for now."""

UNSAID: Final = "server_trouble"
"""The code where the server refuses without saying why, or knows no better itself."""


class Refused(Exception):
    """The server answered NO."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.code.decode("ascii", "replace"))
        self.status = status


def of_sign_in(status: Status, otherwise: ProviderError) -> ProviderError:
    """The trouble with which signing in was refused; ``otherwise``: where the server does not say why."""
    if status.code == b"ALERT" or not status.code:
        is_later = _TOO_MANY in status.text.lower()
        found: ProviderError | None = TryLater("too_many_connections") if is_later else None
    else:
        found = _of_code(status.code)
    return _telling(found or otherwise, status)


def of_command(status: Status) -> ProviderError:
    """The trouble with which something else was refused."""
    return _telling(_of_code(status.code) or TryLater("server_trouble"), status)


def of_bye(status: Status) -> ProviderError:
    """The trouble with which the server ended the connection."""
    found = _of_code(status.code)
    return _telling(found if isinstance(found, TryLater) else TryLater("turned_away"), status)


def _of_code(code: bytes) -> ProviderError | None:
    match code:
        case b"UNAVAILABLE":
            return TryLater("unavailable")
        case b"INUSE":
            return TryLater("in_use")
        case b"LIMIT":
            return TryLater("too_many_connections")
        case b"OVERQUOTA":
            return TryLater("over_quota")
        case b"SERVERBUG":
            return TryLater("server_trouble")
        case b"THROTTLED":
            return TryLater("throttled")
        case b"EXPIRED":
            return SignInAgain("password_expired")
        case b"AUTHORIZATIONFAILED" | b"NOPERM":
            return NotAllowed("not_authorized")
        case b"CONTACTADMIN":
            return NotAllowed("contact_admin")
        case b"PRIVACYREQUIRED":
            return CannotEver("tls_required")
    return None


def _telling(problem: ProviderError, status: Status) -> ProviderError:
    """With what the server said, for the eyes of whoever connects."""
    problem.told = status.text[:200].decode("utf-8", "replace")
    return problem
