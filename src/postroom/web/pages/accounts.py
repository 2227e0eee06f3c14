"""Accounts and persons, with their timelines."""

from __future__ import annotations

import time
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postroom.store.models import Account, Person, Workspace
from postroom.store.read.account_list import AskedAccounts, accounts_page
from postroom.store.read.accounts import also_on, domains_of
from postroom.store.read.earlier import ACCOUNT, PERSON
from postroom.store.read.figures import NOTHING_YET, figures_of_accounts, figures_of_person
from postroom.store.read.person_list import count_linked, persons_linked
from postroom.store.read.persons import (
    addresses_of_persons,
    default_account_of,
    links_of_persons,
    others_with,
)
from postroom.web.access import PageRequest
from postroom.web.earlier import note_of
from postroom.web.filtering import searched
from postroom.web.paging import cursor_of, is_fragment
from postroom.web.timeline import timeline_part, whole_timeline

SHOWS: Final = {
    "": "All",
    "ignored": "Ignored",
    "without-domain": "Without domain",
    "silent": "Silent",
}
"""What the list of accounts can be narrowed to."""

SILENT_DAYS: Final = 90
ASIDE: Final = 10
"""So many persons or domains stand beside a timeline; the others have pages of their own."""


@require_safe
def list_accounts(request: PageRequest) -> HttpResponse:
    """Show the accounts that are asked for, by name or by their last engagement."""
    text = searched(request.GET)
    show, by_last = request.GET.get("show", ""), request.GET.get("sort") == "last"
    if show not in SHOWS:
        raise Http404
    asked = AskedAccounts(text, show, int(time.time()) - SILENT_DAYS * 86_400, by_last)
    after = cursor_of(request, 2 if by_last else 1)
    rows, more = accounts_page(request.workspace, asked, after)
    shown = {"rows": rows, "text": text, "show": show, "by_last": by_last, "is_first": after is None}
    shown |= {"more": ".".join(map(str, more)) if more else "", "sort": "last" if by_last else ""}
    if is_fragment(request):
        return render(request, "accounts_rows.html", shown)
    return render(request, "accounts.html", {**shown, "shows": SHOWS, "silent_days": SILENT_DAYS})


@require_safe
def account(request: PageRequest, account_id: int) -> HttpResponse:
    """Show an account and its timeline."""
    account = _account(request.workspace, account_id)
    part = timeline_part(request, account)
    if part is not None:
        return part
    domains = domains_of([account.pk])[account.pk]
    elsewhere = also_on(account, [entry.domain for entry in domains[:ASIDE]])
    shown: dict[str, Any] = {
        "account": account,
        "domains": [(entry, elsewhere.get(entry.domain, [])) for entry in domains[:ASIDE]],
        "domains_more": len(domains[ASIDE:]),
        "persons": persons_linked(account, ASIDE),
        "persons_count": count_linked(account),
        "figures": figures_of_accounts([account.pk]).get(account.pk, NOTHING_YET),
    }
    shown["note"] = note_of(request, ACCOUNT, account.pk)
    return render(request, "account.html", {**shown, **whole_timeline(request, account)})


def _account(workspace: Workspace, account_id: int) -> Account:
    account = (
        Account.objects.filter(workspace=workspace, pk=account_id, closed_in=None)
        .select_related("owner")
        .first()
    )
    if account is None:
        raise Http404
    return account


@require_safe
def person(request: PageRequest, person_id: int) -> HttpResponse:
    """Show a person and their timeline."""
    person = Person.objects.filter(workspace=request.workspace, pk=person_id, closed_in=None).first()
    if person is None:
        raise Http404
    part = timeline_part(request, person)
    if part is not None:
        return part
    addresses = addresses_of_persons([person.pk])[person.pk]
    others = others_with(person, addresses)
    shown: dict[str, Any] = {
        "person": person,
        "addresses": [(entry, others.get(entry.address, [])) for entry in addresses],
        "links": links_of_persons([person.pk])[person.pk],
        "default": default_account_of(person),
        "figures": figures_of_person(person),
    }
    shown["note"] = note_of(request, PERSON, person.pk)
    return render(request, "person.html", {**shown, **whole_timeline(request, person)})
