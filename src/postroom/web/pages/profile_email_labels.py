"""Profile, Email: choose which labels of one's own mailbox sync, from when; said first where it goes far (M4)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from postroom.actions import choose_labels as choosing
from postroom.actions.foresee_backfill import Foreseen, foresee_backfill
from postroom.actions.rejection import NotFound, Rejected
from postroom.core.labels import USER
from postroom.store.models import Label, Mailbox
from postroom.store.read import mailbox_pages as read
from postroom.web.access import PageRequest
from postroom.web.forms import sentence
from postroom.web.mailbox_states import day, name_of, span
from postroom.web.mailbox_words import trouble_in_words
from postroom.web.pages.profile_email import counted_from, mine, page
from postroom.web.paging import number_in
from postroom.web.sessions import client_of

ASKED: Final = ("q", "show", "from")
"""What narrows the list of labels; it stays through saving."""
NAMED: Final = 5
"""So many labels are named in a message."""


@require_POST
def labels(request: PageRequest) -> HttpResponse:
    """Choose which labels sync; what goes back or stops is said first, and done once it is confirmed."""
    mailbox = mine(request)
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
        return page(
            request, request.POST, ticked=ticked, days=typed, problem=sentence(refusal.reason), status=422
        )
    _say(request, chosen, days, counted_from(request, mailbox))
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
        "counted_from": counted_from(request, mailbox),
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
