"""Settings, Blocklist: addresses and domains whose mail is never imported (C16)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postroom.actions.add_blocklist import add_blocklist, remove_blocklist
from postroom.actions.answer import RecordAnswer
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import BlocklistEntry
from postroom.store.read.blocklist import blocklist, blocklist_page
from postroom.web.access import PageRequest
from postroom.web.blocking import asked_back
from postroom.web.earlier import look_for_blocked, notes_of_blocklist
from postroom.web.filtering import searched
from postroom.web.forms import (
    ToldLine,
    TypedDomain,
    domain_typed,
    lines_in,
    reasons_of,
    say_what_became,
    sentence,
    some,
    told_lines,
)
from postroom.web.paging import cursor_of, is_fragment


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Show the entries, the last added or changed first; or add an entry a line."""
    added = _add(request) if request.method == "POST" else {}
    if added is None:
        return redirect("web:blocklist")
    text = searched(request.GET)
    before = cursor_of(request, 1)
    rows, more = blocklist_page(request.workspace, text, before[0] if before else None)
    shown: dict[str, Any] = {"rows": rows, "more": more, "text": text, "is_first": before is None}
    if is_fragment(request):
        return render(request, "blocklist_rows.html", shown)
    shown["notes"] = notes_of_blocklist(request) if before is None else []
    return render(request, "blocklist.html", {**shown, **added}, status=422 if added else 200)


def _add(request: PageRequest) -> dict[str, Any] | None:
    """Add what was typed; ``None``: all of it was taken, else the form as it is shown again."""
    sent = request.POST
    form: dict[str, Any] = {"lines": sent.get("lines", ""), "note": sent.get("note", "")}
    form |= {name: name in sent for name in ("wide", "people", "force")}
    form["offers_force"] = form["force"]
    try:
        lines = some(lines_in(form["lines"]), "value_required")
    except Rejected as refusal:
        return {"form": form, "problems": {"lines": sentence(refusal.reason)}}
    typed = [domain_typed(line) for line in lines]
    typed = [line._replace(is_wide=line.is_wide or form["wide"]) for line in typed]
    doubts = {} if form["force"] else asked_back(request.workspace, typed)
    taken = [line for line in typed if line.typed not in doubts]
    answers = _store(request, form, taken)
    became = iter(told_lines([line.typed for line in taken], answers))
    told = [ToldLine(line, "refused", doubts[line]) if line in doubts else next(became) for line in lines]
    refused = [line.line for line in told if line.status == "refused"]
    if not refused:
        say_what_became(request, told)
        return None
    form["lines"] = "\n".join(refused)
    form["offers_force"] = form["force"] or bool(doubts) or "organization_domain" in reasons_of(answers)
    return {"form": form, "told": told}


def _store(request: PageRequest, form: dict[str, Any], taken: list[TypedDomain]) -> list[RecordAnswer]:
    lenses = ["customer", "people"] if form["people"] else ["customer"]
    settings: dict[str, Any] = {"note": form["note"], "lenses": lenses}
    records = [{"value": line.text, "include_subdomains": line.is_wide, **settings} for line in taken]
    answers = add_blocklist(request.workspace, records, form["force"], actor=request.me.email)
    look_for_blocked(request, (int(a["id"] or 0) for a in answers if a["status"] in ("created", "updated")))
    return answers


def _entry(request: PageRequest, entry_id: int) -> BlocklistEntry:
    entry = blocklist(request.workspace).filter(pk=entry_id).first()
    if entry is None:
        raise Http404
    return entry


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, entry_id: int) -> HttpResponse:
    """Change note, subdomains and lenses of an entry; its hits and its day stay."""
    entry = _entry(request, entry_id)
    form: dict[str, Any] = {"note": entry.note, "wide": entry.include_subdomains}
    form["people"] = "people" in entry.lenses
    problem = ""
    if request.method == "POST":
        sent = request.POST
        form = {"note": sent.get("note", ""), "wide": "wide" in sent, "people": "people" in sent}
        record = {"value": entry.value, "include_subdomains": form["wide"], "note": form["note"]}
        record["lenses"] = ["customer", "people"] if form["people"] else ["customer"]
        # It is there already, so an organization domain was meant.
        [answer] = add_blocklist(request.workspace, [record], force=True, actor=request.me.email)
        if not answer["reason"]:
            messages.success(request, f"{entry.value} was changed.")
            if answer["id"] != entry.pk:
                look_for_blocked(request, [int(answer["id"] or 0)])
            return redirect("web:blocklist")
        problem = sentence(answer["reason"])
    shown = {"entry": entry, "form": form, "problem": problem}
    return render(request, "blocklist_change.html", shown, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PageRequest, entry_id: int) -> HttpResponse:
    """Say what follows, then remove an entry."""
    entry = _entry(request, entry_id)
    if request.method != "POST":
        return render(request, "blocklist_remove.html", {"entry": entry})
    try:
        remove_blocklist(request.workspace, entry.pk, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    messages.success(request, f"{entry.value} is no longer blocked.")
    return redirect("web:blocklist")
