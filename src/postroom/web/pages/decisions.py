"""The ledger's lists: decisions, all or of one reason, and what was set aside."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from postroom.actions.rejection import NotFound
from postroom.actions.release import release as release_
from postroom.actions.retry_set_aside import retry_set_aside
from postroom.core.reasons import REASONS, SET_ASIDE
from postroom.store.read import set_aside as aside
from postroom.store.read.decisions import AskedDecisions, decisions, summary
from postroom.store.read.sides import decision_rows
from postroom.web.access import PageRequest
from postroom.web.paging import cursor_of, is_fragment

PAGE_ROWS: Final = 50


@require_safe
def show(request: PageRequest, reason: str = "") -> HttpResponse:
    """Show decisions in force, the newest first."""
    if reason and (reason not in REASONS or REASONS[reason].outcome == SET_ASIDE):
        raise Http404
    rows, older = _page(request, decisions(request.workspace, AskedDecisions(lens="customer", reason=reason)))
    shown: dict[str, Any] = {"rows": decision_rows(request.workspace, rows), "older": older}
    shown |= {"reason": REASONS.get(reason), "is_first": "before" not in request.GET}
    if is_fragment(request):
        return render(request, "decisions_rows.html", shown)
    outcomes = summary(request.workspace).get("customer", {})
    counts = {name: n for of in outcomes.values() for name, n in of.items() if name != "unparsable"}
    shown |= {"counts": sorted(counts.items(), key=lambda item: (-item[1], item[0]))}
    return render(request, "decisions.html", {**shown, "total": sum(counts.values())})


@require_safe
def set_aside(request: PageRequest) -> HttpResponse:
    """Show what could not be read and waits to be run again."""
    rows, older = _page(request, aside.set_aside(request.workspace).select_related("user"))
    shown = {"rows": rows, "older": older, "is_first": "before" not in request.GET}
    return render(request, "set_aside_rows.html" if is_fragment(request) else "set_aside.html", shown)


@require_POST
def release(request: PageRequest, decision_id: int) -> HttpResponse:
    """Let the careful reading of a malformed header decide (C0)."""
    [answer] = release_(request.workspace, [decision_id], actor=request.me.email)
    if answer["status"] == "rejected":
        raise Http404
    if answer["status"] == "send_again":
        messages.success(request, "Released. Import its file again with --reconsider, and it comes in.")
    else:
        messages.success(request, f"Released. It stays out: it {REASONS[answer['reason']].says}")
    return redirect("web:decisions-of", "ambiguous")


@require_POST
def retry(request: PageRequest, row_id: int) -> HttpResponse:
    """Read a mail that was set aside once more (L6)."""
    try:
        answer = retry_set_aside(request.workspace, row_id)
    except NotFound:
        raise Http404 from None
    if answer["status"] == "filed":
        messages.success(request, f"It could be read now: it {REASONS[answer['reason']].says}")
    elif answer["reason"] == "file_needed":
        messages.warning(request, "It was too large to keep. Import its file again.")
    else:
        messages.warning(
            request, "It still cannot be read, and stays here. Try again after an update of Postroom."
        )
    return redirect("web:set-aside")


def _page(request: PageRequest, found: QuerySet[Any]) -> tuple[list[Any], int | None]:
    """The rows after the cursor, and where the next page begins."""
    before = cursor_of(request, 1)
    if before is not None:
        found = found.filter(pk__lt=before[0])
    rows = list(found[: PAGE_ROWS + 1])
    return rows[:PAGE_ROWS], rows[PAGE_ROWS - 1].pk if len(rows) > PAGE_ROWS else None
