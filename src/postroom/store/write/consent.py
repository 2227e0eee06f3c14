"""Consent becomes rows: what is on now, and who said so when (P2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from postroom.store.models import Consent, User, Workspace
from postroom.store.rows import batched


def lock_users(workspace: Workspace, ids: Iterable[int]) -> dict[int, User]:
    """Read these users of the workspace, whom nobody else changes until the transaction ends; by id."""
    # In the order of ids: two who want the same ones do not wait for each other in a circle.
    return {
        user.pk: user
        for some in batched(sorted(set(ids)), 500)
        for user in User.objects.select_for_update().filter(workspace=workspace, pk__in=some).order_by("pk")
    }


def store_consents(users: Sequence[User], records: Sequence[Consent]) -> None:
    """Store these users' ``collects_since``, and the records of what was said."""
    User.objects.bulk_update(users, ["collects_since"], batch_size=200)
    Consent.objects.bulk_create(records, batch_size=500)
