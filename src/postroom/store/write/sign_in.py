"""Tries to sign in become rows, and go when they are old or were right; so do sessions and invitations."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session

from postroom.store.models import Invitation, SignInTry


def add_try(address: bytes, client: bytes, at: int) -> SignInTry:
    """Note a try before its password is checked, so that many at once are counted too."""
    return SignInTry.objects.create(address=address, client=client, at=at)


def forget_try(this: SignInTry) -> None:
    """Forget a try that was refused before its password was checked."""
    this.delete()


def forget_tries(address: bytes, client: bytes) -> None:
    """Forget the failed tries for this address from this client: the right password came."""
    SignInTry.objects.filter(address=address, client=client).delete()


def forget_tries_before(at: int) -> None:
    """Forget the tries that count no more."""
    SignInTry.objects.filter(at__lte=at).delete()


def forget_what_is_over(now: datetime) -> None:
    """Erase the sessions that are over, and the links of invitations that nobody used in time."""
    Session.objects.filter(expire_date__lt=now).delete()
    Invitation.objects.filter(expires_at__lt=now, used_at=None).delete()
