"""Settings, Collecting data: what new users begin with, how long what is held is kept, how much that is (P6, P8).

Counts of the whole workspace only: of a single user's held items nothing is shown here.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postroom.actions.collecting_default import set_collecting_default
from postroom.actions.drop_too_old import MOST_DAYS, count_too_old, set_holding
from postroom.actions.rejection import REJECTIONS
from postroom.store.read.held import count_holding, dropped_in, held_in
from postroom.web.access import PageRequest
from postroom.web.paging import number_in
from postroom.web.passive_words import KINDS


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Show the settings and counts, and change the settings."""
    workspace = request.workspace
    if request.method != "POST":
        return _show(request, "" if workspace.holds_for_days is None else str(workspace.holds_for_days))
    typed = request.POST.get("days", "").strip()
    days = number_in(typed) if request.POST.get("keep") == "days" else None
    if request.POST.get("keep") == "days" and (days is None or not 1 <= days <= MOST_DAYS):
        return _show(request, typed, problem=REJECTIONS["days_invalid"], status=422)
    is_on = request.POST.get("default") == "on"
    if days is not None and days != workspace.holds_for_days and "confirmed" not in request.POST:
        goes = count_too_old(workspace, days)
        if goes:
            return render(request, "collecting_confirm.html", {"days": days, "goes": goes, "is_on": is_on})
    changed = [
        set_collecting_default(workspace, is_on, actor=request.me.email),
        set_holding(workspace, days, actor=request.me.email),
    ]
    if any(changed):
        messages.success(request, "Saved.")
    else:
        messages.info(request, "Nothing has changed.")
    return redirect("web:collecting")


def _show(request: PageRequest, typed: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    workspace = request.workspace
    posted = request.POST
    shown: dict[str, Any] = {
        "is_on": posted.get("default") == "on" if posted else workspace.collects_by_default,
        "by_days": posted.get("keep") == "days" if posted else workspace.holds_for_days is not None,
        "days": typed,
        "problem": problem,
        "held": [(KINDS[one.kind], one) for one in held_in(workspace)],
        "holding": count_holding(workspace),
        "dropped": [(KINDS[kind], count) for kind, count in dropped_in(workspace)],
    }
    return render(request, "collecting.html", shown, status=status)
