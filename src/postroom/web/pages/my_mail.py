"""What others see of one's own mail: set by the owner of the mailbox alone (R4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postroom.actions.rejection import Rejected
from postroom.actions.set_visibility import set_visibility
from postroom.core.visibility import NAMES, Visibility
from postroom.store.read.visibility import count_narrowed
from postroom.web.access import PageRequest


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Show what others see of the mail in one's mailbox, and change it."""
    if request.method == "POST":
        try:
            set_visibility(request.me, request.POST.get("visibility", ""))
        except Rejected:
            raise Http404 from None
        messages.success(request, "Saved. It counts from now on, in timelines, search and the API.")
        return redirect("web:my-mail")
    chosen = NAMES[Visibility(request.me.visibility)]
    return render(request, "my_mail.html", {"chosen": chosen, "narrowed": count_narrowed(request.me)})
