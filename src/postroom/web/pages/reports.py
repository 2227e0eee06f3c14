"""Reports: one's own report and circle first, then whose else one may see. No figure of anybody stands here (E11)."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postroom.store.read.report_list import NARROWINGS, reports_page
from postroom.web.access import PageRequest
from postroom.web.filtering import searched
from postroom.web.onlooker import onlooker_of, sees_others
from postroom.web.paging import cursor_of, is_fragment

SHOWS: Final = {"": "All", "on": "Collecting", "off": "Not collecting"}
"""What the list can be narrowed to."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show where one's own report is, and whose else one may see, by e-mail address."""
    text = searched(request.GET)
    narrowed = request.GET.get("show", "")
    if narrowed not in NARROWINGS:
        raise Http404
    after = cursor_of(request, 1)
    rows, more = (
        reports_page(onlooker_of(request), text, narrowed, after[0] if after else None)
        if sees_others(request)
        else ([], None)
    )
    shown: dict[str, Any] = {"rows": rows, "more": more, "text": text, "show": narrowed}
    if is_fragment(request):
        return render(request, "reports_rows.html", shown)
    shown |= {
        "is_first": after is None,
        "shows": SHOWS.items(),
        "sees_others": sees_others(request),
        "sees_all": "report_all" in request.permissions,
    }
    return render(request, "reports.html", shown)
