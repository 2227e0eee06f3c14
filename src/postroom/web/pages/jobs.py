"""Background work: how far it is, what came of it, stopping it, and trying again what ended badly."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postroom.actions.cancel_job import cancel_job
from postroom.actions.earlier_messages import KIND as LOOK_FOR_EARLIER
from postroom.actions.earlier_messages import offer_of
from postroom.actions.import_command import import_command
from postroom.actions.reconsider import KIND as RECONSIDER
from postroom.actions.rejection import Rejected
from postroom.actions.retry_job import retry_job
from postroom.core.job_kinds import CONNECT_ALL, OWN, UNDER_WAY, kind_of, kinds_opened_by
from postroom.core.trouble import NOT_ALLOWED
from postroom.store.models import Job
from postroom.store.read import jobs as read
from postroom.store.read.decisions import decisions_of_messages
from postroom.store.read.sides import decision_rows, places_of, uploaders_of
from postroom.web.access import PageRequest
from postroom.web.earlier import path_of
from postroom.web.job_words import (
    STATES,
    asked_in_words,
    counts_of,
    kinds_to_choose,
    lasted,
    title_of,
)
from postroom.web.mailbox_words import what_happened
from postroom.web.pages.decisions import page_of
from postroom.web.pages.job_undo import undoing
from postroom.web.pages.push_results import about_push, chips_of, is_push, results_of
from postroom.web.paging import is_fragment
from postroom.web.seen_jobs import seen_job, viewer_of

SHOWN_ROWS: Final = 50


@require_safe
def list_jobs(request: PageRequest) -> HttpResponse:
    """Show the jobs that the user may see, or those in one state or of one kind, newest first."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    kinds = kinds_to_choose([*kinds_opened_by(request.permissions), *OWN])
    if (state and state not in STATES) or (kind and kind not in kinds):
        raise Http404
    rows, older = page_of(request, read.jobs_seen(request.workspace, viewer_of(request), state, kind))
    shown = {
        "rows": [_row(job) for job in rows],
        "older": older,
        "state": state,
        "states": STATES,
        "kind": kind,
        "kinds": kinds,
        "narrowed": urlencode({name: value for name, value in (("state", state), ("kind", kind)) if value}),
        "is_first": "before" not in request.GET,
    }
    return render(request, "jobs_rows.html" if is_fragment(request) else "jobs.html", shown)


def _row(job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "title": title_of(job),
        "asked": asked_in_words(job),
        "state": STATES[job.state],
        "counts": counts_of(job),
        "how_far": read.how_far(job) if job.state == "running" else None,
        "lasted": lasted(job),
    }


@require_safe
def show(request: PageRequest, job_id: int) -> HttpResponse:
    """Show one job; as a fragment, its state only, which asks for itself again until the job has ended."""
    job = seen_job(request, job_id)
    if is_push(job) and is_fragment(request):
        return render(request, "job_push_results_rows.html", {"job": job, **results_of(request, job)})
    is_under_way = job.state in UNDER_WAY
    push = about_push(job) if is_push(job) else None
    shown: dict[str, Any] = {
        "job": job,
        "title": title_of(job),
        "asked": asked_in_words(job),
        "counts": counts_of(job),
        "how_far": read.how_far(job),
        "lasted": lasted(job),
        "is_under_way": is_under_way,
        "may_cancel": is_under_way and kind_of(job.kind).may_be_cancelled and not job.cancel_asked_by,
        "may_retry": push is None or not push["is_over"],
        "undo": undoing(job),
        "offered": _offered(request, job),
        "push": push,
    }
    if job.kind == CONNECT_ALL:
        shown["users_told"] = _users_told(job)
    if job.kind == RECONSIDER and not is_under_way:
        shown |= _what_would_come_in(request, job)
    if request.headers.get("HX-Request"):
        return _state(request, shown)
    if push is not None:
        shown |= chips_of(job) | results_of(request, job)
    return render(request, "job.html", shown)


def _state(request: PageRequest, shown: dict[str, Any]) -> HttpResponse:
    """How the job is, again; where a push has ended the whole page is, as its results stand below."""
    answer = render(request, "job_state.html", shown)
    if shown["push"] is not None and not shown["is_under_way"]:
        answer["HX-Refresh"] = "true"
    return answer


def _users_told(job: Job) -> list[dict[str, str]]:
    """The users who were not connected, by name, and why (M2)."""
    return [
        {"user": one["user"], "says": _why(one)}
        for one in job.results
        if one.get("status") in ("no_mailbox", "failed")
    ]


def _why(told: dict[str, str]) -> str:
    if told["status"] == "no_mailbox":
        return "No mailbox was found at any address of theirs."
    if told["reason"] == "not_your_address":
        return "The mailbox they had is of an address that is theirs no more."
    return what_happened(NOT_ALLOWED, told["reason"])


def _offered(request: PageRequest, job: Job) -> str:
    """The page that says what may be done with what was counted; empty where the count stands no more."""
    if job.kind != LOOK_FOR_EARLIER:
        return ""
    offer = offer_of(request.workspace, job.asked["about"], job.asked["id"])
    return path_of(offer.about, offer.id) if offer is not None and offer.job.pk == job.pk else ""


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: PageRequest, job_id: int) -> HttpResponse:
    """Say what follows, then have the job stop."""
    job = seen_job(request, job_id)
    if request.method == "POST":
        try:
            cancel_job(request.workspace, job_id, actor=request.me.email)
            messages.success(request, "It is cancelled. What was done stays.")
        except Rejected as refused:
            messages.warning(request, str(refused))
        return redirect("web:job", job_id)
    if job.state not in UNDER_WAY or not kind_of(job.kind).may_be_cancelled:
        return redirect("web:job", job_id)
    shown = {"job": job, "title": title_of(job), "how_far": read.how_far(job), "counts": counts_of(job)}
    return render(request, "job_cancel.html", shown)


@require_POST
def retry(request: PageRequest, job_id: int) -> HttpResponse:
    """Try a job again that failed or was cancelled, from where it was."""
    job = seen_job(request, job_id)
    try:
        retry_job(request.workspace, job.pk, actor=request.me.email)
        messages.success(request, "It is tried again, from where it was.")
    except Rejected as refused:
        messages.warning(request, str(refused))
    return redirect("web:job", job_id)


def _what_would_come_in(request: PageRequest, job: Job) -> dict[str, Any]:
    """The messages to send again: the commands that do it, a mailbox and label each, and whose programs do it."""
    ids = [one["message"] for one in job.results if one.get("status") == "send_again"]
    if not ids:
        return {}
    rows = list(decisions_of_messages(request.workspace, ids[:SHOWN_ROWS]))
    commands = [
        {
            "count": count,
            "user": user,
            "label": label,
            "command": import_command(request.workspace, user, label, again=True),
        }
        for user, label, count in places_of(ids)
    ]
    return {
        "rows": decision_rows(request.workspace, rows),
        "commands": commands,
        "uploaders": uploaders_of(ids),
        "not_shown": job.counts.get("send_again", 0) - len(rows),
    }
