"""Accounts and persons, with their timelines."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postroom.store.models import Account, Person, Workspace
from postroom.store.read.persons import default_account_of, links_of_persons
from postroom.store.read.timeline import (
    NOTHING_YET,
    TimelinePage,
    accounts_page,
    figures_of_accounts,
    figures_of_person,
    persons_of_account,
    timeline_of_account,
    timeline_of_person,
)
from postroom.web.access import PageRequest
from postroom.web.paging import cursor_of, is_fragment
from postroom.web.tags import month


@require_safe
def list_accounts(request: PageRequest) -> HttpResponse:
    """Show the accounts by name, those that a text is found in."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:200]
    after = cursor_of(request, 1)
    last = _account(request.workspace, after[0]) if after else None
    rows, more = accounts_page(request.workspace, text, (last.name, last.pk) if last else None)
    shown = {"rows": rows, "more": more, "text": text, "is_first": after is None}
    return render(request, "accounts_rows.html" if is_fragment(request) else "accounts.html", shown)


@require_safe
def account(request: PageRequest, account_id: int) -> HttpResponse:
    """Show an account and its timeline."""
    account = _account(request.workspace, account_id)
    page = timeline_of_account(account, _before(request))
    if is_fragment(request):
        return _more(request, page)
    shown = {
        "account": account,
        "domains": account.domains.filter(closed_in=None).order_by("domain"),
        "persons": persons_of_account(account),
        "figures": figures_of_accounts([account.pk]).get(account.pk, NOTHING_YET),
    }
    return render(request, "account.html", {**shown, **_timeline(request, page)})


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
    page = timeline_of_person(person, _before(request))
    if is_fragment(request):
        return _more(request, page)
    shown = {
        "person": person,
        "addresses": person.addresses.filter(closed_in=None).order_by("address"),
        "links": links_of_persons([person.pk])[person.pk],
        "default": default_account_of(person),
        "figures": figures_of_person(person),
    }
    return render(request, "person.html", {**shown, **_timeline(request, page)})


def _before(request: PageRequest) -> tuple[int, int] | None:
    cursor = cursor_of(request, 2)
    return (cursor[0], cursor[1]) if cursor else None


def _timeline(request: PageRequest, page: TimelinePage) -> dict[str, Any]:
    return {"rows": page.rows, "older": page.next, "is_first": "before" not in request.GET}


def _more(request: PageRequest, page: TimelinePage) -> HttpResponse:
    """The next rows alone, for the end of a timeline that is open."""
    before = _before(request)
    # The heading of the month in which the page above ended stands there already.
    shown = {**_timeline(request, page), "month_above": month(before[0]) if before else ""}
    return render(request, "timeline_rows.html", shown)
