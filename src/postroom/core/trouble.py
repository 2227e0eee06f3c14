"""The five kinds of provider trouble (M14): what may be expected of each, and who has to act.

They are values of the mailbox as well as errors of the provider port. Each has a ``code``, a stable name of what went
wrong in particular, which holds no address and nothing of what the provider wrote.
"""

from __future__ import annotations

from typing import ClassVar, Final

TRY_LATER: Final = "try_later"
SIGN_IN_AGAIN: Final = "sign_in_again"
NOT_ALLOWED: Final = "not_allowed"
START_OVER: Final = "start_over"
CANNOT_EVER: Final = "cannot_ever"

TROUBLES: Final = (TRY_LATER, SIGN_IN_AGAIN, NOT_ALLOWED, START_OVER, CANNOT_EVER)


class ProviderError(Exception):
    """Something went wrong at, or on the way to, the provider."""

    kind: ClassVar[str]

    def __init__(self, code: str, told: str = "") -> None:
        super().__init__(code)
        self.code = code
        """A stable name, such as ``throttled`` or ``password_refused``."""
        self.told = told
        """What the provider said, for the eyes of whoever connects it; never logged or stored (S7)."""


class TryLater(ProviderError):
    """It may well work later: throttled, busy, away, cut off. Cursors stay where they are."""

    kind = TRY_LATER

    def __init__(self, code: str, told: str = "", *, after_seconds: float | None = None) -> None:
        super().__init__(code, told)
        self.after_seconds = after_seconds
        """How long the provider wants to be left alone, where it says so."""


class SignInAgain(ProviderError):
    """The password or the grant is no longer good: the owner, or for a central connection the admin, has to act."""

    kind = SIGN_IN_AGAIN


class NotAllowed(ProviderError):
    """Signed in, and not allowed: a scope, a policy or a licence is missing."""

    kind = NOT_ALLOWED


class StartOver(ProviderError):
    """What was remembered is no longer good: ``cursor_lost``, or ``label_gone``. Heals itself by a resync."""

    kind = START_OVER


class CannotEver(ProviderError):
    """It is set up wrongly, or the server does not do what a mail server must: somebody has to change something."""

    kind = CANNOT_EVER
