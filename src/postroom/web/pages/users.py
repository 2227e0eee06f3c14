"""Settings, Users: who is there, found and narrowed; all of them as CSV (U3)."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from postroom.actions.users_csv import template_csv, write_users_csv
from postroom.store.read.user_list import NARROWINGS, counts_of_users, users_page
from postroom.store.read.users import addresses_of
from postroom.store.read.users import users as all_users
from postroom.store.read.workspaces import collects_by_default
from postroom.web.access import PageRequest
from postroom.web.export import CSV, MARK
from postroom.web.filtering import searched
from postroom.web.paging import cursor_of, is_fragment

SHOWS: Final = {
    "": "All",
    "on": "Collecting",
    "off": "Not collecting",
    "outside": "Not signing in yet",
    "disabled": "Disabled",
}
"""What the list can be narrowed to."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the users that are asked for, by e-mail address."""
    text = searched(request.GET)
    narrowed = request.GET.get("show", "")
    if narrowed not in NARROWINGS:
        raise Http404
    after = cursor_of(request, 1)
    rows, more = users_page(request.workspace, text, narrowed, after[0] if after else None)
    shown: dict[str, Any] = {"rows": rows, "more": more, "text": text, "show": narrowed}
    if is_fragment(request):
        return render(request, "users_rows.html", shown)
    counts = counts_of_users(request.workspace)
    shown |= {
        "is_first": after is None,
        "shows": [(name, title, counts[name]) for name, title in SHOWS.items()],
        "collects_by_default": collects_by_default(request.workspace),
    }
    return render(request, "users.html", shown)


@require_safe
def as_csv(request: PageRequest) -> HttpResponseBase:
    """All users as a file that can be read in again; no cell of it is a formula (SEC-25)."""
    rows = list(all_users(request.workspace))
    lines = write_users_csv(rows, addresses_of(rows))
    answer = StreamingHttpResponse((MARK, *lines), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="users-{timezone.localdate():%Y-%m-%d}.csv"'
    return answer


@require_safe
def template(request: PageRequest) -> HttpResponse:
    """A file of no users, whose first line names the columns."""
    answer = HttpResponse(MARK + template_csv(), content_type=CSV)
    answer["Content-Disposition"] = 'attachment; filename="users-template.csv"'
    return answer
