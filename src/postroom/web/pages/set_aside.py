"""What could not be read and waits to be run again (L6)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from postroom.actions.rejection import NotFound
from postroom.actions.retry_all_set_aside import retry_all_set_aside
from postroom.actions.retry_set_aside import retry_set_aside
from postroom.core.reasons import REASONS
from postroom.store.read import set_aside as read
from postroom.web.access import PageRequest
from postroom.web.pages.decisions import page_of
from postroom.web.paging import is_fragment


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show what could not be read, the last met first."""
    found = read.with_uploaders(read.set_aside(request.workspace).select_related("user"))
    rows, older = page_of(request, found)
    shown = {"rows": rows, "older": older, "is_first": "before" not in request.GET}
    if is_fragment(request):
        return render(request, "set_aside_rows.html", shown)
    return render(request, "set_aside.html", shown | {"total": read.set_aside(request.workspace).count()})


@require_POST
def retry(request: PageRequest, row_id: int) -> HttpResponse:
    """Read a mail that was set aside once more."""
    try:
        answer = retry_set_aside(request.workspace, row_id)
    except NotFound:
        raise Http404 from None
    if answer["status"] == "filed":
        messages.success(request, f"It could be read now: it {REASONS[answer['reason']].says}")
    elif answer["status"] == "fetch_again":
        messages.success(request, "It is fetched again from its mailbox, with the next look, and read then.")
    elif answer["reason"] == "mailbox_needed":
        messages.warning(
            request, "It was too large to keep, and its mailbox is not read. Connect that again."
        )
    elif answer["reason"] == "file_needed":
        messages.warning(request, "It was too large to keep. Import its file again.")
    else:
        messages.warning(
            request, "It still cannot be read, and stays here. Try again after an update of Postroom."
        )
    return redirect("web:set-aside")


@require_POST
def retry_all(request: PageRequest) -> HttpResponse:
    """Read all that is set aside once more, in the background."""
    job = retry_all_set_aside(request.workspace, actor=request.me.email)
    return redirect("web:job", job.pk)
