"""One source: what it feeds, what comes in by it, what was answered, what failed (K3, K9)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postroom.actions.change_source import change_source
from postroom.actions.process_uploads import retry_items
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Source
from postroom.store.read import source_page as read
from postroom.store.read.mailbox_pages import connected_by_source
from postroom.store.read.source_health import failure_shares
from postroom.store.read.sources import access_tokens, fed_by, sources
from postroom.store.read.uploads import upload_counts
from postroom.web.access import PageRequest
from postroom.web.pages.decisions import page_of
from postroom.web.pages.source_tokens import examples_of, source_of, works
from postroom.web.paging import is_fragment
from postroom.web.source_form import SourceForm
from postroom.web.source_words import (
    FEEDS,
    ITEMS,
    KINDS,
    STATES,
    problem_in_words,
    reasons_in_words,
    statuses_in_words,
)

CALLS: Final = 10
FAILED: Final = 10
"""So many rows of these on the page."""
RETRIED_AT_ONCE: Final = 10_000


@require_safe
def show(request: PageRequest, source_id: int) -> HttpResponse:
    """Show a source."""
    source = _any_source(request, source_id)
    if source.kind != "api":
        return _show_mailboxes(request, source)
    tokens = [(token, works(token)) for token in access_tokens(source)]
    counts = upload_counts(source)
    states = _states_shown(counts)
    failed = sum(of_kind["failed"] for of_kind in counts.values())
    shown = {
        "source": source,
        "kind": KINDS[source.kind],
        "feeds": FEEDS[tuple(fed_by(source))],
        "lately": failure_shares([source.pk])[source.pk],
        "tokens": tokens,
        "has_working": any(is_working for _, is_working in tokens),
        "last_used_at": max((token.last_used_at for token, _ in tokens if token.last_used_at), default=None),
        "states": states.values(),
        "counts": _counts(counts, states),
        "calls": [_call(call) for call in read.newest_calls(source, CALLS)],
        "failed": failed,
        "failures": _failures(source) if failed else [],
        "has_folders": read.folders(source).exists(),
        "examples": examples_of(request, None),
    }
    return render(request, "source.html", shown)


def _any_source(request: PageRequest, source_id: int) -> Source:
    """The source of the workspace, of whatever kind; raises ``Http404``."""
    source = sources(request.workspace).select_related("workspace").filter(pk=source_id).first()
    if source is None:
        raise Http404
    return source


def _show_mailboxes(request: PageRequest, source: Source) -> HttpResponse:
    """Show a source that mailboxes are read through; how it is set up stands under Email sync."""
    shown = {
        "source": source,
        "kind": KINDS[source.kind],
        "feeds": FEEDS[tuple(fed_by(source))],
        "connected": connected_by_source(request.workspace).get(source.pk, 0),
    }
    return render(request, "source_mailboxes.html", shown)


def _states_shown(counts: dict[str, dict[str, int]]) -> dict[str, str]:
    """The states in words: what was dropped only where something was, for most workspaces drop nothing."""
    has_dropped = any(of_kind["dropped"] for of_kind in counts.values())
    return {state: words for state, words in STATES.items() if state != "dropped" or has_dropped}


def _counts(
    counts: dict[str, dict[str, int]], states: dict[str, str]
) -> list[tuple[str, list[tuple[str, int]]]]:
    """A line for each kind of which there is any: in words, with the count in each state."""
    return [
        (ITEMS[kind], [(words, of_kind[state]) for state, words in states.items()])
        for kind, of_kind in counts.items()
        if any(of_kind.values())
    ]


def _call(call: Any) -> dict[str, Any]:
    return {
        "at": call.at,
        "kind": ITEMS[call.kind],
        "statuses": statuses_in_words(call.statuses),
        "reasons": reasons_in_words(call.reasons),
    }


def _failures(source: Source) -> list[dict[str, Any]]:
    return [
        {"item": item, "kind": ITEMS[item.kind], "says": problem_in_words(item.problem)}
        for item in read.failed_items(source)[:FAILED]
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, source_id: int) -> HttpResponse:
    """Change name, what it feeds and the crawling depth."""
    source = _any_source(request, source_id)
    form = SourceForm.of(source)
    if request.method == "POST":
        form = SourceForm.typed(request)
        try:
            change_source(request.workspace, source.pk, form.record)
            way = "is uploaded" if source.kind == "api" else "comes in"
            messages.success(request, f"Saved. It counts for what {way} from now on.")
            return redirect("web:source", source.pk)
        except Rejected as refusal:
            form.refuse(refusal)
        except NotFound:
            raise Http404 from None
    shown = {"source": source, "form": form}
    return render(request, "source_change.html", shown, status=422 if form.problems else 200)


@require_POST
def retry(request: PageRequest, source_id: int, item_id: int) -> HttpResponse:
    """Have one item that failed taken up again."""
    source = source_of(request, source_id)
    if not read.failed_items(source).filter(pk=item_id).exists():
        raise Http404
    retry_items(request.workspace, [item_id])
    messages.success(request, "It is taken up again within seconds, where the worker runs.")
    return redirect("web:source", source.pk)


@require_POST
def retry_all(request: PageRequest, source_id: int) -> HttpResponse:
    """Have all items that failed taken up again."""
    source = source_of(request, source_id)
    ids = list(read.failed_items(source).values_list("pk", flat=True)[:RETRIED_AT_ONCE])
    retry_items(request.workspace, ids)
    messages.success(request, "They are taken up again within seconds, where the worker runs.")
    return redirect("web:source", source.pk)


@require_safe
def folders(request: PageRequest, source_id: int) -> HttpResponse:
    """Show what the source said of mail folders (K3)."""
    source = source_of(request, source_id)
    rows, older = page_of(request, read.folders(source))
    shown = {"source": source, "rows": rows, "older": older, "is_first": "before" not in request.GET}
    return render(
        request, "source_folders_rows.html" if is_fragment(request) else "source_folders.html", shown
    )
