"""The overview: what needs somebody, what came in, what stayed out and why. To each what they may open."""

from __future__ import annotations

import time
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from postroom.actions.import_command import import_command
from postroom.core.reasons import HOLD, IMPORT, REASONS, SET_ASIDE, SKIP
from postroom.store.models import Workspace
from postroom.store.read.decisions import count_released, summary
from postroom.store.read.engagements import newest_engagements
from postroom.store.read.overview import (
    LONG_DAYS,
    SHORT_DAYS,
    accounts_of_user,
    came_in,
    first_steps,
    own_newest,
    people_lens,
)
from postroom.web.access import PageRequest
from postroom.web.pages.overview_needs import needs_of, needs_of_sources
from postroom.web.pages.overview_tour import is_put_away, put_away, stops_of

NEWEST: Final = 8
_MOST_REASONS: Final = 7
_SEE_PEOPLE: Final = frozenset({"manage_users", "admin_access"})
"""Who has one of these sees how much the people lens counted: numbers of the whole workspace, and nothing else."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show each part to whoever may open what it leads to."""
    shown: dict[str, Any] = {}
    if "manage_rules" in request.permissions:
        shown |= _of_the_workspace(request)
    if alarms := needs_of_sources(request):
        shown["needs"] = [*alarms, *shown.get("needs", [])]
    if request.permissions & _SEE_PEOPLE:
        shown["people_lens"] = people_lens(request.workspace)
    if "view_engagements" in request.permissions:
        shown |= _newest(request)
        if "manage_rules" not in request.permissions:
            shown["own_accounts"] = accounts_of_user(request.me, NEWEST)
    if request.workspace.is_demo:
        shown["tour_is_away"] = is_put_away(request)
        shown["tour"] = [] if shown["tour_is_away"] else stops_of(request)
    return render(request, "overview.html", shown)


@require_POST
def tour(request: PageRequest) -> HttpResponse:
    """Put the card that says where to look first away, or bring it back."""
    put_away(request, request.POST.get("tour") == "away")
    return redirect("web:overview")


def _newest(request: PageRequest) -> dict[str, Any]:
    """What came in last; for who does not manage the rules their own, if there is any."""
    if "manage_rules" not in request.permissions and (own := own_newest(request.me, NEWEST)):
        return {"rows": own, "are_own": True}
    return {"rows": newest_engagements(request.workspace, request.me.pk, NEWEST)}


def _of_the_workspace(request: PageRequest) -> dict[str, Any]:
    ledger = ledger_of(request.workspace)
    if not ledger["met"]:
        command = import_command(request.workspace, request.me.email, "inbox")
        return {"ledger": ledger, "steps": first_steps(request.workspace), "command": command}
    return {
        "ledger": ledger,
        "needs": needs_of(request, ledger),
        "came_in": came_in(request.workspace, int(time.time())),
        "days": {"short": SHORT_DAYS, "long": LONG_DAYS},
    }


def ledger_of(workspace: Workspace) -> dict[str, Any]:
    """The figures of the ledger, by what becomes of a message."""
    counts = summary(workspace).get("customer", {})
    released = count_released(workspace)
    total = {name: sum(counts.get(name, {}).values()) for name in (IMPORT, HOLD, SKIP, SET_ASIDE)}
    stayed_out = sorted(counts.get(SKIP, {}).items(), key=lambda item: (-item[1], item[0]))
    return {
        "imported": total[IMPORT],
        "stayed_out": total[SKIP],
        "held": total[HOLD] - released,
        "released": released,
        "set_aside": total[SET_ASIDE],
        "waiting": total[HOLD] - released + total[SET_ASIDE],
        "met": sum(total.values()),
        "decided": sum(total.values()) - total[SET_ASIDE],
        "reasons": [(REASONS[name], count) for name, count in stayed_out[:_MOST_REASONS]],
        "further_reasons": len(stayed_out[_MOST_REASONS:]),
        "most": stayed_out[0][1] if stayed_out else 0,
    }
