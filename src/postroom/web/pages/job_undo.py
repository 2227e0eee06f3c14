"""Undo what a job did, after saying what follows: earlier messages, or the default synced labels (C13, M11).

Only which kind of job is undone how stands here, and who may: whoever may see the job.
"""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from postroom.actions.default_labels import undo_default_labels, why_no_undo
from postroom.actions.foresee_undo import foresee_undo
from postroom.actions.rejection import Rejected
from postroom.core.job_kinds import IN_ORDER
from postroom.store.models import Job
from postroom.web.access import PageRequest
from postroom.web.forms import sentence
from postroom.web.pages import earlier
from postroom.web.pages.push_undo import undo_page
from postroom.web.seen_jobs import seen_job

_SAID_ANYWAY = ("undone_before", "undo_too_early", "undo_nothing", "undo_unknown")
"""Why a push cannot be undone, where its page says so without, or nobody would ask."""


class Undoing(NamedTuple):
    """Whether what a job did can be undone."""

    path: str
    """The page that does it; empty: it cannot be."""
    why_not: str = ""
    """A sentence, where somebody would ask."""


def undoing(job: Job) -> Undoing:
    """Say whether what the job did can be undone, and where."""
    path = reverse("web:job-undo", args=[job.pk])
    if job.kind not in IN_ORDER:
        return Undoing(path if earlier.can_be_undone(job) else "")
    reason = why_no_undo(job)
    return Undoing("" if reason else path, "" if not reason or reason in _SAID_ANYWAY else sentence(reason))


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: PageRequest, job_id: int) -> HttpResponse:
    """Say what follows, then undo what a job did."""
    job = seen_job(request, job_id)
    if job.kind in IN_ORDER:
        return _undo_push(request, job)
    if not earlier.can_be_undone(job):
        raise Http404
    return earlier.undo(request, job)


def _undo_push(request: PageRequest, job: Job) -> HttpResponse:
    try:
        if request.method == "POST":
            undone = undo_default_labels(request.workspace, job.pk, actor=request.me.email)
            return redirect("web:job", undone.pk)
        return render(request, "job_undo_push.html", undo_page(request, job, foresee_undo(job)))
    except Rejected as refused:
        messages.warning(request, sentence(refused.reason))
        return redirect("web:job", job.pk)
