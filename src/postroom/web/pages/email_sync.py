"""Settings, Email sync: mail systems, all mailboxes at once, who has one, the most that is kept (M1, M2, S8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postroom.actions.connect_all import check_central, connect_all, disconnect_all
from postroom.actions.mailbox_source import SourceShown, set_up_source, shown_source
from postroom.actions.rejection import Rejected
from postroom.actions.set_mailbox_mode import set_strictest_mode
from postroom.core.job_kinds import CONNECT_ALL
from postroom.core.mailbox import KINDS, MODE_NAMES, Mode
from postroom.core.trouble import TryLater
from postroom.providers.port import Missing
from postroom.store.models import Source
from postroom.store.read import mailbox_pages as read
from postroom.store.read.default_labels import click_in_force
from postroom.store.read.mailbox_sources import last_job_of, mailbox_sources, reach_of
from postroom.store.read.selected_on_connecting import selected_on_connecting
from postroom.web.access import PageRequest
from postroom.web.default_labels_words import labels_in_words
from postroom.web.email_sync_form import LABELS, NAMES, SECURITIES, EmailSyncForm
from postroom.web.filtering import searched
from postroom.web.forms import sentence
from postroom.web.job_words import boxes_in_words
from postroom.web.mailbox_states import MODES
from postroom.web.mailbox_words import what_happened
from postroom.web.paging import cursor_of, is_fragment
from postroom.web.sessions import address_here

SHOWS: Final = {"": "All users", "without": "Without a mailbox", "with": "With a mailbox"}
"""What the list of users can be narrowed to."""
_MAY_BE_NOBODY: Final = frozenset({"cut_off", "turned_away"})
"""What some servers do where they are asked for a mailbox that is not there."""
_HAS_ONE: Final = {"": None, "without": False, "with": True}


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the mail systems and the users with and without a mailbox."""
    text, narrowed = searched(request.GET), request.GET.get("show", "")
    if narrowed not in SHOWS:
        raise Http404
    after = cursor_of(request, 1)
    rows, more = read.users_by_mailbox(
        request.workspace, _HAS_ONE[narrowed], text, after[0] if after else None
    )
    shown: dict[str, Any] = {"rows": rows, "more": more, "text": text, "show": narrowed}
    if is_fragment(request):
        return render(request, "email_sync_rows.html", shown)
    having, lacking = read.counts_of_users(request.workspace)
    applied = click_in_force(request.workspace)
    counts = {"": having + lacking, "without": lacking, "with": having}
    shown |= {
        "is_first": after is None,
        "shows": [(name, title, counts[name]) for name, title in SHOWS.items()],
        **_systems(request),
        "applied": applied,
        "selected_later": labels_in_words(selected_on_connecting(request.workspace)),
        "applied_boxes": boxes_in_words(applied.asked) if applied is not None else "",
        "modes": [(name, title, says) for name, (title, says) in MODES.items()],
        "mode": MODE_NAMES[Mode(request.workspace.mailbox_mode)],
    }
    return render(request, "email_sync.html", shown)


def _systems(request: PageRequest) -> dict[str, list[dict[str, Any]]]:
    """Each kind of mail system, set up or not, and the made-up one of a demo."""
    sources = list(mailbox_sources(request.workspace))
    there = {source.kind: shown_source(source) for source in sources if source.kind in KINDS}
    connected = read.connected_by_source(request.workspace)
    systems = [
        {
            "kind": kind,
            "name": NAMES[kind],
            "shown": there.get(kind),
            "is_set_up": kind in there and bool(there[kind].settings or there[kind].secrets),
            "own": kind == "imap" or (kind in there and there[kind].has_client),
            "connected": connected.get(there[kind].source.pk, 0) if kind in there else 0,
        }
        for kind in KINDS
    ]
    made_up = [
        {"source": source, "connected": connected.get(source.pk, 0)}
        for source in sources
        if source.kind not in KINDS
    ]
    return {"systems": systems, "made_up": made_up}


@require_POST
def mode(request: PageRequest) -> HttpResponse:
    """Choose the most that is kept of mail from mailboxes."""
    try:
        is_changed = set_strictest_mode(
            request.workspace, request.POST.get("mode", ""), actor=request.me.email
        )
    except Rejected:
        raise Http404 from None
    if is_changed:
        messages.success(request, "Saved. It counts for mail that comes in from now on.")
    else:
        messages.info(request, "Nothing has changed.")
    return redirect("web:email-sync")


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: PageRequest, kind: str) -> HttpResponse:
    """Set a mail system up, or change how it is."""
    shown = _shown(request, kind)
    form = EmailSyncForm(kind, shown)
    if request.method == "POST":
        form = EmailSyncForm.sent(kind, shown, request)
        try:
            set_up_source(request.workspace, kind, form.record(), actor=request.me.email)
            messages.success(request, f"{NAMES[kind]}: saved.")
            return redirect("web:email-sync")
        except Rejected as refusal:
            form.refuse(refusal)
    context = {
        "kind": kind,
        "name": NAMES[kind],
        "form": form,
        "securities": SECURITIES,
        "redirect_address": address_here(request, reverse("web:profile-email-back")),
    }
    return render(request, "email_sync_form.html", context, status=422 if form.problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def central(request: PageRequest, kind: str) -> HttpResponse:
    """Check whether all mailboxes can be read with one secret, and connect them once it can (M2)."""
    shown = _shown(request, kind)
    if shown is None or not shown.can_be_central:
        messages.info(request, f"{NAMES[kind]}: enter first what connecting all mailboxes needs.")
        return redirect("web:email-sync-set-up", kind)
    if request.method != "POST":
        return _central(request, shown, request.me.email)
    email = request.POST.get("email", "").strip()
    try:
        if request.POST.get("act") == "connect":
            job = connect_all(request.workspace, kind, email, actor=request.me.email)
            return redirect("web:job", job.pk)
        return _central(request, shown, email, missing=check_central(request.workspace, kind, email))
    except Rejected as refusal:
        return _central(request, shown, email, problem=sentence(refusal.reason))
    except TryLater as error:
        later = what_happened(error.kind, error.code)
        if error.code in _MAY_BE_NOBODY:
            later += " Or there is no mailbox at this address."
        return _central(request, shown, email, later=later)


def _central(
    request: PageRequest,
    shown: SourceShown,
    email: str,
    *,
    missing: Sequence[Missing] | None = None,
    problem: str = "",
    later: str = "",
) -> HttpResponse:
    source = shown.source
    context = {
        "name": NAMES[source.kind],
        "source": source,
        "selected_later": labels_in_words(selected_on_connecting(request.workspace)),
        "email": email,
        "missing": None if missing is None else [_in_words(one) for one in missing],
        "problem": problem,
        "later": later,
        "reach": reach_of(source),
        "job": last_job_of(source, CONNECT_ALL),
    }
    return render(request, "email_sync_central.html", context, status=422 if problem else 200)


def _in_words(one: Missing) -> dict[str, str]:
    """What is missing, with what the field of the form is called that it is about."""
    return {"what": one.what, "says": one.says, "field": LABELS.get(one.what, "")}


@require_http_methods(["GET", "HEAD", "POST"])
def central_off(request: PageRequest, kind: str) -> HttpResponse:
    """Say what follows, then disconnect the mailboxes that are read with the one secret."""
    source = _source(request, kind)
    if source is None or not source.is_central:
        return redirect("web:email-sync")
    if request.method == "POST":
        count = disconnect_all(request.workspace, kind, actor=request.me.email)
        messages.success(
            request, f"Centralized Connect is off: {count} mailbox{'' if count == 1 else 'es'} disconnected."
        )
        return redirect("web:email-sync")
    shown = {"source": source, "name": NAMES[kind], "reach": reach_of(source)}
    return render(request, "email_sync_central_off.html", shown)


def _source(request: PageRequest, kind: str) -> Source | None:
    if kind not in KINDS:
        raise Http404
    return mailbox_sources(request.workspace).filter(kind=kind).first()


def _shown(request: PageRequest, kind: str) -> SourceShown | None:
    source = _source(request, kind)
    return shown_source(source) if source is not None else None
