"""Find whom an account at a sign-in provider lets in: a user who is here and enabled, and nobody else.

The first time the address decides, which the provider has to vouch for; from then on the account's number at
the provider, so an address that somebody else got there opens nothing. Must not make users.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from postroom.actions.rejection import Rejected
from postroom.actions.typed import typed_address
from postroom.store.models import Login
from postroom.store.read.sign_in import identity_of, is_bound, is_invited, may_come_in
from postroom.store.write.sign_in import bind_identity, create_login, forget_what_is_over, tie_users


class NotLetIn(StrEnum):
    """Why an account at a provider opens nothing."""

    UNKNOWN = "unknown"
    """No user has its address, or the user is disabled or has to accept an invitation first."""
    NOT_VOUCHED = "not_vouched"
    """The provider does not say that the address is the account's."""
    ANOTHER_ACCOUNT = "another_account"
    """Another account at this provider signs in to the address already."""


def sign_in_by_provider(issuer: str, subject: str, vouched_address: str | None) -> Login | NotLetIn:
    """Find the login that this account opens, and bind the account to it the first time."""
    with transaction.atomic():
        identity = identity_of(issuer, subject)
        if identity is None:
            found = _first_time(issuer, subject, vouched_address)
        else:
            found = identity.login if may_come_in(identity.login) else NotLetIn.UNKNOWN
    if isinstance(found, Login):
        forget_what_is_over(timezone.now())
    return found


def _first_time(issuer: str, subject: str, vouched_address: str | None) -> Login | NotLetIn:
    if vouched_address is None:
        return NotLetIn.NOT_VOUCHED
    try:
        address = typed_address(vouched_address)
    except Rejected:
        return NotLetIn.UNKNOWN
    login = _login_of(address)
    if login is None:
        return NotLetIn.UNKNOWN
    if is_bound(login, issuer):
        return NotLetIn.ANOTHER_ACCOUNT
    bind_identity(login, issuer, subject)
    return login


def _login_of(address: str) -> Login | None:
    """The login of the address, with its users; ``None``: none of them may come in.

    A login with a password is not tied to further users: whoever set it in one workspace may not be whose
    address it is, and must not come in to another by it. There the invitation asks for the password.
    """
    login = Login.objects.filter(email=address).first()
    if login is None:
        if not is_invited(address):
            return None
        login = create_login(address)
    if not login.has_usable_password():
        tie_users(login)
    return login if may_come_in(login) else None
