"""Add accounts: one by a form, many by lines (A1, A3)."""

from __future__ import annotations

import csv
import re
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postroom.actions.add_accounts import add_accounts
from postroom.actions.rejection import Rejected
from postroom.store.read.earlier import ACCOUNT
from postroom.web.access import PageRequest
from postroom.web.account_form import AccountForm, possible_owners, typed_form
from postroom.web.earlier import look_after_change
from postroom.web.forms import (
    ToldLine,
    domain_typed,
    lines_in,
    moment_typed,
    reasons_of,
    say_warnings,
    say_what_became,
    sentence,
    some,
    told_lines,
)

_UNCLOSED: Final = "A quotation mark is not closed: put one before and one behind the name."


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Add one account."""
    form = AccountForm()
    if request.method == "POST":
        form = typed_form(request)
        account = _added(request, form)
        if account is not None:
            messages.success(request, "The account was added.")
            look_after_change(request, ACCOUNT, account, {})
            return redirect("web:account", account)
    shown = {"form": form, "owners": possible_owners(request.workspace)}
    return render(request, "account_add.html", shown, status=422 if form.problems else 200)


def _added(request: PageRequest, form: AccountForm) -> int | None:
    """The id of the account that the form made; ``None``: it has problems."""
    form.look_at_new_domains(request.workspace)
    try:
        record = form.record([])
    except Rejected as refusal:
        form.refuse(refusal)
        return None
    if not form.name.strip():
        form.problems["name"] = sentence("name_required")
    if form.problems:
        return None
    [answer] = add_accounts(request.workspace, [record], form.force, actor=request.me.email)
    if answer["reason"]:
        form.refuse(Rejected(answer["reason"], answer["field"]))
        return None
    say_warnings(request, answer["warnings"])
    return int(answer["id"] or 0)


@require_http_methods(["GET", "HEAD", "POST"])
def add_many(request: PageRequest) -> HttpResponse:
    """Add an account a line; what is refused stays in the field, with its reason."""
    if request.method != "POST":
        return render(request, "account_add_many.html", {})
    text, since, force = request.POST.get("lines", ""), request.POST.get("since", ""), "force" in request.POST
    shown: dict[str, Any] = {"lines": text, "since": since, "force": force, "offers_force": force}
    try:
        known_since = moment_typed(since) if since.strip() else None
    except Rejected as refusal:
        shown["problems"] = {"since": sentence(refusal.reason)}
        return render(request, "account_add_many.html", shown, status=422)
    try:
        lines = some(lines_in(text), "name_required")
    except Rejected as refusal:
        shown["problems"] = {"lines": sentence(refusal.reason)}
        return render(request, "account_add_many.html", shown, status=422)
    whole = [line for line in lines if not _is_unclosed(line)]
    records = [_record(line, known_since) for line in whole]
    answers = add_accounts(request.workspace, records, force, actor=request.me.email)
    became = iter(told_lines(whole, answers))
    told = [ToldLine(line, "refused", _UNCLOSED) if _is_unclosed(line) else next(became) for line in lines]
    refused = [line.line for line in told if line.status == "refused"]
    if not refused:
        say_what_became(request, told)
        return redirect("web:accounts")
    shown |= {"told": told, "lines": "\n".join(refused)}
    shown["offers_force"] = force or "free_mail_domain" in reasons_of(answers)
    return render(request, "account_add_many.html", shown, status=422)


def _is_unclosed(line: str) -> bool:
    """Whether a quotation mark begins a cell and none ends it: what follows would all be its name."""
    return line.count('"') % 2 == 1 and any(
        cell.lstrip().startswith('"') for cell in re.split(r"[,;\t]", line)
    )


def _record(line: str, known_since: str | None) -> dict[str, Any]:
    """Read ``name, domain, domain``; pasted from a spreadsheet or with semicolons too."""
    between = next((mark for mark in "\t;" if mark in line), ",")
    try:
        cells = next(csv.reader([line], delimiter=between, skipinitialspace=True))
    except csv.Error:
        # Longer than any name or domain: refused as such.
        cells = [line]
    typed = [domain_typed(cell.strip()) for cell in cells[1:] if cell.strip()]
    domains = [
        {"domain": one.text, "known_since": known_since, "include_subdomains": one.is_wide} for one in typed
    ]
    return {"name": cells[0], "domains": domains}
