"""What changes on persons when something else does."""

from __future__ import annotations

from postroom.store.models import Account, Person


def forget_default_account(account: Account) -> None:
    """Let no person have the account as chosen default any more."""
    Person.objects.filter(default_account=account).update(default_account=None)
