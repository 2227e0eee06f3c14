"""Settings, Email sync, Default Synced Labels: tick, see what follows, apply to all users (M5-M12).

What follows is foreseen for the boxes that are ticked; a click does nothing where something else was shown.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from postroom.actions.default_labels import Foreseen, apply_default_labels, foresee_default_labels
from postroom.core.labels import DEFAULT_ROLES, DISABLED, NO_MAILBOX, NO_SUCH_LABEL, Boxes, Fate
from postroom.store.models import Job
from postroom.store.read import default_labels as read
from postroom.store.read import default_labels_shown as shown_read
from postroom.store.read.push_results import OVERRIDDEN
from postroom.store.read.selected_on_connecting import selected_on_connecting
from postroom.web import default_labels_words as words
from postroom.web.access import PageRequest
from postroom.web.job_words import LABEL_NAMES, boxes_in_words
from postroom.web.mailbox_states import day
from postroom.web.pages.default_labels_past import past_of
from postroom.web.paging import cursor_of, number_in

FIRST_NAMES: Final = 20
"""So many users of each part are named on the page itself."""
PAGE_NAMES: Final = 50


class Named(NamedTuple):
    """A user of a part."""

    name: str
    email: str
    says: str
    """What is particular of this one; empty: nothing."""


class NamesShown(NamedTuple):
    """Some users of a part, in the order of their ids."""

    part: words.Part
    rows: list[Named]
    more: int | None
    """After which user it goes on; ``None``: these were the last."""


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Show the boxes and what follows from them, or as a fragment what follows; a POST applies them to all users."""
    if request.method == "POST":
        return _apply(request)
    if request.headers.get("HX-Request"):
        foreseen = foresee_default_labels(request.workspace, _boxes_in(request.GET))
        return render(
            request, "default_labels_follows.html", _what_follows(request, foreseen) | {"is_alone": True}
        )
    in_force = read.click_in_force(request.workspace)
    boxes = _boxes_in(request.GET) if request.GET.keys() & set(DEFAULT_ROLES) else _boxes_of(in_force)
    return _page(request, foresee_default_labels(request.workspace, boxes), in_force)


def _apply(request: PageRequest) -> HttpResponse:
    boxes = _boxes_in(request.POST)
    if request.POST.get("act") == "look":
        return redirect(f"{reverse('web:default-labels')}?{_query_of(boxes)}#follows")
    foreseen = foresee_default_labels(request.workspace, boxes)
    note = _why_not(request.POST, foreseen)
    if note:
        return _page(request, foreseen, read.click_in_force(request.workspace), note)
    apply_default_labels(request.workspace, boxes, actor=request.me.email)
    return redirect("web:default-labels")


def _why_not(sent: QueryDict, foreseen: Foreseen) -> str:
    """Why nothing is done: something else was shown beside the button than what would be done now."""
    asked = boxes_in_words(foreseen.boxes.as_json())
    if sent.get("shown_for") != asked:
        return (
            "Nothing was done: other boxes are ticked than this page had described. Below is what follows from "
            f"{asked}; apply it if that is what you want."
        )
    count = len(foreseen.overridden)
    if count > (number_in(sent.get("shown_overridden", "")) or 0):
        return (
            "Nothing was done: users chose labels after this page was shown, and "
            f"what {words.how_many(count, 'user')} chose would be overridden now. "
            "Below is what follows as of this moment."
        )
    return ""


def _page(request: PageRequest, foreseen: Foreseen, in_force: Job | None, note: str = "") -> HttpResponse:
    shown = {
        "boxes": [
            (role, LABEL_NAMES[role], _SAYS[role], foreseen.boxes.wants(role)) for role in DEFAULT_ROLES
        ],
        "note": note,
        "selected_later": words.labels_in_words(selected_on_connecting(request.workspace)),
        "has_mailboxes": any(fate.reason not in (NO_MAILBOX, DISABLED) for fate in foreseen.fates),
        **_what_follows(request, foreseen),
        **past_of(request.workspace, in_force),
    }
    return render(request, "default_labels.html", shown, status=422 if note else 200)


_SAYS: Final = {
    "inbox": "What is received and lies in the inbox.",
    "sent": "What your people send.",
}


def _boxes_in(sent: QueryDict) -> Boxes:
    return Boxes(**{role: sent.get(role) == "on" for role in DEFAULT_ROLES})


def _query_of(boxes: Boxes) -> str:
    return "&".join(f"{role}={'on' if boxes.wants(role) else 'off'}" for role in DEFAULT_ROLES)


def _boxes_of(click: Job | None) -> Boxes:
    """As in the click in force; at first both are unticked (M5)."""
    return Boxes(**{role: click.asked[role] for role in DEFAULT_ROLES}) if click is not None else Boxes()


def _what_follows(request: PageRequest, foreseen: Foreseen) -> dict[str, Any]:
    """What follows from the boxes, with the first names of each part."""
    overridden = words.part_of_overridden(foreseen)
    changed, others = words.parts_of_changed(foreseen), words.parts_of_others(foreseen)
    shown = _names_of([overridden, *changed, *others], FIRST_NAMES)
    return {
        "foreseen": foreseen,
        "is_push_under_way": read.is_push_under_way(request.workspace),
        "disconnected": shown_read.count_disconnected(request.workspace),
        "asked": boxes_in_words(foreseen.boxes.as_json()),
        "query": _query_of(foreseen.boxes),
        "shifts": words.shifts_of(foreseen),
        "starts": words.starts(foreseen),
        "stops": words.stops(foreseen),
        "in_short": words.in_short(foreseen),
        "overridden": shown[0],
        "changed": shown[1 : 1 + len(changed)],
        "others": shown[1 + len(changed) :],
    }


@require_safe
def users(request: PageRequest) -> HttpResponse:
    """Name the users of one part, a page at a time: as a page of its own, or the next rows of a list."""
    foreseen = foresee_default_labels(request.workspace, _boxes_in(request.GET))
    part = next((one for one in words.all_parts(foreseen) if one.name == request.GET.get("part")), None)
    if part is None:
        raise Http404
    after = cursor_of(request, 1)
    [names] = _names_of([part], PAGE_NAMES, after[0] if after else 0)
    shown = {
        "names": names,
        "asked": boxes_in_words(foreseen.boxes.as_json()),
        "query": _query_of(foreseen.boxes),
        "is_first": after is None,
    }
    is_fragment = request.headers.get("HX-Request")
    return render(request, "default_labels_names.html" if is_fragment else "default_labels_users.html", shown)


def _names_of(parts: list[words.Part], limit: int, after: int = 0) -> list[NamesShown]:
    """The next users of each part, two queries in all."""
    picked = [[fate for fate in part.fates if fate.user > after][: limit + 1] for part in parts]
    users = read.names_of({fate.user for fates in picked for fate in fates[:limit]})
    own = next((fates for part, fates in zip(parts, picked, strict=True) if part.name == OVERRIDDEN), [])
    chosen = shown_read.chosen_at(
        [change.label for fate in own[:limit] for change in fate.changes if change.overrides]
    )
    return [
        NamesShown(
            part,
            [
                Named(users[fate.user].name, users[fate.user].email, _says(part, fate, chosen))
                for fate in fates[:limit]
                if fate.user in users
            ],
            fates[limit - 1].user if len(fates) > limit else None,
        )
        for part, fates in zip(parts, picked, strict=True)
    ]


def _says(part: words.Part, fate: Fate, chosen: dict[int, int]) -> str:
    if part.name == OVERRIDDEN:
        return "; ".join(
            f"chose {LABEL_NAMES[change.role]} {'off' if change.is_selected else 'on'}"
            + (f", {day(chosen[change.label])}" if change.label in chosen else "")
            for change in fate.changes
            if change.overrides
        )
    if part.name == NO_SUCH_LABEL:
        return "no " + " and no ".join(
            LABEL_NAMES[role] for role in DEFAULT_ROLES if fate.before[role] is None
        )
    return "own choice" if fate.overrides else ""
