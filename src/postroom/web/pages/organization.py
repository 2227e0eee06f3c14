"""Settings, Organization: what decides inside or outside (D1, D2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postroom.actions.add_organization import (
    add_organization,
    list_addresses,
    remove_organization_domain,
    unlist_address,
)
from postroom.actions.answer import RecordAnswer
from postroom.actions.rejection import NotFound, Rejected
from postroom.store.models import ListedAddress, OrganizationDomain
from postroom.store.read.interactions import recomputing
from postroom.store.read.organization import organization_domains
from postroom.store.read.organization_list import addresses_page, concerned_by, domains_page
from postroom.web.access import PageRequest
from postroom.web.forms import domain_typed, reasons_of, say_what_became, sentence, some, told_lines, words_in
from postroom.web.paging import cursor_of, is_fragment


class Listing(NamedTuple):
    """One of the three lists of the page, in words."""

    title: str
    says: str
    example: str
    label: str
    nothing: str


LISTINGS: Final = {
    "domains": Listing(
        "Organization domains",
        "Whoever has an address at one of these domains is inside.",
        "With us.example, ann@us.example is a colleague; mail among colleagues becomes no engagement.",
        "Domains, one per line",
        "No domain yet: only users and internal addresses are inside.",
    ),
    "internal": Listing(
        "Internal addresses",
        "Single addresses elsewhere that count as inside.",
        "A consultant who works with you as max@consulting.example.",
        "Addresses, one per line",
        "None. Add the address of whoever works with you from outside.",
    ),
    "excluded": Listing(
        "Excluded addresses",
        "Single addresses on your domains that count as outside all the same.",
        "A contractor who was given pat@us.example and is to be treated like a customer.",
        "Addresses, one per line",
        "None. Everybody on your domains is inside.",
    ),
}
"""The lists by what they are called in addresses and forms."""


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Show the three lists; ``?list=internal&before=7`` goes on in one. Or add to one, a line each."""
    added: dict[str, Any] = {}
    if request.method == "POST":
        listed = _known(request.POST.get("list", ""))
        added = _add(request, listed)
        if not added:
            return redirect(f"{request.path}#{listed}")
    if request.headers.get("HX-Request") and request.GET.get("part") == "recomputing":
        # Asks for itself again until it is done.
        return render(
            request, "organization_recomputing.html", {"recomputing": recomputing(request.workspace)}
        )
    before = cursor_of(request, 1)
    goes_on = _known(request.GET.get("list", "domains")) if before else ""
    if is_fragment(request):
        return render(request, "organization_rows.html", _section(request, goes_on, before))
    sections = [_section(request, name, before if name == goes_on else None) for name in LISTINGS]
    for section in sections:
        if section["name"] == added.get("name"):
            section |= added
    shown = {"sections": sections, "recomputing": recomputing(request.workspace)}
    return render(request, "organization.html", shown, status=422 if added else 200)


def _known(name: str) -> str:
    if name not in LISTINGS:
        raise Http404
    return name


def _section(request: PageRequest, name: str, before: tuple[int, ...] | None) -> dict[str, Any]:
    after = before[0] if before else None
    if name == "domains":
        page = domains_page(request.workspace, after)
    else:
        page = addresses_page(request.workspace, name, after)
    return {"name": name, "listing": LISTINGS[name], "page": page, "is_first": before is None}


def _add(request: PageRequest, name: str) -> dict[str, Any]:
    """Add what was typed; empty: all of it was taken, else what the form says."""
    text, wide, force = request.POST.get("lines", ""), "wide" in request.POST, "force" in request.POST
    form = {"name": name, "lines": text, "wide": wide, "force": force, "offers_force": force}
    try:
        words = some(words_in(text), "value_required")
        answers = _answers(request, name, words, wide, force)
    except Rejected as refusal:
        return {**form, "problem": sentence(refusal.reason)}
    told = told_lines(words, answers)
    refused = [line.line for line in told if line.status == "refused"]
    if not refused:
        say_what_became(request, told)
        return {}
    form |= {"told": told, "lines": "\n".join(refused)}
    return {**form, "offers_force": force or "free_mail_domain" in reasons_of(answers)}


def _answers(
    request: PageRequest, name: str, words: Sequence[str], wide: bool, force: bool
) -> list[RecordAnswer]:
    workspace, actor = request.workspace, request.me.email
    if name != "domains":
        return list_addresses(workspace, name, words, actor=actor)
    # A domain that is there already keeps its switch, which is turned by itself.
    typed = [domain_typed(word) for word in words]
    records = [
        {"domain": line.text, "include_subdomains": True if wide or line.is_wide else None} for line in typed
    ]
    return add_organization(workspace, records, force, actor=actor)


@require_http_methods(["GET", "HEAD", "POST"])
def subdomains(request: PageRequest, entry_id: int) -> HttpResponse:
    """Say what follows, then let the domains below one count as inside too, or no longer."""
    entry = _one(organization_domains(request.workspace), entry_id)
    wide = not entry.include_subdomains
    problem = ""
    if request.method == "POST":
        record = {"domain": entry.domain, "include_subdomains": request.POST.get("wide") == "yes"}
        # The domain is there already: what was forced once is not asked about again.
        [answer] = add_organization(request.workspace, [record], force=True, actor=request.me.email)
        if not answer["reason"]:
            messages.success(request, f"{entry.domain} was changed.")
            return redirect("web:organization")
        problem = sentence(answer["reason"])
    shown = {"entry": entry, "wide": wide, "problem": problem, **_concerned(request, entry)}
    return render(request, "organization_subdomains.html", shown, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_domain(request: PageRequest, entry_id: int) -> HttpResponse:
    """Say what follows, then take a domain away from the company."""
    entry = _one(organization_domains(request.workspace), entry_id)
    if request.method != "POST":
        shown = {"entry": entry, **_concerned(request, entry)}
        return render(request, "organization_remove_domain.html", shown)
    try:
        remove_organization_domain(request.workspace, entry.domain, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    messages.success(request, f"{entry.domain} is no longer a domain of the company.")
    return redirect("web:organization")


@require_http_methods(["GET", "HEAD", "POST"])
def remove_address(request: PageRequest, entry_id: int) -> HttpResponse:
    """Say what follows, then let the domain of an internal or excluded address decide again."""
    entry = _one(ListedAddress.objects.filter(workspace=request.workspace, closed_in=None), entry_id)
    if request.method != "POST":
        return render(request, "organization_remove_address.html", {"entry": entry})
    try:
        unlist_address(request.workspace, entry.kind, entry.address, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    messages.success(request, f"{entry.address} is no longer listed: its domain decides again.")
    return redirect("web:organization")


def _one(found: QuerySet[Any], entry_id: int) -> Any:
    entry = found.filter(pk=entry_id).first()
    if entry is None:
        raise Http404
    return entry


def _concerned(request: PageRequest, entry: OrganizationDomain) -> dict[str, int]:
    """How many addresses of users and persons lie under the domain."""
    return concerned_by(request.workspace, entry.domain, entry.include_subdomains)._asdict()
