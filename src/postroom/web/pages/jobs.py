"""Background work: how far it is, what came of it, and trying again what failed."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from postroom.actions.earlier_messages import KIND as LOOK_FOR_EARLIER
from postroom.actions.earlier_messages import offer_of
from postroom.actions.import_command import import_command
from postroom.actions.reconsider import KIND as RECONSIDER
from postroom.actions.rejection import NotFound
from postroom.actions.retry_job import retry_job
from postroom.store.models import Job
from postroom.store.read import jobs as read
from postroom.store.read.decisions import decisions_of_messages
from postroom.store.read.sides import decision_rows, places_of
from postroom.web.access import PageRequest
from postroom.web.earlier import path_of
from postroom.web.pages.decisions import page_of
from postroom.web.pages.earlier import undo_path
from postroom.web.paging import is_fragment
from postroom.web.tags import titled

TITLES: Final = {
    "reconsider": "Reconsider",
    "retry_set_aside": "Run everything set aside again",
    "look_for_earlier": "Count earlier messages",
    "remove_blocked": "Remove what the blocklist would have kept out",
    "erase_traces": "Erase the traces of what was taken back",
}
_COUNTS: Final = {
    "changed": "Still out, on other grounds",
    "unchanged": "Still out, as before",
    "send_again": "Would come in now",
    "filed": "Could be read now",
    "set_aside": "Still cannot be read",
    "rejected": "Need their file",
    "found": "Found",
    "stay": "Stay as they are",
    "removed": "Removed",
}
_STATES: Final = ("waiting", "running", "done", "failed")
SHOWN_ROWS: Final = 50


@require_safe
def list_jobs(request: PageRequest) -> HttpResponse:
    """Show the jobs, or those in one state, newest first."""
    state = request.GET.get("state", "")
    if state and state not in _STATES:
        raise Http404
    rows, older = page_of(request, read.jobs(request.workspace, state))
    shown = {
        "rows": [{"job": job, "title": title_of(job), "counts": counts_of(job)} for job in rows],
        "older": older,
        "state": state,
    }
    return render(request, "jobs_rows.html" if is_fragment(request) else "jobs.html", shown)


@require_safe
def show(request: PageRequest, job_id: int) -> HttpResponse:
    """Show one job; as a fragment, its state only, which asks for itself again until the job has ended."""
    job = read.job_of(request.workspace, job_id)
    if job is None:
        raise Http404
    total = job.progress.get("total") or job.asked.get("total", 0)
    shown: dict[str, Any] = {
        "job": job,
        "title": title_of(job),
        "asked": _asked_in_words(job),
        "counts": counts_of(job),
        "total": total,
        "handled": min(sum(job.counts.get(name, 0) for name in _COUNTS), total),
        "is_under_way": job.state in ("waiting", "running"),
    }
    shown |= {"undo": undo_path(job), "offered": _offered(request, job)}
    if job.kind == RECONSIDER and not shown["is_under_way"]:
        shown |= _what_would_come_in(request, job)
    return render(request, "job_state.html" if request.headers.get("HX-Request") else "job.html", shown)


def _offered(request: PageRequest, job: Job) -> str:
    """The page that says what may be done with what was counted; empty where the count stands no more."""
    if job.kind != LOOK_FOR_EARLIER:
        return ""
    offer = offer_of(request.workspace, job.asked["about"], job.asked["id"])
    return path_of(offer.about, offer.id) if offer is not None and offer.job.pk == job.pk else ""


@require_POST
def retry(request: PageRequest, job_id: int) -> HttpResponse:
    """Try a job that failed again, from where it was."""
    try:
        retry_job(request.workspace, job_id)
    except NotFound:
        raise Http404 from None
    messages.success(request, "It is tried again, from where it was.")
    return redirect("web:job", job_id)


def title_of(job: Job) -> str:
    """What a job is called on pages."""
    return TITLES.get(job.kind, job.kind.replace("_", " ").capitalize())


def counts_of(job: Job) -> list[tuple[str, int]]:
    """What a job counted, in words."""
    return [(words, job.counts[name]) for name, words in _COUNTS.items() if name in job.counts]


def _asked_in_words(job: Job) -> list[str]:
    """What a job was asked for, narrower than all."""
    if "ids" in job.asked:
        ids = job.asked["ids"]
        earlier = "earlier " if "earlier" in job.asked else ""
        return [f"one {earlier}message" if len(ids) == 1 else f"{len(ids)} {earlier}messages"]
    filters = job.asked.get("filters", {})
    said = [f"mailbox of {filters['user']}"] if "user" in filters else []
    said += ["by the date of the mail"] if filters.keys() & {"mail_since", "mail_before"} else []
    return [titled(filters[name]) for name in ("reason", "outcome") if name in filters] + said


def _what_would_come_in(request: PageRequest, job: Job) -> dict[str, Any]:
    """The messages to send again, and the commands that do it, a mailbox and label each."""
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
        "not_shown": job.counts.get("send_again", 0) - len(rows),
    }
