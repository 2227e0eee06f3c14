"""Change an account: its fields and domains, whether it is ignored; and delete it (A1, A2)."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postroom.actions.change_account import change_account, delete_account
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Account
from postroom.store.read.accounts import accounts, domains_of
from postroom.store.read.earlier import ACCOUNT
from postroom.store.read.figures import NOTHING_YET, figures_of_accounts
from postroom.store.read.person_list import count_linked, count_linked_here_alone
from postroom.web.access import PageRequest
from postroom.web.account_form import form_of, possible_owners, typed_form
from postroom.web.earlier import days_of, look_after_change
from postroom.web.forms import say_warnings, sentence

MAX_ROWS: Final = 50
"""So many domains stand in the form at once; the others are found by a text."""


def _account(request: PageRequest, account_id: int) -> Account:
    account = accounts(request.workspace).filter(pk=account_id).first()
    if account is None:
        raise Http404
    return account


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, account_id: int) -> HttpResponse:
    """Change name, owner and domains; domains that the form does not show stay as they are."""
    account = _account(request, account_id)
    domains = domains_of([account.pk])[account.pk]
    text = request.GET.get("q", "").strip()[:200]
    found = [entry for entry in domains if text.lower() in entry.domain]
    form = form_of(account, found[:MAX_ROWS])
    if request.method == "POST":
        form = typed_form(request)
        form.look_at_new_domains(request.workspace)
        if not form.name.strip():
            form.problems["name"] = sentence("name_required")
        try:
            record = form.changes(domains)
            if not form.problems:
                actor, before = request.me.email, days_of(domains)
                warnings = change_account(request.workspace, account.pk, record, form.force, actor=actor)
                messages.success(request, "Saved.")
                say_warnings(request, warnings)
                look_after_change(request, ACCOUNT, account.pk, before)
                return redirect("web:account", account.pk)
        except Rejected as refusal:
            form.refuse(refusal)
        except NotFound:
            raise Http404 from None
    shown = {
        "account": account,
        "form": form,
        "owners": possible_owners(request.workspace),
        "text": text,
        "total": len(domains),
        "found": len(found),
        "has_search": len(domains) > MAX_ROWS,
    }
    return render(request, "account_edit.html", shown, status=422 if form.problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def ignore(request: PageRequest, account_id: int) -> HttpResponse:
    """Say what ignoring means, then ignore the account, or match its domains again."""
    account = _account(request, account_id)
    if request.method != "POST":
        domains = domains_of([account.pk])[account.pk]
        shown = {"account": account, "domains": domains, "persons": count_linked(account)}
        return render(request, "account_ignore.html", shown)
    ignored = request.POST.get("ignored") == "yes"
    try:
        change_account(request.workspace, account.pk, {"ignored": ignored}, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    messages.success(
        request,
        "The account is ignored: its domains match nobody new."
        if ignored
        else "The account counts again: from now on its domains match.",
    )
    return redirect("web:account", account.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, account_id: int) -> HttpResponse:
    """Say what follows, then delete the account."""
    account = _account(request, account_id)
    if request.method != "POST":
        shown = {
            "account": account,
            "domains": domains_of([account.pk])[account.pk],
            "persons": count_linked(account),
            "alone": count_linked_here_alone(account),
            "figures": figures_of_accounts([account.pk]).get(account.pk, NOTHING_YET),
        }
        return render(request, "account_delete.html", shown)
    try:
        delete_account(request.workspace, account.pk, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    messages.success(request, f"{account.name} was deleted. Its persons and engagements stay.")
    return redirect("web:accounts")
