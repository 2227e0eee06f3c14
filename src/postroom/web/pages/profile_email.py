"""Profile, Email: one's own mailbox. How it is, which labels sync, what is kept of its mail (M4, M9, M14, M15, S8).

Each user's own, whatever the role. Connecting and disconnecting have pages of their own.
"""

from __future__ import annotations

import time
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postroom.actions import choose_labels as choosing
from postroom.actions.believe_emptied import believe_emptied
from postroom.actions.foresee_backfill import Foreseen, foresee_backfill
from postroom.actions.look_now import look_now
from postroom.actions.mailbox_source import ways_to_connect
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.set_mailbox_mode import set_mailbox_mode
from postroom.core.labels import USER
from postroom.core.mailbox import MODES_BY_NAME
from postroom.store.models import Label, Mailbox
from postroom.store.read import mailbox_pages as read
from postroom.store.read.label_choices import Choices, choices_of, found_so, names_of_actors
from postroom.web.access import PageRequest
from postroom.web.forms import sentence
from postroom.web.label_choices import Note, chosen_in_words, note_found_so, notes_of
from postroom.web.label_rows import label_page
from postroom.web.mailbox_states import (
    MODES,
    day,
    health_of,
    mode_of,
    name_of,
    span,
    strictest_of,
    times_of,
)
from postroom.web.mailbox_words import trouble_in_words
from postroom.web.paging import number_in
from postroom.web.sessions import client_of

ASKED: Final = ("q", "show", "from")
"""What narrows the list of labels; it stays through saving."""
NAMED: Final = 5
"""So many labels are named in a message."""
NOT_SET_YET: Final = "the day that an administrator sets"
"""The crawling depth of a mailbox that is not connected."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show one's mailbox, or how it is connected."""
    return _show(request, request.GET)


def _show(
    request: PageRequest,
    asked: QueryDict,
    *,
    ticked: set[int] | None = None,
    days: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    now = int(time.time())
    row = read.mailbox_of(request.me, now)
    shown: dict[str, Any] = {"row": row, "problem": problem, "days": days}
    shown["connects"] = ways_to_connect(request.workspace)
    shown["counted_from"] = _counted_from(request, row.mailbox if row else None)
    if row is None:
        return render(request, "profile_email.html", shown, status=status)
    text, narrowed = asked.get("q", "").replace("\0", "").strip()[:200], asked.get("show", "")
    labels = read.labels_of(row.mailbox)
    choices = choices_of(request.workspace, labels)
    first = number_in(asked.get("from", "")) or 0
    shown |= {
        "mailbox": row.mailbox,
        "is_connected": row.mailbox.connected_at is not None,
        "health": health_of(row, is_own=True),
        **times_of(row),
        "labels": label_page(
            row,
            labels,
            chosen_in_words(labels, choices, request.me),
            text=text,
            is_selected_only=narrowed == "selected",
            first=first,
            ticked=ticked,
        ),
        "notes": _notes(request, labels, choices),
        "text": text,
        "show": narrowed if narrowed == "selected" else "",
        "all_labels": len(labels),
        "selected": len(row.selected),
        "depth": day(read.depth_of(row.mailbox.source)) if row.mailbox.source.crawling_depth else "",
        "modes": _modes(row.mailbox),
        "mode": mode_of(row.mailbox),
    }
    return render(request, "profile_email.html", shown, status=status)


def _notes(request: PageRequest, labels: list[Label], choices: Choices) -> list[Note]:
    """What was chosen for all users, the owner too (M9); also where it was so already."""
    notes = notes_of(labels, choices, request.me)
    found = None if notes else found_so(request.me)
    if found is None:
        return notes
    names = names_of_actors(request.workspace, {found.job.actor})
    note = note_found_so(labels, found, names, request.me)
    return [note] if note else []


def _counted_from(request: PageRequest, mailbox: Mailbox | None) -> str:
    """Since when mail is gone through to be counted, whatever is selected when (P9); empty: nobody consented."""
    if request.me.collects_since is None or (mailbox is not None and not mailbox.source.feeds_people):
        return ""
    return day(read.depth_of(mailbox.source)) if mailbox is not None else NOT_SET_YET


def _modes(mailbox: Mailbox) -> list[tuple[str, str, str, bool]]:
    """Each mode: name, title, what it means, whether the workspace allows it."""
    most = MODES_BY_NAME[strictest_of(mailbox)]
    return [(name, title, says, MODES_BY_NAME[name] <= most) for name, (title, says) in MODES.items()]


@require_POST
def labels(request: PageRequest) -> HttpResponse:
    """Choose which labels sync; what goes back or stops is said first, and done once it is confirmed."""
    mailbox = _mine(request)
    shown, ticked = _ids(request, "shown"), _ids(request, "selected")
    typed = request.POST.get("days", "").strip()
    try:
        days = _days(typed)
        starts, stops = _changes(mailbox, shown, ticked)
        for label in starts:
            choosing.check_selectable(mailbox, label)
        if "confirmed" not in request.POST and (stops or (starts and days)):
            return _confirm(request, mailbox, starts, stops, days)
        wanted = {label.pk: True for label in starts} | {label.pk: False for label in stops}
        chosen = choosing.choose_labels(
            mailbox, wanted, origin=USER, actor=request.me.email, backfill_days=days
        )
    except NotFound:
        raise Http404 from None
    except Rejected as refusal:
        return _show(
            request, request.POST, ticked=ticked, days=typed, problem=sentence(refusal.reason), status=422
        )
    _say(request, chosen, days, _counted_from(request, mailbox))
    return redirect(_back(request))


def _days(typed: str) -> int:
    days = number_in(typed) if typed else 0
    if days is None:
        raise Rejected("backfill_invalid")
    choosing.check_days(days)
    return days


def _changes(mailbox: Mailbox, shown: set[int], ticked: set[int]) -> tuple[list[Label], list[Label]]:
    """Of the labels that stood on the form, those to select and those to deselect. Raises ``NotFound``."""
    there = {label.pk: label for label in read.labels_of(mailbox)}
    if not shown | ticked <= there.keys():
        raise NotFound
    stood = [there[pk] for pk in there if pk in shown]
    return (
        [label for label in stood if label.pk in ticked and label.selected_at is None],
        [label for label in stood if label.pk not in ticked and label.selected_at is not None],
    )


def _confirm(
    request: PageRequest, mailbox: Mailbox, starts: list[Label], stops: list[Label], days: int
) -> HttpResponse:
    foreseen = None
    if starts and days:
        foreseen = foresee_backfill(mailbox, starts, days, client=client_of(request))
    shown: dict[str, Any] = {
        "starts": [name_of(label) for label in starts],
        "stops": [name_of(label) for label in stops],
        "shown": [label.pk for label in (*starts, *stops)],
        "ticked": [label.pk for label in starts],
        "days": days,
        "foreseen": foreseen,
        "counts": [(name_of(label), count) for label, count in foreseen.counts] if foreseen else [],
        "takes": _takes(foreseen),
        "uncounted": _uncounted(mailbox, foreseen),
        "depth": _depth_before(mailbox, foreseen),
        "counted_from": _counted_from(request, mailbox),
        "asked": {name: request.POST[name] for name in ASKED if request.POST.get(name)},
        "back": _back(request),
    }
    return render(request, "profile_email_confirm.html", shown)


def _takes(foreseen: Foreseen | None) -> str:
    return span(foreseen.minutes * 60) if foreseen else ""


def _uncounted(mailbox: Mailbox, foreseen: Foreseen | None) -> str:
    """Why the mails could not be counted; empty where they were."""
    if foreseen is None or not foreseen.trouble:
        return ""
    return trouble_in_words(foreseen.trouble, foreseen.trouble_code, is_central=mailbox.is_central).what


def _depth_before(mailbox: Mailbox, foreseen: Foreseen | None) -> str:
    """The crawling depth, where going back would go beyond it."""
    depth = read.depth_of(mailbox.source)
    return day(depth) if foreseen is not None and foreseen.since < depth else ""


def _say(request: HttpRequest, chosen: choosing.Chosen, days: int, counted_from: str) -> None:
    if chosen.selected:
        since = f"from {days} day{'s' if days > 1 else ''} back on" if days else "from now on"
        counted = f" Who wrote to whom and when is counted from {counted_from} on." if counted_from else ""
        messages.success(request, f"{_named(chosen.selected)} sync{_s(chosen.selected)} {since}.{counted}")
    if chosen.deselected:
        messages.success(
            request, f"{_named(chosen.deselected)} sync{_s(chosen.deselected)} no more. What came in stays."
        )
    if not any(chosen):
        messages.info(request, "Nothing has changed.")


def _named(labels: list[Label]) -> str:
    names = [name_of(label) for label in labels]
    if len(names) > NAMED:
        return f"{len(names)} labels"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _s(labels: list[Label]) -> str:
    return "s" if len(labels) == 1 else ""


@require_POST
def mode(request: PageRequest) -> HttpResponse:
    """Choose what is kept of one's mail."""
    try:
        is_changed = set_mailbox_mode(
            _mine(request), request.POST.get("mode", ""), is_owner=True, actor=request.me.email
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
        look_now(_mine(request))
        messages.success(request, "It is looked at within seconds, where the worker runs.")
    except Rejected as refusal:
        messages.warning(request, sentence(refusal.reason))
    return redirect("web:profile-email")


@require_http_methods(["GET", "HEAD", "POST"])
def deleted(request: PageRequest, label_id: int) -> HttpResponse:
    """Say what follows, then believe that nearly all mail of a label was deleted at the provider."""
    mailbox = _mine(request)
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


def _mine(request: PageRequest) -> Mailbox:
    row = read.mailbox_of(request.me, int(time.time()))
    if row is None:
        raise Http404
    return row.mailbox


def _ids(request: HttpRequest, name: str) -> set[int]:
    """Ids that a form sent. Raises ``Http404`` for what is none."""
    numbers = [number_in(text) for text in request.POST.getlist(name)]
    if None in numbers:
        raise Http404
    return {number for number in numbers if number is not None}


def _back(request: HttpRequest) -> str:
    """The page with the list narrowed as it was."""
    asked = QueryDict(mutable=True)
    asked.update({name: request.POST[name] for name in ASKED if request.POST.get(name)})
    return reverse("web:profile-email") + (f"?{asked.urlencode()}" if asked else "")
