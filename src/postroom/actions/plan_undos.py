"""What undoing a push makes of users: one plan for what is foreseen, and for what is done (M11). Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from postroom.core.labels import Fate, UserNow, plan_undo
from postroom.store.read.push_results import Changed, labels_now


def plan_undos(changed: Sequence[Changed], users: Iterable[UserNow]) -> list[Fate]:
    """What becomes of each of those who were changed, in their order; ``users``: how they stand, and maybe others."""
    there = {user.id: user for user in users}
    known = {label.id for user in there.values() for label in user.labels}
    # The provider may have given its role to another label since.
    moved = labels_now({label for one in changed for label in one.labels} - known)
    fates = []
    for one in changed:
        user = there[one.user]
        more = [moved[label] for label in one.labels if label in moved]
        user = user._replace(labels=[*user.labels, *more])
        fates.append(plan_undo(user, one.was_selected, one.job, one.clicked_at))
    return fates
