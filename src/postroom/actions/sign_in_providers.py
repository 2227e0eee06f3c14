"""The sign-in providers that this installation is set up with, and what each has to say to vouch for an address.

Whether a provider's word is good for an address is decided here and nowhere else; must not talk to any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from postroom.config import config

Claims = Mapping[str, Any]

GOOGLE: Final = "https://accounts.google.com"
MICROSOFT: Final = "https://login.microsoftonline.com/{directory}/v2.0"


@dataclass(frozen=True, slots=True)
class SignInProvider:
    """Somebody who can say who a person is. ``vouched_address`` reads the address out of a proved id token."""

    key: str
    """As in our addresses: ``google``."""
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    vouched_address: Callable[[Claims], str | None]
    asks_anew: str = "login"
    """The ``prompt`` by which it has the person prove again who they are."""


def sign_in_providers() -> tuple[SignInProvider, ...]:
    """Those that are set up, in the order they are shown."""
    ours = config()
    providers = (
        SignInProvider(
            "google",
            "Google",
            GOOGLE,
            ours.google_client_id,
            ours.google_client_secret,
            vouched_by_google,
            # It knows no "login".
            asks_anew="select_account",
        ),
        SignInProvider(
            "microsoft",
            "Microsoft",
            MICROSOFT.format(directory=ours.microsoft_tenant),
            ours.microsoft_client_id,
            ours.microsoft_client_secret,
            vouched_by_microsoft,
        ),
        SignInProvider(
            "oidc",
            ours.oidc_name,
            ours.oidc_issuer,
            ours.oidc_client_id,
            ours.oidc_client_secret,
            vouched_by_flag,
        ),
    )
    return tuple(provider for provider in providers if provider.client_id)


def vouched_by_flag(claims: Claims) -> str | None:
    """The address, where the provider says that it proved it."""
    return _address(claims, "email") if _is_true(claims.get("email_verified")) else None


def vouched_by_google(claims: Claims) -> str | None:
    """The address, where Google itself runs its mailbox.

    Anybody can give a Google account an address from elsewhere, prove it once, and keep the account when the
    mailbox is somebody else's. So it must be of a Google organization, or of Gmail.
    """
    address = vouched_by_flag(claims)
    if address is None:
        return None
    is_of_google = bool(claims.get("hd")) or address.lower().endswith(("@gmail.com", "@googlemail.com"))
    return address if is_of_google else None


def vouched_by_microsoft(claims: Claims) -> str | None:
    """The address, where it is the name the person signs in by, or its domain is proved.

    ``email`` alone is whatever an administrator of any directory wrote there ("nOAuth"). The sign-in name is
    of a domain that the directory proved; ``xms_edov`` says that the domain of ``email`` is.
    """
    address, name = _address(claims, "email"), _address(claims, "preferred_username")
    if address is None:
        return name
    is_proved = _is_true(claims.get("xms_edov")) or address.lower() == (name or "").lower()
    return address if is_proved else None


def _address(claims: Claims, name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and "@" in value else None


def _is_true(value: object) -> bool:
    """Some providers write it as a text or a number."""
    return value is True or value == 1 or (isinstance(value, str) and value.lower() in ("true", "1"))
