"""Profile, Email: one's own mailbox. How it is, which labels sync, what is kept of its mail (M4, M9, M14, M15, S8).

Each user's own, whatever the role. Choosing labels, connecting and disconnecting have files of their own.
"""

from __future__ import annotations

import time
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postroom.actions.believe_emptied import believe_emptied
from postroom.actions.look_now import look_now
from postroom.actions.mailbox_source import ways_to_connect
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.set_mailbox_mode import set_mailbox_mode
from postroom.core.mailbox import MODES_BY_NAME
from postroom.store.models import Label, Mailbox
from postroom.store.read import mailbox_pages as read
from postroom.store.read.label_choices import Choices, choices_of, found_so, names_of_actors
from postroom.store.read.selected_on_connecting import selected_for
from postroom.web.access import PageRequest
from postroom.web.default_labels_words import labels_in_words
from postroom.web.filtering import searched
from postroom.web.forms import sentence
from postroom.web.label_choices import Note, chosen_in_words, note_found_so, notes_of
from postroom.web.label_rows import label_page
from postroom.web.mailbox_states import (
    MODES,
    day,
    health_of,
    mode_of,
    name_of,
    strictest_of,
    times_of,
)
from postroom.web.paging import number_in

NOT_SET_YET: Final = "the day that an administrator sets"
"""The crawling depth of a mailbox that is not connected."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show one's mailbox, or how it is connected."""
    return page(request, request.GET)


def page(
    request: PageRequest,
    asked: QueryDict,
    *,
    ticked: set[int] | None = None,
    days: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, or the same again with what was sent and a ``problem``; ``asked`` narrows the list of labels."""
    row = read.mailbox_of(request.me, int(time.time()))
    shown: dict[str, Any] = {
        "row": row,
        "problem": problem,
        "days": days,
        "connects": ways_to_connect(request.workspace),
        "counted_from": counted_from(request, row.mailbox if row else None),
        "selected_for_you": labels_in_words(selected_for(request.me)),
    }
    if row is not None:
        shown |= _of_mailbox(request, row) | _labels(request, row, asked, ticked)
    return render(request, "profile_email.html", shown, status=status)


def _of_mailbox(request: PageRequest, row: read.MailboxRow) -> dict[str, Any]:
    """How the mailbox is, and what is kept of its mail."""
    source = row.mailbox.source
    return {
        "mailbox": row.mailbox,
        "is_connected": row.mailbox.connected_at is not None,
        "health": health_of(row, is_own=True),
        **times_of(row),
        "selected": len(row.selected),
        "depth": day(read.depth_of(source)) if source.crawling_depth else "",
        "modes": _modes(row.mailbox),
        "mode": mode_of(row.mailbox),
    }


def _labels(
    request: PageRequest, row: read.MailboxRow, asked: QueryDict, ticked: set[int] | None
) -> dict[str, Any]:
    """The list of labels, narrowed, and what was chosen of them for all users."""
    text, narrowed = searched(asked), asked.get("show", "")
    labels = read.labels_of(row.mailbox)
    choices = choices_of(request.workspace, labels)
    shown = label_page(
        row,
        labels,
        chosen_in_words(labels, choices, request.me),
        text=text,
        is_selected_only=narrowed == "selected",
        first=number_in(asked.get("from", "")) or 0,
        ticked=ticked,
    )
    return {
        "labels": shown,
        "notes": _notes(request, labels, choices),
        "text": text,
        "show": narrowed if narrowed == "selected" else "",
        "all_labels": len(labels),
    }


def _notes(request: PageRequest, labels: list[Label], choices: Choices) -> list[Note]:
    """What was chosen for all users, the owner too (M9); also where it was so already."""
    notes = notes_of(labels, choices, request.me)
    found = None if notes else found_so(request.me)
    if found is None:
        return notes
    names = names_of_actors(request.workspace, {found.job.actor})
    note = note_found_so(labels, found, names, request.me)
    return [note] if note else []


def counted_from(request: PageRequest, mailbox: Mailbox | None) -> str:
    """Since when mail is gone through to be counted, whatever is selected when (P9); empty: nobody consented."""
    if request.me.collects_since is None or (mailbox is not None and not mailbox.source.feeds_people):
        return ""
    return day(read.depth_of(mailbox.source)) if mailbox is not None else NOT_SET_YET


def _modes(mailbox: Mailbox) -> list[tuple[str, str, str, bool]]:
    """Each mode: name, title, what it means, whether the workspace allows it."""
    most = MODES_BY_NAME[strictest_of(mailbox)]
    return [(name, title, says, MODES_BY_NAME[name] <= most) for name, (title, says) in MODES.items()]


@require_POST
def mode(request: PageRequest) -> HttpResponse:
    """Choose what is kept of one's mail."""
    try:
        is_changed = set_mailbox_mode(
            mine(request), request.POST.get("mode", ""), is_owner=True, actor=request.me.email
        )
    except Rejected:
        raise Http404 from None
    if is_changed:
        messages.success(request, "Saved. It counts for mail that comes in from now on.")
    else:
        messages.info(request, "Nothing has changed.")
    return redirect("web:profile-email")


@require_POST
def look(request: PageRequest) -> HttpResponse:
    """Have one's mailbox looked at now."""
    try:
        look_now(mine(request))
        messages.success(request, "It is looked at within seconds, where the worker runs.")
    except Rejected as refusal:
        messages.warning(request, sentence(refusal.reason))
    return redirect("web:profile-email")


@require_http_methods(["GET", "HEAD", "POST"])
def deleted(request: PageRequest, label_id: int) -> HttpResponse:
    """Say what follows, then believe that nearly all mail of a label was deleted at the provider."""
    mailbox = mine(request)
    label = next((one for one in read.labels_of(mailbox) if one.pk == label_id), None)
    if label is None or label.problem != "emptied":
        raise Http404
    if request.method == "POST":
        try:
            believe_emptied(mailbox, label_id)
        except NotFound:
            raise Http404 from None
        messages.success(request, f"{name_of(label)} goes on. What came in from it stays.")
        return redirect("web:profile-email")
    return render(request, "profile_email_deleted.html", {"label": label, "name": name_of(label)})


def mine(request: PageRequest) -> Mailbox:
    """One's own mailbox. Raises ``Http404`` where there never was one."""
    row = read.mailbox_of(request.me, int(time.time()))
    if row is None:
        raise Http404
    return row.mailbox
