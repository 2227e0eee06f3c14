"""What a push of the default synced labels, or undoing one, came to: counted, narrowed, a page at a time (M11).

There may be as many results as users: no page loads all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from postroom.core.job_kinds import APPLY_LABELS
from postroom.core.labels import CHANGED, REASONS, UNCHANGED, LabelNow
from postroom.store.models import Job, Label, PushResult, User
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

    result: int
    """The id of what came of the user."""
    user: int
    job: int
    clicked_at: int
    """Unix seconds; 0: for users who came later, of whom whatever was chosen by hand counts."""
    labels: dict[int, dict[str, Any]]
    """Label → the fields that say whether it syncs and who chose that, as they were before."""

    @property
    def was_selected(self) -> dict[int, bool]:
        """Label → whether it synced before."""
        return {label: was["selected_at"] is not None for label, was in self.labels.items()}


def what_was_changed(click: Job, after: int = 0, limit: int | None = None) -> list[Changed]:
    """What a click changed and is left to undo, as it was done, after this result; of thousands of users at once."""
    found = left_to_undo(click).filter(pk__gt=after).order_by("pk")
    rows = found.values_list("pk", "user_id", "job_id", "job__asked__at", "changed")[:limit]
    return [
        Changed(pk, user, job, at or 0, {label["label"]: _without_id(label) for label in changed})
        for pk, user, job, at, changed in rows
    ]


def _without_id(label: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in label.items() if name != "label"}


def was_pushed_since(click: Job) -> bool:
    """Whether a later click changed anybody, undone by now or not."""
    changed = PushResult.objects.filter(job=OuterRef("pk"), status=CHANGED)
    later = Job.objects.filter(workspace=click.workspace_id, kind=APPLY_LABELS, pk__gt=click.pk)
    return later.exclude(of=click).filter(Exists(changed)).exists()


def labels_now(ids: Collection[int]) -> dict[int, LabelNow]:
    """How these labels stand that are neither Inbox nor Sent any more; by hand or not, nobody asks of such."""
    if not ids:
        return {}
    rows = Label.objects.filter(pk__in=ids).values_list(
        "pk", "role", "gone_at", "is_selectable", "selected_at", "chosen_in_id"
    )
    return {
        pk: LabelNow(
            pk, role, gone_at is None and is_selectable, selected_at is not None, chosen_in=chosen_in
        )
        for pk, role, gone_at, is_selectable, selected_at, chosen_in in rows
    }
