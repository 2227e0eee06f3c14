"""A second factor: set it up with an authenticator app, check its codes, replace recovery codes, take it off.

Must not check the password: whoever calls has proved whose the login is.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import b32encode
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from postroom.actions.sign_in import TooManyTries, counted
from postroom.core.one_time_code import SECRET_BYTES, app_address, step_of, typed_key
from postroom.store.models import Login, SecondFactor
from postroom.store.read.second_factor import second_factor_of, waiting_second_factor
from postroom.store.secrets import decrypt, encrypt
from postroom.store.write import second_factor as write
from postroom.store.write.sign_in import end_sessions

RECOVERY_CODES: Final = 10
TRIES_OF_CODE: Final = 10
"""Wrong codes for one login from everywhere: whoever tries knows the password already."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What an app needs to know: the secret as a person types it, and as an address for the QR code."""

    key: str
    address: str


def begin_second_factor(login: Login) -> None:
    """Make a secret for the login's app; it does not count before a code shows that the app has it.

    A login that has a second factor keeps it.
    """
    if second_factor_of(login) is None:
        write.store_secret(login, encrypt(secrets.token_bytes(SECRET_BYTES)))


def setup_of(login: Login) -> Setup | None:
    """What the app needs while the second factor is being set up; ``None``: it is not."""
    factor = waiting_second_factor(login)
    if factor is None:
        return None
    secret = decrypt(factor.sealed_secret)
    return Setup(typed_key(secret), app_address(secret, login.email, "Postroom"))


def finish_second_factor(
    login: Login, code: str, *, session: str | None, now: int | None = None
) -> list[str] | None:
    """Let the second factor count from now on and answer its recovery codes; ``None``: the code is wrong.

    All sessions of the login end but the one of this key, as they began without it. The codes are shown to the
    login's owner and kept nowhere. ``now`` is Unix seconds.
    """
    factor = waiting_second_factor(login)
    if factor is None or not _is_of_app(factor, code, now):
        return None
    with transaction.atomic():
        if not write.confirm(factor, timezone.now()):
            return None
        end_sessions(login, but=session)
        return _fresh_codes(login)


def check_code(login: Login, code: str, *, client: str, now: int | None = None) -> bool | TooManyTries:
    """Check the code of the login's app or a recovery code, and use it up; wrong ones are counted.

    ``client`` is the network address asked from, ``now`` Unix seconds.
    """
    return counted(
        f"code {login.pk}",
        client,
        lambda: _opens(login, code, now),
        tries_of_address=TRIES_OF_CODE,
        now=now,
    )


def renew_recovery_codes(login: Login) -> list[str]:
    """Make new recovery codes, which are shown once; the earlier ones end."""
    with transaction.atomic():
        return _fresh_codes(login)


def remove_second_factor(login: Login) -> bool:
    """Take the second factor off, with its recovery codes; ``False``: there was none."""
    with transaction.atomic():
        return write.forget_second_factor(login)


def _opens(login: Login, code: str, now: int | None) -> bool:
    factor = second_factor_of(login)
    if factor is None:
        return False
    return _is_of_app(factor, code, now) or write.use_recovery_code(login, _digest(code))


def _is_of_app(factor: SecondFactor, code: str, now: int | None) -> bool:
    """Whether the app shows this code, and showed neither it nor a later one before."""
    typed = "".join(code.split())
    step = step_of(decrypt(factor.sealed_secret), typed, int(time.time()) if now is None else now)
    return step is not None and write.use_step(factor, step)


def _fresh_codes(login: Login) -> list[str]:
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    write.store_recovery_codes(login, [_digest(code) for code in codes])
    return codes


def _recovery_code() -> str:
    """Eighty bits, so that a plain hash of it cannot be searched: abcd-efgh-ijkl-mnop."""
    text = b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _digest(code: str) -> bytes:
    typed = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(typed.encode("utf-8", "surrogatepass")).digest()
