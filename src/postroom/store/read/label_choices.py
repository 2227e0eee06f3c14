"""Who chose the labels of a mailbox, and by which push (M9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from postroom.core.labels import UNCHANGED
from postroom.store.models import Job, Label, PushResult, User, Workspace
from postroom.store.read.default_labels import click_in_force, pushes_of


class Choices(NamedTuple):
    """What the labels' own rows do not tell of who chose them."""

    names: Mapping[str, str]
    """E-mail address → the name of the user who has it."""
    pushes: Mapping[int, Job]
    """The pushes that chose labels, by id."""


def choices_of(workspace: Workspace, labels: Iterable[Label]) -> Choices:
    """Who chose these labels of the workspace: two queries at most."""
    by = {(label.chosen_by, label.chosen_in_id) for label in labels if label.chosen_by}
    jobs = {job for _, job in by if job is not None}
    pushes = Job.objects.filter(workspace=workspace).defer("results").in_bulk(jobs) if jobs else {}
    return Choices(names_of_actors(workspace, {actor for actor, _ in by}), pushes)


def names_of_actors(workspace: Workspace, actors: set[str]) -> dict[str, str]:
    """E-mail address → name, of those of them who are users with a name."""
    if not actors:
        return {}
    found = User.objects.filter(workspace=workspace, email__in=actors).exclude(name="")
    return dict(found.values_list("email", "name"))


def found_so(user: User) -> PushResult | None:
    """What the last push in force found for the user, where it was so already; ``None``: there is nothing like that."""
    click = click_in_force(user.workspace)
    if click is None:
        return None
    found = PushResult.objects.filter(user=user, status=UNCHANGED, job__in=pushes_of(click))
    return found.select_related("job").order_by("-job").first()
