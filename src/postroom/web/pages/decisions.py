"""The ledger's list: decisions in force, narrowed by what stands in the address, and letting held ones go (C0)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from postroom.actions.release import release as release_
from postroom.core.reasons import DECIDED, HOLD, IMPORT, REASONS
from postroom.store.models import Decision
from postroom.store.read.decisions import PEOPLE, decisions, summary
from postroom.store.read.sides import decision_rows, people_rows
from postroom.store.read.users import users
from postroom.web.access import PageRequest
from postroom.web.pages.decision_filters import OUTCOMES, Filters, filters_of
from postroom.web.pages.ways_to_change import ways_to_change
from postroom.web.paging import cursor_of, is_fragment

PAGE_ROWS: Final = 50
_MOST_SUGGESTED: Final = 100


@require_safe
def show(request: PageRequest, reason: str = "") -> HttpResponse:
    """Show decisions in force, the newest first."""
    filters = filters_of(request.workspace, request.GET, reason)
    found = decisions(request.workspace, filters.asked)
    rows, older = page_of(request, found.none() if filters.problems else found)
    is_of_people = filters.is_of_people
    shown: dict[str, Any] = {
        "rows": people_rows(rows) if is_of_people else decision_rows(request.workspace, rows),
        "is_of_people": is_of_people,
        "older": filters.query(before=older) if older else "",
        "reason": filters.reason,
    }
    if is_fragment(request):
        return render(request, "decisions_rows.html", shown)
    status = 422 if filters.problems else 200
    return render(request, "decisions.html", {**shown, **_around(request, filters)}, status=status)


def _around(request: PageRequest, filters: Filters) -> dict[str, Any]:
    """What stands around the list: how many there are by reason, the filters, and what can be done."""
    by_lens = summary(request.workspace)
    counts: dict[str, int] = {}
    for of_outcome in by_lens.get(filters.asked.lens, {}).values():
        counts |= {name: count for name, count in of_outcome.items() if name in DECIDED}
    reason = filters.reason
    may_change = reason is not None and reason.outcome != IMPORT and reason.name != "deleted"
    # The people lens decides again by itself: once its user consents, or a copy is added.
    may_change = may_change and not filters.is_of_people
    return {
        "filters": filters,
        "outcomes": OUTCOMES[filters.asked.lens],
        "has_both_lenses": PEOPLE in by_lens or filters.is_of_people,
        "suggested": users(request.workspace)[:_MOST_SUGGESTED],
        "is_first": "before" not in request.GET,
        "counts": sorted(counts.items(), key=lambda item: (-item[1], item[0])),
        "total": sum(counts.values()),
        "ways": ways_to_change(reason.name, request) if reason else [],
        "reconsider": counts.get(reason.name, 0) if reason and may_change else 0,
    }


def page_of(
    request: PageRequest, found: QuerySet[Any], rows: int = PAGE_ROWS
) -> tuple[list[Any], int | None]:
    """The rows after the cursor, and where the next page begins."""
    before = cursor_of(request, 1)
    if before is not None:
        found = found.filter(pk__lt=before[0])
    page = list(found[: rows + 1])
    return page[:rows], page[rows - 1].pk if len(page) > rows else None


@require_POST
def release(request: PageRequest, decision_id: int) -> HttpResponse:
    """Let the careful reading of a malformed header decide (C0)."""
    if _was_released(request, decision_id):
        messages.info(request, "It was released already.")
        return redirect("web:decisions-of", "ambiguous")
    [answer] = release_(request.workspace, [decision_id], actor=request.me.email)
    if answer["status"] == "rejected":
        raise Http404
    if answer["status"] == "fetch_again":
        messages.success(request, "Released. It is fetched again from its mailbox and comes in by itself.")
    elif answer["status"] == "send_again":
        messages.success(
            request, "Released. Import its file or send it again, choosing to reconsider, and it comes in."
        )
    else:
        messages.success(request, f"Released. It stays out: it {REASONS[answer['reason']].says}")
    return redirect("web:decisions-of", "ambiguous")


def _was_released(request: PageRequest, decision_id: int) -> bool:
    """Whether the message of this decision, which held it, was let go before, in another tab say."""
    held = Decision.objects.filter(workspace=request.workspace, pk=decision_id, outcome=HOLD)
    return held.filter(message__released_at__isnull=False).exists()
