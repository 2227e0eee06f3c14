"""Settings, Sources: the ways in for programs that upload, and adding one (K1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from postroom.actions.create_source import create_source
from postroom.actions.item_answer import STATUSES
from postroom.actions.rejection import Rejected
from postroom.store.read.source_health import failure_shares
from postroom.store.read.source_page import items_of_a_day
from postroom.store.read.sources import fed_by, sources, tokens_of_sources
from postroom.web.access import PageRequest
from postroom.web.pages.decisions import page_of
from postroom.web.pages.source_tokens import show_secret
from postroom.web.paging import is_fragment
from postroom.web.source_form import SourceForm
from postroom.web.source_words import FEEDS, KINDS


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the sources, the last added first."""
    looked_at = sources(request.workspace).annotate(looked_at=Max("mailboxes__looked_at"))
    found, older = page_of(request, looked_at.order_by("-pk"))
    shown = {"rows": _rows(found), "older": older, "is_first": "before" not in request.GET}
    return render(request, "sources_rows.html" if is_fragment(request) else "sources.html", shown)


def _rows(found: Sequence[Any]) -> list[dict[str, Any]]:
    ids = [source.pk for source in found]
    tokens, shares, items = tokens_of_sources(ids), failure_shares(ids), items_of_a_day(ids, STATUSES)
    return [
        {
            "source": source,
            "kind": KINDS[source.kind],
            "feeds": FEEDS[tuple(fed_by(source))],
            "last_used_at": source.looked_at
            or max((t.last_used_at for t in tokens[source.pk] if t.last_used_at), default=None),
            "items": items[source.pk],
            "lately": shares[source.pk],
        }
        for source in found
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Add a source, and show the secret of its access token, this once."""
    form = SourceForm()
    if request.method == "POST":
        form = SourceForm.typed(request)
        try:
            source, secret = create_source(request.workspace, **form.record, actor=request.me.email)
            return show_secret(request, source, secret, is_new=True)
        except Rejected as refusal:
            form.refuse(refusal)
    return render(request, "source_add.html", {"form": form}, status=422 if form.problems else 200)
