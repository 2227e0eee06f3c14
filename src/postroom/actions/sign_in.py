"""Check an e-mail address and a password, slowly for whoever guesses.

Says the same for an unknown address, a wrong password and a disabled user, after the same work. Must not
start the session: that is the page's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from django.contrib.auth.hashers import make_password
from django.utils.crypto import salted_hmac

from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.store.models import Login
from postroom.store.read.sign_in import login_of, tries_since
from postroom.store.write.sign_in import (
    add_try,
    forget_tries,
    forget_tries_before,
    forget_try,
    forget_what_is_over,
)

WINDOW_SECONDS: Final = 15 * 60
"""How long a failed try counts."""
TRIES_OF_BOTH: Final = 5
"""Failed tries for one address from one client."""
TRIES_OF_ADDRESS: Final = 50
"""For one address from everywhere. Larger, so that strangers cannot easily keep its owner out."""
TRIES_OF_CLIENT: Final = 30
"""From one client for whatever addresses."""


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class TooManyTries:
    """Too many tries failed lately; nothing was checked."""

    wait_minutes: int = WINDOW_SECONDS // 60


def sign_in(email: str, password: str, *, client: str, now: int | None = None) -> Login | TooManyTries | None:
    """Find the login that this address and password open; ``None``: they open none.

    ``client`` is the network address asked from, ``now`` Unix seconds.
    """
    address = _address(email)
    return _check(address or email, password, client, now, lambda: login_of(address) if address else None)


def prove_login(
    login: Login, password: str, *, client: str, now: int | None = None
) -> Login | TooManyTries | None:
    """Check that ``password`` is that of ``login``, counted as a try to sign in with its address."""
    return _check(login.email, password, client, now, lambda: login)


def _check(
    address: str, password: str, client: str, now: int | None, find: Callable[[], Login | None]
) -> Login | TooManyTries | None:
    return counted(address, client, lambda: _opened(find(), password), now=now)


def _opened(login: Login | None, password: str) -> Login | None:
    if login is None or not login.has_usable_password():
        # As much work as a real check, so that the time taken does not tell who exists.
        make_password(password)
        return None
    return login if login.check_password(password) else None


def counted(
    address: str,
    client: str,
    check: Callable[[], Found],
    *,
    tries_of_address: int = TRIES_OF_ADDRESS,
    wrong: type[Exception] = Exception,
    now: int | None = None,
) -> Found | TooManyTries:
    """Check something that could be guessed, unless too many tries for it failed lately; what fails is counted.

    ``address`` is what is tried to be opened. What ``check`` answers counts as failed where it is false;
    of what it raises, what is ``wrong``.
    """
    now = int(time.time()) if now is None else now
    marks = _mark("address", address), _mark("client", client)
    forget_tries_before(now - WINDOW_SECONDS)
    this = add_try(*marks, now)
    both, of_address, of_client = tries_since(*marks, now - WINDOW_SECONDS)
    if both > TRIES_OF_BOTH or of_address > tries_of_address or of_client > TRIES_OF_CLIENT:
        # What was refused does not count, or a waiting person who tries again would wait for ever.
        forget_try(this)
        return TooManyTries()
    try:
        found = check()
    except Exception as error:
        if not isinstance(error, wrong):
            forget_try(this)
        raise
    if found:
        forget_tries(*marks)
        forget_what_is_over(datetime.fromtimestamp(now, UTC))
    return found


def _address(email: str) -> str | None:
    """The address as it is compared; ``None``: it is none, so nobody has it."""
    try:
        return typed_address(email)
    except Rejected:
        return None


def _mark(kind: str, text: str) -> bytes:
    """What is kept of an address or client: enough to count, not to read."""
    return salted_hmac(f"postroom.sign_in.{kind}", text, algorithm="sha256").digest()
