"""Foresee what undoing a click on the default synced labels would do now, without doing it (M11).

What is foreseen and what is done is one plan (``plan_undos``); ``push_default_labels`` carries it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from postroom.actions.default_labels import why_no_undo
from postroom.actions.plan_undos import plan_undos
from postroom.actions.rejection import Rejected
from postroom.core.labels import CHANGED, SKIPPED, Fate
from postroom.store.models import Job
from postroom.store.read import default_labels as read
from postroom.store.read.push_results import what_was_changed


class ForeseenUndo(NamedTuple):
    """What undoing would do to each user for whom the click, or what repeated it for later users, changed something."""

    fates: Sequence[Fate]

    @property
    def back(self) -> list[Fate]:
        """The users who get back what they had."""
        return [fate for fate in self.fates if fate.status == CHANGED]

    @property
    def keep(self) -> list[Fate]:
        """The users who keep what they have, as they, or somebody for them, chose anew since."""
        return [fate for fate in self.fates if fate.status == SKIPPED]

    @property
    def labels(self) -> Counter[tuple[str, bool]]:
        """For how many users a label, by its role, comes to sync again or to sync no more."""
        return Counter(
            (role, after)
            for fate in self.back
            for role, after in fate.after.items()
            if after is not None and after != fate.before[role]
        )


def foresee_undo(click: Job) -> ForeseenUndo:
    """What undoing the click at this moment would do, in the order it was done. Changes nothing.

    Raises ``Rejected`` with what ``why_no_undo`` says.
    """
    reason = why_no_undo(click)
    if reason:
        raise Rejected(reason)
    return ForeseenUndo(plan_undos(what_was_changed(click), read.users_now(click.workspace)))
