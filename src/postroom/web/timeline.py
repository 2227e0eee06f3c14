"""The timeline on the page of an account or a person: whole, the next threads of it, or one thread unfolded."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from postroom.store.models import Account, Person
from postroom.store.read.threads import HiddenRow, Timeline
from postroom.web.access import PageRequest
from postroom.web.paging import cursor_of, is_fragment
from postroom.web.tags import month


def timeline_part(request: PageRequest, of: Account | Person) -> HttpResponse | None:
    """The part of the timeline that htmx asks for; ``None``: the whole page is asked for.

    ``?before=`` the next threads, ``?thread=`` one thread unfolded, ``?fold=`` one folded again.
    """
    if not request.headers.get("HX-Request"):
        return None
    timeline = Timeline(of, request.me.pk)
    for name, unfold in (("thread", True), ("fold", False)):
        if name in request.GET:
            row = timeline.thread(request.GET[name], unfold=unfold)
            if row is None:
                raise Http404
            return render(request, "thread_row.html", {"row": row, "before": request.GET.get("before", "")})
    return (
        render(request, "timeline_rows.html", _rows(request, timeline)) if "before" in request.GET else None
    )


def whole_timeline(request: PageRequest, of: Account | Person) -> dict[str, Any]:
    """What ``timeline.html`` shows: threads, or those after the cursor in the address, one of them unfolded."""
    return _rows(request, Timeline(of, request.me.pk))


def _rows(request: PageRequest, timeline: Timeline) -> dict[str, Any]:
    cursor = cursor_of(request, 2)
    before = (cursor[0], cursor[1]) if cursor else None
    page = timeline.page(before, unfold=request.GET.get("thread", ""))
    return {
        "rows": page.rows,
        "older": page.next,
        "is_first": before is None,
        "before": request.GET.get("before", ""),
        # A fragment goes on below a month whose heading stands there already.
        "month_above": month(before[0]) if before and is_fragment(request) else "",
        "searched_as": f"{'account' if isinstance(timeline.of, Account) else 'person'}={timeline.of.pk}",
        "hidden": sum(row.mails if isinstance(row, HiddenRow) else row.hidden for row in page.rows),
    }
