"""Change a person: name, addresses, accounts, the default account; and delete them (section 8)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from postroom.actions.change_person import change_person, delete_person
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import Person, PersonAccount, PersonAddress
from postroom.store.read.accounts import domains_covering
from postroom.store.read.earlier import PERSON
from postroom.store.read.figures import figures_of_person
from postroom.store.read.persons import addresses_of_persons, links_of_persons, persons
from postroom.web.access import PageRequest
from postroom.web.earlier import days_of, look_after_change
from postroom.web.forms import day_text, say_warnings, sentence
from postroom.web.person_form import (
    AddressRow,
    LinkRow,
    PersonForm,
    number_typed,
    some_accounts,
    typed_form,
)


def _person(request: PageRequest, person_id: int) -> Person:
    person = persons(request.workspace).filter(pk=person_id).first()
    if person is None:
        raise Http404
    return person


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, person_id: int) -> HttpResponse:
    """Change name, addresses and accounts."""
    person = _person(request, person_id)
    addresses = addresses_of_persons([person.pk])[person.pk]
    links = links_of_persons([person.pk])[person.pk]
    rows = [AddressRow(entry.address, day_text(entry.known_since)) for entry in addresses]
    form = PersonForm(name=person.name, rows=rows, was_name=person.name)
    if request.method == "POST":
        form = typed_form(request)
        if _saved(request, person, form, addresses, links):
            return redirect("web:person", person.pk)
    shown = {
        "person": person,
        "form": form,
        "links": [LinkRow(link, link.account_id in form.unlinked) for link in links],
        "accounts": some_accounts(request.workspace),
    }
    return render(request, "person_edit.html", shown, status=422 if form.problems else 200)


def _saved(
    request: PageRequest,
    person: Person,
    form: PersonForm,
    addresses: list[PersonAddress],
    links: list[PersonAccount],
) -> bool:
    """Store what the form says; otherwise it has problems now."""
    form.look_at_typed(request.workspace)
    if person.name and not form.name.strip():
        form.problems["name"] = sentence("name_required")
    if form.problems:
        return False
    before = days_of(addresses)
    try:
        record = form.record(addresses, links)
        if record["name"].strip() in (person.name, form.was_name):
            del record["name"]
        warnings = change_person(request.workspace, person.pk, record, actor=request.me.email)
    except Rejected as refusal:
        form.refuse(refusal)
        return False
    except NotFound:
        raise Http404 from None
    messages.success(request, "Saved.")
    say_warnings(request, warnings)
    look_after_change(request, PERSON, person.pk, before)
    return True


@require_POST
def choose_default(request: PageRequest, person_id: int) -> HttpResponse:
    """Choose the account on which new engagements show; nothing moves (C14)."""
    account = number_typed(request.POST.get("account", ""))
    try:
        change_person(request.workspace, person_id, {"default_account": account}, actor=request.me.email)
    except (NotFound, Rejected):
        raise Http404 from None
    messages.success(request, "Saved. Earlier engagements stay where they are.")
    return redirect("web:person", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, person_id: int) -> HttpResponse:
    """Say what follows, then delete the person."""
    person = _person(request, person_id)
    addresses = addresses_of_persons([person.pk])[person.pk]
    if request.method != "POST":
        shown = {
            "person": person,
            "addresses": addresses,
            "creating": domains_covering(request.workspace, [entry.address for entry in addresses]),
            "figures": figures_of_person(person),
        }
        return render(request, "person_delete.html", shown)
    try:
        delete_person(request.workspace, person.pk, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    called = person.name or (addresses[0].address if addresses else "The person")
    messages.success(request, f"{called} was deleted. The engagements stay.")
    return redirect("web:persons")
