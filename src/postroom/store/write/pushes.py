"""Carry a push of the default synced labels out, or undo it: many users with few statements.

Within the caller's transaction; whoever calls holds the mailboxes (``hold_mailboxes``).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from postroom.core.labels import ADMIN, Change, Fate
from postroom.store.models import Job, Label, Mailbox, PushResult
from postroom.store.write.mailbox_choices import AFRESH, fetch_again, fetch_met_deselected
from postroom.store.write.rows import change

_ASKED_AGAIN_WITHIN = 0.1
"""Seconds: nobody who waits for SQLite asks less often."""
_RESTORED = ("selected_at", "starts_at", "origin", "chosen_by", "chosen_at", "chosen_in_id")
_SET_BACK = (
    "UPDATE store_label SET selected_at = %s, starts_at = %s, origin = %s, chosen_by = %s, chosen_at = %s, "
    "chosen_in_id = %s WHERE id = %s"
)


@contextmanager
def batch() -> Iterator[None]:
    """A transaction, and where only one writes at a time, about as long a pause after it, in which others do.

    Whoever waits for SQLite asks again now and then, and would find it taken each time until the push ends.
    """
    with transaction.atomic():
        begun = time.monotonic()
        yield
    if not connection.features.has_select_for_update:
        time.sleep(min(time.monotonic() - begun, _ASKED_AGAIN_WITHIN))


def hold_mailboxes(users: Collection[int]) -> None:
    """Let nobody else choose labels of these users' mailboxes, or sync them, until the transaction ends."""
    if connection.features.has_select_for_update:
        held = Mailbox.objects.select_for_update().filter(user__in=users).order_by("pk")
        list(held.values_list("pk", flat=True))


def apply(job: Job, fates: Sequence[Fate], now: int) -> None:
    """Select and deselect what a push changes, from now on, and keep what came of each user."""
    changes = [each for fate in fates for each in fate.changes]
    was = _as_they_are(each.label for each in changes)
    _choose(job, [each.label for each in changes if each.is_selected], now, selects=True)
    _choose(job, [each.label for each in changes if not each.is_selected], now, selects=False)
    _keep(job, fates, was)
    _look_soon(changes, now)


def undo(
    job: Job, fates: Sequence[Fate], was: Mapping[int, Mapping[str, Any]], now: int, *, began_later: bool
) -> None:
    """Set labels back to as they were, ``was`` by label, and keep what came of each user.

    ``began_later``: a push that was undone may have let them sync meanwhile, from a later day on.
    """
    changes = [each for fate in fates for each in fate.changes]
    labels = [each.label for each in changes]
    Label.objects.filter(pk__in=labels).update(**AFRESH)
    change(_SET_BACK, [(*(was[label][name] for name in _RESTORED), label) for label in labels])
    fetch = fetch_again if began_later else fetch_met_deselected
    fetch(each.label for each in changes if each.is_selected)
    _keep(job, fates, {})
    _look_soon(changes, now)


def _as_they_are(labels: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Label → what is needed to set it back."""
    return {row.pop("pk"): row for row in Label.objects.filter(pk__in=list(labels)).values("pk", *_RESTORED)}


def _choose(job: Job, labels: Sequence[int], now: int, *, selects: bool) -> None:
    at = now if selects else None
    Label.objects.filter(pk__in=labels).update(
        selected_at=at,
        starts_at=at,
        origin=ADMIN,
        chosen_by=job.actor,
        chosen_at=now,
        chosen_in=job.pk,
        **AFRESH,
    )
    if selects:
        fetch_again(labels)


def _keep(job: Job, fates: Sequence[Fate], was: Mapping[int, Mapping[str, Any]]) -> None:
    # Who failed before is tried again: what came of it then is no longer so.
    PushResult.objects.filter(job=job, user__in=[fate.user for fate in fates]).delete()
    PushResult.objects.bulk_create(
        PushResult(
            job=job,
            user_id=fate.user,
            status=fate.status,
            reason=fate.reason,
            before=fate.before,
            after=fate.after,
            overrides=fate.overrides,
            changed=[{"label": change.label, **was[change.label]} for change in fate.changes if was],
        )
        for fate in fates
    )


def _look_soon(changes: Sequence[Change], now: int) -> None:
    """Have the mailboxes in which something came to sync looked at as soon as a worker is free, or done with its look.

    One under way may have begun without it.
    """
    selected = [change.label for change in changes if change.is_selected]
    is_later = Q(look_at__gt=now) | Q(leased_until__gt=now)
    Mailbox.objects.filter(is_later, labels__in=selected).update(look_at=now)
