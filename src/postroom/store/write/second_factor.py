"""Second factors: the secret shared with an app, and the recovery codes beside it."""

from __future__ import annotations

from datetime import datetime

from postroom.store.models import Login, RecoveryCode, SecondFactor


def store_secret(login: Login, sealed: bytes) -> None:
    """Store a secret that does not count yet, in the place of an earlier one that never did."""
    SecondFactor.objects.update_or_create(
        login=login, confirmed_at=None, defaults={"sealed_secret": sealed, "last_step": 0}
    )


def confirm(factor: SecondFactor, at: datetime) -> bool:
    """Let the secret count from now on; ``False``: it does already, or is gone."""
    return bool(SecondFactor.objects.filter(pk=factor.pk, confirmed_at=None).update(confirmed_at=at))


def use_step(factor: SecondFactor, step: int) -> bool:
    """Use up the code of this step and those before it; ``False``: it was used, or a later one."""
    return bool(SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step))


def store_recovery_codes(login: Login, digests: list[bytes]) -> None:
    """Store these recovery codes in the place of all earlier ones."""
    RecoveryCode.objects.filter(login=login).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(login=login, digest=digest) for digest in digests])


def use_recovery_code(login: Login, digest: bytes) -> bool:
    """Use up a recovery code; ``False``: the login has no such code, or not any more."""
    count, _ = RecoveryCode.objects.filter(login=login, digest=digest).delete()
    return bool(count)


def forget_second_factor(login: Login) -> bool:
    """Forget secret and recovery codes; ``False``: there was no second factor that counted."""
    RecoveryCode.objects.filter(login=login).delete()
    factors = SecondFactor.objects.filter(login=login)
    counted = factors.filter(confirmed_at__isnull=False).exists()
    factors.delete()
    return counted
