"""What became of the last click on Apply to all users, who came since, earlier clicks, and future users (M8, M11)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from postroom.actions.default_labels import choose_future_labels, why_no_undo
from postroom.core.job_kinds import UNDER_WAY, UNDO_LABELS
from postroom.core.labels import FAILED
from postroom.store.models import Job, User, Workspace
from postroom.store.read import default_labels as read
from postroom.store.read import default_labels_shown as shown_read
from postroom.store.read.jobs import how_far
from postroom.store.read.label_choices import names_of_actors
from postroom.store.read.push_results import counts_of_results
from postroom.web import default_labels_words as words
from postroom.web.access import PageRequest
from postroom.web.job_words import boxes_in_words, waits_for

CLICKS_SHOWN: Final = 10
FIRST_NAMES: Final = 20


class Push(NamedTuple):
    """The last click, or its undoing, as it stands."""

    job: Job
    click: Job
    """The same, or what it undoes."""
    boxes: str
    actor: str
    when: str
    came_of: str
    more: str
    """Whose own choice it overrode, and why users were skipped; empty as long as it is under way."""
    is_under_way: bool
    waits_its_turn: bool
    first_looks: int
    """So many mailboxes are waited for, whose labels are not known yet."""
    done: int
    total: int
    failed: int
    """For so many users it failed; they can be tried again."""
    may_undo: bool

    @property
    def is_undo(self) -> bool:
        """Whether the last click was undone, or is being."""
        return self.job.kind == UNDO_LABELS


class Click(NamedTuple):
    """A row of the history."""

    job: Job
    boxes: str
    actor: str
    came_of: str
    later: int
    """For so many users the same was done who came later."""
    undo: Job | None


class Since(NamedTuple):
    """Who came after the click in force, with a mailbox: the first names, and how many they are."""

    joined: list[User]
    joined_count: int
    connected: list[User]
    connected_count: int

    @property
    def total(self) -> int:
        """How many they are together."""
        return self.joined_count + self.connected_count

    @property
    def more_joined(self) -> int:
        """How many more joined than are named."""
        return self.joined_count - len(self.joined)

    @property
    def more_connected(self) -> int:
        """How many more were connected than are named."""
        return self.connected_count - len(self.connected)


@require_safe
def push(request: PageRequest) -> HttpResponse:
    """The card of the last click alone, which asks for itself again until that has ended; then for what follows."""
    if not request.headers.get("HX-Request"):
        return redirect("web:default-labels")
    shown = past_of(request.workspace, read.click_in_force(request.workspace)) | {"is_alone": True}
    answer = render(request, "default_labels_push.html", shown)
    if shown["push"] is not None and not shown["push"].is_under_way:
        answer.headers["HX-Trigger"] = "pushed"
    return answer


@require_POST
def future(request: PageRequest) -> HttpResponse:
    """Switch on, or off, that mailboxes connected from now on get what was applied last, too (M8)."""
    is_on = request.POST.get("future") == "on"
    if not choose_future_labels(request.workspace, is_on=is_on, actor=request.me.email):
        messages.info(request, "Nothing has changed.")
    elif is_on:
        messages.success(
            request, "Also for future users is on. Nobody who has a mailbox now is changed by it."
        )
    else:
        messages.success(request, "Also for future users is off. Who got labels by it keeps them.")
    return redirect("web:default-labels")


def past_of(workspace: Workspace, in_force: Job | None) -> dict[str, Any]:
    """What the page says of clicks up to now, and of future users."""
    clicks = list(read.clicks(workspace).defer("results")[:CLICKS_SHOWN])
    undos, later = shown_read.undos_of(clicks), shown_read.count_later(clicks)
    names = names_of_actors(workspace, {job.actor for job in (*clicks, *undos.values())})
    history = [_row(click, later.get(click.pk, 0), undos.get(click.pk), names) for click in clicks]
    return {
        "push": _push(clicks[0], history[0].undo, names) if clicks else None,
        "history": history,
        "in_force": in_force,
        "may_undo_in_force": in_force is not None
        and in_force.pk != clicks[0].pk
        and why_no_undo(in_force) == "",
        "in_force_boxes": boxes_in_words(in_force.asked) if in_force is not None else "",
        "since": _since(in_force) if in_force is not None and in_force.state == "done" else None,
        "future": read.future_labels(workspace),
    }


def _row(click: Job, later: int, undo: Job | None, names: dict[str, str]) -> Click:
    return Click(
        click,
        boxes_in_words(click.asked),
        names.get(click.actor, click.actor),
        words.came_of(click),
        later,
        undo,
    )


def _push(click: Job, undo: Job | None, names: dict[str, str]) -> Push:
    job = undo or click
    is_under_way = job.state in UNDER_WAY
    far = how_far(job)
    return Push(
        job,
        click,
        boxes_in_words(click.asked),
        names.get(job.actor, job.actor),
        words.lately(job.created_at),
        words.came_of(job),
        "" if is_under_way or undo is not None else words.told_of_results(counts_of_results(job)),
        is_under_way,
        is_under_way and shown_read.is_another_before(job),
        waits_for(job),
        far.done if far is not None else 0,
        far.total if far is not None else 0,
        job.counts.get(FAILED, 0) if undo is None and job.state == "done" else 0,
        undo is None and why_no_undo(click) == "",
    )


def _since(click: Job) -> Since:
    joined, connected = read.not_reached(click)
    names = read.names_of([*joined[:FIRST_NAMES], *connected[:FIRST_NAMES]])
    return Since(
        [names[id_] for id_ in joined[:FIRST_NAMES]],
        len(joined),
        [names[id_] for id_ in connected[:FIRST_NAMES]],
        len(connected),
    )
