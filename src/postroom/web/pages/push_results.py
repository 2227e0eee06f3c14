"""What stands on the page of a job that applied the default synced labels, or undid that: user by user (M6-M11).

Must not query users or results all at once: there may be ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404

from postroom.actions.retry_job import why_not_again
from postroom.core.job_kinds import APPLY_LABELS, IN_ORDER
from postroom.core.labels import (
    CHANGED,
    CHOSEN_SINCE,
    DISABLED,
    FAILED,
    LABELS_UNREAD,
    NO_MAILBOX,
    NO_SUCH_LABEL,
    SKIPPED,
    UNCHANGED,
)
from postroom.store.models import Job, PushResult
from postroom.store.read import push_results as read
from postroom.store.read.default_labels import undo_of
from postroom.store.read.label_choices import names_of_actors
from postroom.web.access import PageRequest
from postroom.web.filtering import searched
from postroom.web.job_words import LABEL_NAMES, boxes_in_words, waits_for
from postroom.web.paging import cursor_of

_STATUSES: Final = {
    CHANGED: ("Changed", "good"),
    UNCHANGED: ("Was so already", ""),
    SKIPPED: ("Skipped", "wait"),
    FAILED: ("Failed", "bad"),
}
"""Status → what it is called, and its tone."""
_SET_BACK: Final = _STATUSES | {CHANGED: ("Set back", "good"), SKIPPED: ("Keeps what it is", "wait")}
"""The same of an undo."""
_CHIPS: Final = {
    CHANGED: "Changed",
    read.OVERRIDDEN: "Own choice overridden",
    UNCHANGED: "Were so already",
    DISABLED: "Disabled",
    NO_MAILBOX: "No mailbox",
    NO_SUCH_LABEL: "No such label",
    CHOSEN_SINCE: "Chose since",
    LABELS_UNREAD: "Failed: labels not known",
}
_CHIPS_OF_UNDO: Final = _CHIPS | {CHANGED: "Set back", CHOSEN_SINCE: "Chosen anew"}


def is_push(job: Job) -> bool:
    """Whether the job applied the default synced labels, or undid that."""
    return job.kind in IN_ORDER


def about_push(job: Job) -> dict[str, Any]:
    """What is to be said of the push as a whole: what it waits for, what it goes with, whether it is over."""
    click = job.of
    undone_by = undo_of(job) if job.kind == APPLY_LABELS and click is None else None
    actors = {one.actor for one in (job, click, undone_by) if one is not None} | {job.cancel_asked_by}
    names = names_of_actors(job.workspace, actors)
    return {
        "asked_by": names.get(job.actor, job.actor),
        "stopped_by": names.get(job.cancel_asked_by, job.cancel_asked_by),
        "waits_for": waits_for(job),
        "failed": job.counts.get(FAILED, 0) if job.state == "done" else 0,
        "is_over": why_not_again(job) != "",
        "of": click,
        "of_by": names.get(click.actor, click.actor) if click is not None else "",
        "of_boxes": boxes_in_words(click.asked) if click is not None else "",
        "is_undo": job.kind != APPLY_LABELS,
        "undo": undone_by,
        "undone_by": names.get(undone_by.actor, undone_by.actor) if undone_by is not None else "",
    }


def results_of(request: PageRequest, job: Job) -> dict[str, Any]:
    """The results that are asked for, a page of them. Raises ``Http404`` for what nobody can ask."""
    narrowing = request.GET.get("show", "")
    text = searched(request.GET)
    if narrowing and narrowing not in read.NARROWINGS:
        raise Http404
    after = cursor_of(request, 1)
    rows, more = read.page_of_results(job, narrowing, text, after[0] if after else None)
    return {
        "results": [_row(job, result) for result in rows],
        "more": more,
        "show": narrowing,
        "text": text,
        "is_first": after is None,
    }


def chips_of(job: Job) -> dict[str, Any]:
    """What the results can be narrowed to, each with its name and how many there are; and how many there are."""
    names = _CHIPS if job.kind == APPLY_LABELS else _CHIPS_OF_UNDO
    if waits_for(job):
        names = names | {LABELS_UNREAD: "Wait for the first look"}
    counts = read.counts_of_results(job)
    return {
        "chips": [(name, names[name], count) for name, count in counts.items()],
        "all_results": sum(count for name, count in counts.items() if name != read.OVERRIDDEN),
    }


def _row(job: Job, result: PushResult) -> dict[str, Any]:
    is_waited_for = result.reason == LABELS_UNREAD and bool(waits_for(job))
    statuses = _STATUSES if job.kind == APPLY_LABELS else _SET_BACK
    status, tone = ("Waits", "wait") if is_waited_for else statuses[result.status]
    return {
        "user": result.user,
        "status": status,
        "tone": tone,
        "changes": _changes(result.before, result.after),
        "is_so": "" if result.status != UNCHANGED else _is_so(result.after),
        "overrides": result.overrides,
        "reason": result.reason,
        "why": _why(job, result, is_waited_for=is_waited_for) if result.reason else "",
        "mailbox": result.user.email if result.reason == LABELS_UNREAD else "",
    }


def _changes(before: Mapping[str, bool | None], after: Mapping[str, bool | None]) -> str:
    return boxes_in_words({role: is_on for role, is_on in after.items() if is_on != before.get(role)})


def _is_so(state: Mapping[str, bool | None]) -> str:
    return boxes_in_words({role: is_on for role, is_on in state.items() if is_on is not None})


def _why(job: Job, result: PushResult, *, is_waited_for: bool) -> str:
    """Why the user was skipped, or it failed, and what to do."""
    if is_waited_for:
        return (
            "The labels of the mailbox are not known yet. It goes on by itself with the first look into it."
        )
    if result.reason == NO_SUCH_LABEL:
        return _why_lacking(job, result)
    if result.reason == CHOSEN_SINCE:
        return _why_chosen(job)
    return _WHY[result.reason]


def _why_lacking(job: Job, result: PushResult) -> str:
    names = [
        name for role, name in LABEL_NAMES.items() if job.asked.get(role) and result.before[role] is None
    ]
    return (
        f"The mail server says of no label that it is {' or '.join(names)}, so nothing was touched. "
        "Once it says so of one, apply again."
    )


def _why_chosen(job: Job) -> str:
    if job.kind != APPLY_LABELS:
        return "Inbox or Sent was chosen anew since, by hand or by a later click. That stays."
    if "users" in job.asked:
        return "Inbox or Sent was chosen by hand before this reached them. That stays; apply to all to override it."
    return "Inbox or Sent was chosen by hand after the click. That stays; apply again to override it."


_WHY: Final = {
    DISABLED: "The user is disabled. Enable the user, then apply again.",
    NO_MAILBOX: "No mailbox was ever connected. Connect it, then apply again.",
    LABELS_UNREAD: (
        "The labels of the mailbox are not known: nobody could look into it yet. See how the mailbox is, "
        "then try the failed again."
    ),
}
