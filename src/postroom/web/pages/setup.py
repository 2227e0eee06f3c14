"""Setup: the five steps from an empty workspace to the first upload, each with its state now (W1)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from postroom.actions.create_source import create_source
from postroom.actions.first_mail import first_mail_among
from postroom.actions.first_mail import take_first_mail_back as take_back
from postroom.actions.import_command import import_command
from postroom.actions.rejection import Rejected
from postroom.actions.upload_command import VARIABLE, upload_command
from postroom.core.reasons import REASONS
from postroom.store.models import Workspace
from postroom.store.read.setup import MOST_ITEMS, SetUp, set_up_of
from postroom.store.read.users import users
from postroom.store.secrets import KeyMissing, decrypt, encrypt
from postroom.web.access import PageRequest
from postroom.web.forms import sentence
from postroom.web.paging import number_in
from postroom.web.source_examples import server_of

FIRST_SOURCE: Final = "First source"
_IN_SESSION: Final = "setup"


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show how far the workspace is; as a fragment, what came in so far, which asks for itself again."""
    set_up = set_up_of(request.workspace)
    if request.headers.get("HX-Request"):
        state = _state(request.workspace, set_up)
        if state["seen"] == request.GET.get("seen"):
            # Said once already: nothing is swapped, and read out again.
            return HttpResponse(status=204)
        return render(request, "setup_arrived.html", {**state, "is_fragment": True})
    return render(request, "setup.html", _shown(request, set_up))


@require_POST
def make_source(request: PageRequest) -> HttpResponse:
    """Make a source; the page then shows the token inside its line, this once."""
    name = request.POST.get("name", "")
    try:
        _, secret = create_source(request.workspace, name, ["people"], None, actor=request.me.email)
    except Rejected as refusal:
        shown = _shown(request, set_up_of(request.workspace))
        problem = {"name": name, "problem": sentence(refusal.reason)}
        return render(request, "setup.html", {**shown, **problem}, status=422)
    # Encrypted, as sessions are stored; it is taken out when it is shown.
    request.session[_IN_SESSION] = encrypt(secret.encode()).hex()
    return redirect(f"{reverse('web:setup')}#upload")


@require_POST
def take_first_mail_back(request: PageRequest) -> HttpResponse:
    """Take back the made-up mail that the line uploaded, and what became of it."""
    if take_back(request.workspace, number_in(request.POST.get("item", "")) or 0):
        messages.success(request, "The made-up mail is taken back, and nothing counts it any more.")
    else:
        messages.info(request, "The made-up mail is not there any more.")
    return redirect("web:setup")


def _shown(request: PageRequest, set_up: SetUp) -> dict[str, Any]:
    secret = _secret_once(request)
    user = _whose_mail(request.workspace, request.me.email)
    return {
        **_state(request.workspace, set_up),
        "name": FIRST_SOURCE,
        "is_new": bool(secret),
        "command": upload_command(server_of(request), secret or VARIABLE, user, timezone.now()),
        "user": user,
        "import_command": import_command(request.workspace, request.me.email, "inbox"),
    }


def _state(workspace: Workspace, set_up: SetUp) -> dict[str, Any]:
    arrived = set_up.arrived
    seen = arrived.state if arrived else "nothing"
    return {
        "set_up": set_up,
        "done": set_up.done,
        "done_count": sum(set_up.done),
        "arrived": arrived,
        "is_more": arrived is not None and arrived.count == MOST_ITEMS,
        "verdicts": [(v.lens, REASONS[v.reason]) for v in arrived.verdicts] if arrived else [],
        "first_mail": first_mail_among(workspace, arrived.items) if arrived else None,
        "seen": seen,
        "is_open": seen in ("nothing", "queued"),
    }


def _whose_mail(workspace: Workspace, else_whose: str) -> str:
    """In whose name the line uploads: somebody's whose mail is collected, where there is anybody."""
    collecting = users(workspace).filter(disabled_at=None, collects_since__isnull=False)
    return collecting.values_list("email", flat=True).first() or else_whose


def _secret_once(request: HttpRequest) -> str:
    """The token that was just made; empty from the second time on."""
    sealed = request.session.pop(_IN_SESSION, "")
    try:
        return decrypt(bytes.fromhex(sealed)).decode() if sealed else ""
    except KeyMissing:
        return ""
