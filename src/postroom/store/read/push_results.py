"""What a push of the default synced labels, or undoing one, came to: counted, narrowed, a page at a time (M11).

There may be as many results as users: no page loads all of them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import Count, Q, QuerySet

from postroom.core.labels import CHANGED, REASONS, UNCHANGED
from postroom.store.models import Job, PushResult, User
from postroom.store.read.default_labels import left_to_undo, results

PAGE_ROWS: Final = 50
OVERRIDDEN: Final = "overridden"
"""Of those that were changed, those whose own choice was overridden (M7)."""
NARROWINGS: Final = (CHANGED, OVERRIDDEN, UNCHANGED, *REASONS)
"""What results can be narrowed to: whoever was skipped or failed, by the reason."""


def counts_of_results(job: Job) -> dict[str, int]:
    """How many results there are of each of ``NARROWINGS``, in their order; those with none are left out."""
    counted = dict.fromkeys(NARROWINGS, 0)
    found = PushResult.objects.filter(job=job).order_by()
    for status, reason, overrides, count in found.values_list("status", "reason", "overrides").annotate(
        count=Count("pk")
    ):
        counted[reason or status] += count
        counted[OVERRIDDEN] += count if overrides else 0
    return {name: count for name, count in counted.items() if count}


def page_of_results(
    job: Job, narrowing: str, text: str, after: int | None, limit: int = PAGE_ROWS
) -> tuple[list[PushResult], int | None]:
    """A page by the user's address, and the last one's user if more follow; ``after`` is such a user, by id.

    ``narrowing``: one of ``NARROWINGS``, or empty; ``text``: in the user's name or address.
    """
    found = _narrowed(results(job), narrowing)
    if text:
        found = found.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))
    if after is not None:
        email = User.objects.filter(workspace=job.workspace_id, pk=after).values("email")[:1]
        found = found.filter(user__email__gt=email)
    rows = list(found.defer("changed")[: limit + 1])
    return rows[:limit], rows[limit - 1].user_id if len(rows) > limit else None


def _narrowed(found: QuerySet[PushResult], narrowing: str) -> QuerySet[PushResult]:
    if narrowing == OVERRIDDEN:
        return found.filter(overrides=True)
    if narrowing in (CHANGED, UNCHANGED):
        return found.filter(status=narrowing)
    return found.filter(reason=narrowing) if narrowing else found


class Changed(NamedTuple):
    """What a push changed for a user."""

    user: int
    job: int
    was_selected: dict[int, bool]
    """Label → whether it synced before."""


def what_was_changed(click: Job) -> list[Changed]:
    """What a click changed and is left to undo, as it was done; of thousands of users at once, so nothing else."""
    found = left_to_undo(click).order_by("pk")
    return [
        Changed(user, job, {label["label"]: label["selected_at"] is not None for label in changed})
        for user, job, changed in found.values_list("user_id", "job_id", "changed")
    ]
