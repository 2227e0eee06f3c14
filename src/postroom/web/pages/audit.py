"""Settings, Audit: who did what, when and to whom, the newest first; and the same of one's own under My data (S5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from postroom.core.audit import ACTS
from postroom.store.models import AuditEntry
from postroom.store.read import audit as read
from postroom.store.read.jobs import Viewer, is_seen
from postroom.store.read.tokens import makers_of
from postroom.store.read.users import users
from postroom.web.access import PageRequest
from postroom.web.audit_words import (
    ALIKE,
    act_in_words,
    act_to_you,
    actor_in_words,
    changes_in_words,
    labels_named,
    tokens_named,
)
from postroom.web.filtering import days_in, midnight, typed_of
from postroom.web.pages.decisions import page_of
from postroom.web.paging import is_fragment, number_in

NARROWED_BY: Final = ("act", "actor", "user", "since", "until", "job")


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the log, or what it is narrowed to; what one job did to many is one row, which opens."""
    typed = typed_of(request.GET, NARROWED_BY)
    problems: dict[str, str] = {}
    asked = _asked(request, typed, problems)
    found = read.folded(request.workspace, asked)
    rows, older = page_of(request, found.none() if problems else found)
    shown: dict[str, Any] = {
        "rows": _rows(request, rows, read.count_folded(rows, asked), typed),
        "older": f"?{urlencode({**typed, 'before': str(older)})}" if older else "",
    }
    if is_fragment(request):
        return render(request, "audit_rows.html", shown)
    shown |= {
        "typed": typed,
        "problems": problems,
        "acts": {act: act_in_words(act) for act in ACTS},
        "query": f"?{urlencode(typed)}" if typed else "",
        "of_all": f"?{urlencode({name: text for name, text in typed.items() if name != 'job'})}",
        "is_first": "before" not in request.GET,
    }
    return render(request, "audit.html", shown, status=422 if problems else 200)


def _asked(request: PageRequest, typed: Mapping[str, str], problems: dict[str, str]) -> read.AskedAudit:
    """What is asked for. Raises ``Http404`` for an act or a job that no entry can have."""
    job = number_in(typed["job"]) if "job" in typed else None
    if ("job" in typed and job is None) or typed.get("act", next(iter(ACTS))) not in ACTS:
        raise Http404
    since, until = days_in(typed, problems)
    concerned = None
    if "user" in typed:
        text = typed["user"]
        concerned = users(request.workspace).filter(Q(name__icontains=text) | Q(email__icontains=text))
    return read.AskedAudit(
        act=typed.get("act", ""),
        actor=typed.get("actor", ""),
        users=concerned,
        since=midnight(since),
        until=midnight(until + timedelta(days=1) if until else None),
        job=job,
    )


def _rows(
    request: PageRequest,
    entries: Sequence[AuditEntry],
    counts: Mapping[tuple[int, str], int],
    typed: Mapping[str, str],
) -> list[dict[str, Any]]:
    viewer = Viewer(request.permissions, request.me.pk)
    # What a label is called is told to who sees it on its mailbox's page anyway.
    sees_labels = "admin_access" in request.permissions
    labels = read.label_paths(request.workspace, labels_named(entries)) if sees_labels else {}
    rows = []
    for entry in entries:
        count = counts.get((entry.job_id or 0, entry.act), 1)
        is_told = count == 1 or entry.act in ALIKE
        rows.append(
            {
                "entry": entry,
                "what": act_in_words(entry.act),
                "changes": _changes(entry, labels, is_of_many=count > 1) if is_told else [],
                "count": count,
                "all_of_it": urlencode({**typed, "act": entry.act, "job": entry.job_id or ""}),
                "sees_job": entry.job is not None and is_seen(entry.job, viewer),
            }
        )
    return rows


def _changes(entry: AuditEntry, labels: Mapping[int, list[str]], *, is_of_many: bool) -> list[str]:
    return changes_in_words(None if is_of_many else entry.before, entry.after, labels)


@require_safe
def mine(request: PageRequest) -> HttpResponse:
    """Show what was done that concerns whoever asks, for everybody their own."""
    rows, older = page_of(request, read.entries_of(request.me))
    shown = {"audit": own_rows(request, rows), "older": older, "is_first": "before" not in request.GET}
    return render(request, "my_data_audit_rows.html" if is_fragment(request) else "my_data_audit.html", shown)


def own_rows(request: PageRequest, entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Entries as whom they concern reads them, with the names of their labels."""
    labels = read.label_paths(request.workspace, labels_named(entries))
    makers = makers_of(request.workspace, tokens_named(entry.actor for entry in entries))
    return [
        {
            "at": entry.at,
            "by": "You" if entry.actor == request.me.email else actor_in_words(entry.actor, makers),
            "what": act_to_you(entry),
            "changes": _changes(entry, labels, is_of_many=False),
        }
        for entry in entries
    ]
