"""Earlier messages of a person, an account or a blocklist entry: counted, then imported or removed on request (C13)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from postroom.actions.earlier_messages import MOST_FOUND, Offer, look_for_earlier, offer_of
from postroom.actions.import_earlier import can_be_set_back, import_earlier, set_back
from postroom.actions.rejection import NotFound
from postroom.actions.remove_blocked import can_be_undone as can_removal_be_undone
from postroom.actions.remove_blocked import remove_blocked, undo_removal
from postroom.store.models import BlocklistEntry, Job
from postroom.store.read.accounts import accounts
from postroom.store.read.blocklist import blocklist
from postroom.store.read.earlier import ACCOUNT, BLOCKLIST, PERSON, entries_of
from postroom.store.read.persons import persons
from postroom.web.access import PageRequest
from postroom.web.earlier import note_of, path_of

SHOWN_DAYS = 10
"""So many addresses or domains are named with the days that change."""


class Subject(NamedTuple):
    """Whose earlier messages they are, and the page one came from."""

    about: str
    id: int
    called: str
    page: str


class NewDay(NamedTuple):
    """Since when an address or domain will be known, and is known."""

    value: str
    since: int
    was: int

    @property
    def is_one_day(self) -> bool:
        """Whether only the time of the day changes, to the reader."""
        first, second = (timezone.localtime(datetime.fromtimestamp(at, UTC)) for at in (self.since, self.was))
        return first.date() == second.date()


def person(request: PageRequest, person_id: int) -> HttpResponse:
    """Earlier messages with a person's addresses."""
    return _page(request, _subject(request, PERSON, person_id))


def account(request: PageRequest, account_id: int) -> HttpResponse:
    """Earlier messages with an account's domains."""
    return _page(request, _subject(request, ACCOUNT, account_id))


def blocked(request: PageRequest, entry_id: int) -> HttpResponse:
    """What is here that an entry of the blocklist would have kept out."""
    return _page(request, _subject(request, BLOCKLIST, entry_id))


def _subject(request: PageRequest, about: str, id_: int) -> Subject:
    """Raises ``Http404`` where it is not there."""
    if about == BLOCKLIST:
        entry = blocklist(request.workspace).filter(pk=id_).first()
        if entry is not None:
            return Subject(about, id_, entry.value, reverse("web:blocklist"))
    elif about == PERSON:
        found = persons(request.workspace).filter(pk=id_).first()
        if found is not None:
            return Subject(about, id_, found.name or "(no name)", reverse("web:person", args=[id_]))
    else:
        customer = accounts(request.workspace).filter(pk=id_).first()
        if customer is not None:
            return Subject(about, id_, customer.name, reverse("web:account", args=[id_]))
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def _page(request: PageRequest, subject: Subject) -> HttpResponse:
    if request.method == "POST":
        return _act(request, subject)
    is_script = bool(request.headers.get("HX-Request"))
    if is_script and "note" in request.GET:
        return render(request, "earlier_note.html", {"note": note_of(request, subject.about, subject.id)})
    offer = offer_of(request.workspace, subject.about, subject.id)
    shown: dict[str, Any] = {"subject": subject, "offer": offer, "here": path_of(subject.about, subject.id)}
    if offer is not None and not offer.is_under_way:
        shown |= _said(request, subject, offer)
    return render(request, "earlier_state.html" if is_script else "earlier.html", shown)


def _said(request: PageRequest, subject: Subject, offer: Offer) -> dict[str, Any]:
    """What follows, and why others stay as they are."""
    progress = offer.job.progress
    since = {int(pk): at for pk, at in progress["since"].items()}
    days = [
        NewDay(_value(entry), since[entry.pk], entry.known_since)
        for entry in entries_of(request.workspace, subject.about, subject.id)
        if not isinstance(entry, BlocklistEntry)
        and since.get(entry.pk, entry.known_since) < entry.known_since
    ]
    return {
        "days": days[:SHOWN_DAYS],
        "days_more": len(days[SHOWN_DAYS:]),
        "why": sorted(progress["why"].items(), key=lambda reason: -reason[1]),
        "at_once": min(offer.count, MOST_FOUND),
    }


def _value(entry: Any) -> str:
    value: str = getattr(entry, "address", "") or getattr(entry, "domain", "")
    return value


def _act(request: PageRequest, subject: Subject) -> HttpResponse:
    """Count, or do what was offered."""
    actor, here = request.me.email, redirect(path_of(subject.about, subject.id))
    if request.POST.get("act") == "look":
        if look_for_earlier(request.workspace, subject.about, subject.id, actor=actor) is None:
            messages.success(request, "Looked: there are no such messages.")
        return here
    try:
        if subject.about == BLOCKLIST:
            job = remove_blocked(request.workspace, subject.id, actor=actor)
        else:
            job = import_earlier(request.workspace, subject.about, subject.id, actor=actor)
    except NotFound:
        messages.warning(
            request, "Something was changed since they were counted, so nothing was done. Count again."
        )
        return here
    return redirect("web:job", job.pk)


def can_be_undone(job: Job) -> bool:
    """Whether what a job did with earlier messages can be undone."""
    has_ended = job.state in ("done", "failed", "cancelled")
    return has_ended and (can_be_set_back(job) or can_removal_be_undone(job))


def undo(request: PageRequest, job: Job) -> HttpResponse:
    """Say what follows, then undo what a job did; ``can_be_undone`` says of which."""
    done = job.asked.get("earlier") or job.asked
    subject = _subject(request, done["about"], done["id"])
    if request.method != "POST":
        return render(
            request,
            "earlier_undo.html",
            {"job": job, "subject": subject, "removed": job.counts.get("removed")},
        )
    try:
        if subject.about == BLOCKLIST:
            return redirect("web:job", undo_removal(job, actor=request.me.email).pk)
        set_back(job, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    messages.success(request, "The days are set back. What came in meanwhile stays.")
    return redirect(subject.page)
