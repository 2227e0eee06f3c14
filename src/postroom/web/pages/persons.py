"""The list of persons, and adding one (section 8)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from postroom.actions.add_persons import add_persons
from postroom.actions.rejection import Rejected
from postroom.store.models import Account
from postroom.store.read.accounts import accounts
from postroom.store.read.earlier import PERSON
from postroom.store.read.person_list import AskedPersons, persons_page
from postroom.web.access import PageRequest
from postroom.web.earlier import look_after_change
from postroom.web.filtering import searched
from postroom.web.forms import say_warnings, sentence
from postroom.web.paging import cursor_of, is_fragment
from postroom.web.person_form import PersonForm, number_typed, some_accounts, typed_form

SHOWS: Final = {
    "": "All",
    "mail": "From mail",
    "hand": "By hand",
    "alone": "In no account",
    "several": "In several accounts",
}
"""What the list of persons can be narrowed to."""


@require_safe
def list_persons(request: PageRequest) -> HttpResponse:
    """Show the persons that are asked for, by name."""
    text = searched(request.GET)
    show, account = request.GET.get("show", ""), _account_asked(request)
    if show not in SHOWS:
        raise Http404
    after = cursor_of(request, 1)
    asked = AskedPersons(text, show, account.pk if account else None)
    rows, more = persons_page(request.workspace, asked, after[0] if after else None)
    shown: dict[str, Any] = {"rows": rows, "more": more, "text": text, "show": show, "account": account}
    shown |= {"is_first": after is None, "shows": SHOWS}
    return render(request, "persons_rows.html" if is_fragment(request) else "persons.html", shown)


def _account_asked(request: PageRequest) -> Account | None:
    """The account of ``?account=``. Raises ``Http404``."""
    asked = request.GET.get("account")
    if not asked:
        return None
    account = accounts(request.workspace).filter(pk=number_typed(asked)).first()
    if account is None:
        raise Http404
    return account


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    """Add one person; ``?account=`` names the account they belong to."""
    account = _account_asked(request)
    form = PersonForm(account=account.name if account else "", account_id=account.pk if account else None)
    if request.method == "POST":
        form = typed_form(request)
        person = _added(request, form)
        if person is not None:
            messages.success(request, "The person was added.")
            look_after_change(request, PERSON, person, {})
            return redirect("web:person", person)
    shown = {"form": form, "accounts": some_accounts(request.workspace)}
    return render(request, "person_add.html", shown, status=422 if form.problems else 200)


def _added(request: PageRequest, form: PersonForm) -> int | None:
    """The id of the person that the form made; ``None``: it has problems."""
    form.look_at_typed(request.workspace)
    if not form.problems and not form.name.strip() and not form.new_emails.strip():
        form.problems["name"] = sentence("name_or_email_required")
    if form.problems:
        return None
    try:
        record = form.record([], [])
    except Rejected as refusal:
        form.refuse(refusal)
        return None
    [answer] = add_persons(request.workspace, [record], actor=request.me.email)
    if answer["reason"]:
        form.refuse(Rejected(answer["reason"], answer["field"]))
        return None
    say_warnings(request, answer["warnings"])
    return int(answer["id"] or 0)
