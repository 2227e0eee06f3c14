"""Tries to sign in become rows, and go when they are old or were right."""

from __future__ import annotations

from postroom.store.models import SignInTry


def add_try(address: bytes, client: bytes, at: int) -> SignInTry:
    """Note a try before its password is checked, so that many at once are counted too."""
    return SignInTry.objects.create(address=address, client=client, at=at)


def forget_tries(address: bytes, client: bytes) -> None:
    """Forget the failed tries for this address from this client: the right password came."""
    SignInTry.objects.filter(address=address, client=client).delete()


def forget_tries_before(at: int) -> None:
    """Forget the tries that count no more."""
    SignInTry.objects.filter(at__lte=at).delete()
