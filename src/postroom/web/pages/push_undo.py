"""What is said before the default synced labels are undone: who gets what back, and what does not come back (M11)."""

from __future__ import annotations

from typing import Any, Final

from postroom.actions.foresee_undo import ForeseenUndo
from postroom.core.labels import DEFAULT_ROLES, Fate
from postroom.store.models import Job
from postroom.store.read.default_labels import names_of
from postroom.store.read.label_choices import names_of_actors
from postroom.web.access import PageRequest
from postroom.web.job_words import LABEL_NAMES, boxes_in_words

NAMED: Final = 20
"""So many users are named."""


def undo_page(request: PageRequest, click: Job, foreseen: ForeseenUndo) -> dict[str, Any]:
    """What the page says."""
    labels = foreseen.labels
    named = [*foreseen.back[:NAMED], *foreseen.keep[:NAMED]]
    users = names_of(fate.user for fate in named)
    names = names_of_actors(request.workspace, {click.actor})
    return {
        "job": click,
        "asked_by": names.get(click.actor, click.actor),
        "boxes": boxes_in_words(click.asked),
        "back": len(foreseen.back),
        "keep": len(foreseen.keep),
        "labels": [
            {"name": LABEL_NAMES[role], "on": labels[role, True], "off": labels[role, False]}
            for role in DEFAULT_ROLES
            if labels[role, True] or labels[role, False]
        ],
        "comes_on": any(is_on for _, is_on in labels),
        "goes_off": any(not is_on for _, is_on in labels),
        "named_back": _named(foreseen.back, users),
        "named_keep": _named(foreseen.keep, users),
        "is_for_future": request.workspace.future_labels_since is not None,
    }


def _named(fates: list[Fate], users: dict[int, Any]) -> dict[str, Any]:
    return {
        "users": [users[fate.user] for fate in fates[:NAMED] if fate.user in users],
        "more": len(fates[NAMED:]),
    }
