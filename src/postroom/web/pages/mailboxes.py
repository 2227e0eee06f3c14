"""Settings, Mailboxes: how each mailbox is, for administrators; one of them with its labels (M14)."""

from __future__ import annotations

import time
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from postroom.actions.look_now import look_now
from postroom.actions.rejection import Rejected
from postroom.store.read import mailbox_pages as read
from postroom.store.read.completeness import added_up, completeness, differences, missed, starts_at
from postroom.store.read.label_choices import choices_of
from postroom.web.access import PageRequest
from postroom.web.filtering import searched
from postroom.web.forms import sentence
from postroom.web.label_choices import chosen_in_words, notes_of
from postroom.web.mailbox_states import MODES, TITLES, health_of, label_state, mode_of, name_of, times_of
from postroom.web.paging import cursor_of, is_fragment

LENSES: Final = {"customer": "Customers", "people": "People"}
"""What each lens is called at the head of a table."""
NAMED: Final = 20
"""So many mails are named by what the provider knows them by."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the mailboxes that are asked for, by the user's address."""
    now = int(time.time())
    text = searched(request.GET)
    state = request.GET.get("state", "")
    if state and state not in read.STATES:
        raise Http404
    after = cursor_of(request, 1)
    found = read.mailboxes(request.workspace, now)
    rows, more = read.page_of_mailboxes(read.narrowed(found, text, state), now, after[0] if after else None)
    shown: dict[str, Any] = {"rows": [_row(row) for row in rows], "more": more, "text": text, "state": state}
    if is_fragment(request):
        return render(request, "mailboxes_rows.html", shown)
    counts = read.counts_by_state(found)
    shown |= {
        "is_first": after is None,
        "total": sum(counts.values()),
        "states": [(name, TITLES[name], count) for name, count in counts.items()],
    }
    return render(request, "mailboxes.html", shown)


def _row(row: read.MailboxRow) -> dict[str, Any]:
    return {
        "mailbox": row.mailbox,
        "user": row.mailbox.user,
        "health": health_of(row),
        "selected": len(row.selected),
        **times_of(row),
    }


@require_safe
def mailbox(request: PageRequest, mailbox_id: int) -> HttpResponse:
    """Show one mailbox, with the labels that sync."""
    row = _found(request, mailbox_id)
    not_met = read.not_met(row.selected)
    all_labels = read.labels_of(row.mailbox)
    choices = choices_of(request.workspace, all_labels)
    chosen = chosen_in_words(all_labels, choices)
    labels = [
        {
            "label": label,
            "name": name_of(label),
            "state": label_state(row, label),
            "chosen": chosen.get(label.pk, "—"),
            "not_met": not_met[label.pk],
        }
        for label in all_labels
        if label.selected_at is not None
    ]
    shown = {
        **_row(row),
        "labels": labels,
        "notes": notes_of(all_labels, choices),
        "others": read.count_labels(row.mailbox) - len(labels),
        "mode": MODES[mode_of(row.mailbox)][0],
        "is_connected": row.mailbox.connected_at is not None,
    }
    return render(request, "mailbox.html", shown)


@require_safe
def label(request: PageRequest, mailbox_id: int, label_id: int) -> HttpResponse:
    """Show of one label that syncs whether all that it lists is accounted for, day by day (L5)."""
    row = _found(request, mailbox_id)
    found = next((one for one in row.selected if one.pk == label_id), None)
    if found is None:
        raise Http404
    found.mailbox = row.mailbox
    part = completeness(found, before=_day(request))
    total = added_up(part.days.values())
    shown = {
        **_row(row),
        "label": found,
        "name": name_of(found),
        "state": label_state(row, found),
        "days": part.days.items(),
        "older": part.older,
        "is_first": "before" not in request.GET,
        "total": total,
        "lenses": [(lens, LENSES[lens]) for lens in total.lenses],
        "differences": differences(found, starts_at(found) or 0, NAMED),
        "missed": missed(found, starts_at(found) or 0, NAMED),
        "not_met": read.not_met([found])[found.pk],
    }
    return render(request, "mailbox_label.html", shown)


def _day(request: PageRequest) -> date | None:
    """The day before which days are asked for. Raises ``Http404``."""
    text = request.GET.get("before")
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise Http404 from None


@require_POST
def look(request: PageRequest, mailbox_id: int) -> HttpResponse:
    """Have the mailbox looked at now."""
    row = _found(request, mailbox_id)
    try:
        look_now(row.mailbox)
        messages.success(request, "It is looked at within seconds, where the worker runs.")
    except Rejected as refusal:
        messages.warning(request, sentence(refusal.reason))
    return redirect("web:mailbox", mailbox_id)


def _found(request: PageRequest, mailbox_id: int) -> read.MailboxRow:
    row = read.mailbox_with_id(request.workspace, mailbox_id, int(time.time()))
    if row is None:
        raise Http404
    return row
