"""Reconsider: decide again what was not imported, by today's directory, after saying what follows (F6)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from postroom.actions import reconsider as actions
from postroom.core.reasons import IMPORT
from postroom.store.models import Decision, Job
from postroom.store.read.decisions import AskedDecisions, decisions
from postroom.store.read.sides import decision_rows
from postroom.web.access import PageRequest
from postroom.web.pages.decision_filters import Filters, filters_of
from postroom.web.paging import number_in


@require_http_methods(["GET", "HEAD", "POST"])
def reconsider(request: PageRequest) -> HttpResponse:
    """Say what will be decided again and what follows; on POST ask for it, and go to the job."""
    if "message" in request.GET:
        return _one(request, request.GET["message"])
    filters = filters_of(request.workspace, request.GET, request.GET.get("reason", ""))
    if filters.is_of_people:
        # That lens decides again by itself.
        raise Http404
    if filters.problems:
        return redirect(_list_of(filters))
    if request.method == "POST":
        job = actions.reconsider(request.workspace, filters=filters.asked, actor=request.me.email)
        return _to(job)
    count = _reconsidered(request, filters.asked).count()
    shown = {"filters": filters, "count": count, "back": _list_of(filters)}
    return render(request, "reconsider.html", shown)


def _one(request: PageRequest, number: str) -> HttpResponse:
    """The same for one message. Raises ``Http404`` where it is not there, or came in."""
    found = _reconsidered(request, AskedDecisions(lens="customer"))
    decision = found.filter(message=number_in(number)).first()
    if decision is None:
        raise Http404
    if request.method == "POST":
        return _to(actions.reconsider(request.workspace, ids=[decision.pk], actor=request.me.email))
    rows = decision_rows(request.workspace, [decision])
    back = f"/explain?{urlencode({'message': number})}"
    return render(request, "reconsider.html", {"rows": rows, "count": 1, "back": back})


def _reconsidered(request: PageRequest, asked: AskedDecisions) -> QuerySet[Decision]:
    return decisions(request.workspace, asked).exclude(outcome=IMPORT)


def _list_of(filters: Filters) -> str:
    """The address of the list that the filters narrow."""
    path = f"/decisions/{filters.reason.name}" if filters.reason else "/decisions"
    return path + filters.query()


def _to(job: Job) -> HttpResponse:
    return redirect("web:job", job.pk)
