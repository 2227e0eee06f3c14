"""What is known of a login's second factor."""

from __future__ import annotations

from postroom.store.models import Login, RecoveryCode, SecondFactor


def second_factor_of(login: Login) -> SecondFactor | None:
    """The login's second factor that counts."""
    return SecondFactor.objects.filter(login=login, confirmed_at__isnull=False).first()


def waiting_second_factor(login: Login) -> SecondFactor | None:
    """The one that is being set up."""
    return SecondFactor.objects.filter(login=login, confirmed_at=None).first()


def recovery_codes_left(login: Login) -> int:
    """How many recovery codes were not used."""
    return RecoveryCode.objects.filter(login=login).count()
