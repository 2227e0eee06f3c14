"""The overview: what came in, what stayed out and why, and what waits for somebody."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postroom.core.reasons import HOLD, IMPORT, REASONS, SET_ASIDE, SKIP
from postroom.store.models import Workspace
from postroom.store.read.decisions import count_released, summary
from postroom.store.read.timeline import newest_engagements
from postroom.web.access import PageRequest


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show each part to whoever may open what it leads to."""
    shown: dict[str, Any] = {}
    if "manage_rules" in request.permissions:
        shown["ledger"] = _ledger(request.workspace)
    if "view_engagements" in request.permissions:
        shown["rows"] = newest_engagements(request.workspace, 8)
    return render(request, "overview.html", shown)


def _ledger(workspace: Workspace) -> dict[str, Any]:
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
        "reasons": [(REASONS[name], count) for name, count in stayed_out],
        "most": stayed_out[0][1] if stayed_out else 0,
    }
