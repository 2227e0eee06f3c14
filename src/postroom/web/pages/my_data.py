"""My data: one's own consent, what is held and kept for it, taking it along, and having it forgotten (P1-P8).

Each user's own, whatever the role: nobody opens it for somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postroom.actions.export_my_data import export_my_data
from postroom.actions.forget import forget as ask_to_forget
from postroom.actions.set_consent import set_consent
from postroom.core.consent import DEFAULT, NEW_IN, OWN_PAGE, TEXT_VERSION, TEXTS, WAYS, is_own_word
from postroom.core.job_kinds import UNDER_WAY
from postroom.core.reasons import REASONS
from postroom.store.models import Consent, User
from postroom.store.read.audit import entries_of
from postroom.store.read.consent import agreed_text, consents_of
from postroom.store.read.held import failed_of, held_of, queued_of
from postroom.store.read.my_data import (
    count_named,
    kept_of,
    last_forgetting,
    origins_of,
    reasons_of,
)
from postroom.store.read.tokens import makers_of
from postroom.web.access import PageRequest
from postroom.web.audit_words import actor_in_words, tokens_named
from postroom.web.pages.audit import own_rows
from postroom.web.passive_words import KINDS

SHOWN: Final = 50
"""Changes of consent on the page; the export has all."""
AUDIT_SHOWN: Final = 5
"""The last things done that concern the user; a page of its own has all."""


@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show what was agreed to, what is held and what is kept."""
    return _show(request)


def _show(request: PageRequest, *, status: int = 200, problem: str = "") -> HttpResponse:
    user = request.me
    said = consents_of(user)
    makers = makers_of(request.workspace, tokens_named(one.actor for one in said))
    history = [_said(one, user, makers) for one in said]
    agreed = agreed_text(said)
    forgetting = last_forgetting(user)
    held, kept = held_of(user), kept_of(user)
    done = list(entries_of(user)[: AUDIT_SHOWN + 1])
    shown: dict[str, Any] = {
        "text": TEXTS[TEXT_VERSION],
        "text_version": TEXT_VERSION,
        "agreed_text": agreed,
        "news": [] if agreed is None else [NEW_IN[number] for number in NEW_IN if number > agreed],
        "problem": problem,
        "history": history[:SHOWN],
        "earlier": len(history) - SHOWN,
        "latest": history[0] if history else None,
        "held": [(KINDS[one.kind], one) for one in held],
        "held_items": sum(one.items for one in held),
        "queued": queued_of(user),
        "failed": failed_of(user),
        "holds_for_days": request.workspace.holds_for_days,
        "kept": [(KINDS[one.kind], one) for one in kept],
        "total": sum(one.total for one in kept),
        "reasons": [(REASONS[name], count) for name, count in reasons_of(user)],
        "origins": origins_of(user),
        "audit": own_rows(request, done[:AUDIT_SHOWN]),
        "has_more_audit": len(done) > AUDIT_SHOWN,
        "forgetting": forgetting,
        "is_forgetting": forgetting is not None and forgetting.state in UNDER_WAY,
    }
    return render(request, "my_data.html", shown, status=status)


def _said(said: Consent, user: User, makers: Mapping[str, str]) -> dict[str, Any]:
    """One record of consent, in words."""
    return {
        "is_given": said.is_given,
        "at": said.at,
        "by": "" if said.how == DEFAULT else actor_in_words(said.actor, makers),
        "is_own": is_own_word(said.actor, user.email),
        "how": WAYS[said.how],
        "text_version": said.text_version,
    }


@require_POST
def consent(request: PageRequest) -> HttpResponse:
    """Switch *Collect passive data* on or off for oneself, having been shown the text of now."""
    wanted = request.POST.get("collect_passive_data")
    if wanted not in ("on", "off") or (
        wanted == "on" and request.POST.get("text_version") != str(TEXT_VERSION)
    ):
        return _show(request, status=422, problem="The text has changed. Read it, then decide again.")
    user = request.me
    was_on = user.collects_since is not None
    [changed] = set_consent(
        request.workspace, [(user, wanted == "on")], actor=user.email, how=OWN_PAGE, has_read=True
    )
    if not changed:
        messages.info(request, f"It was {wanted} already. Nothing has changed.")
    elif wanted == "on" and was_on:
        messages.success(request, "You agreed to the text as it is now.")
    elif wanted == "on":
        messages.success(request, "Collect passive data is on. What was held is counted now.")
    else:
        messages.success(request, "Collect passive data is off. Nothing more is counted; what comes is held.")
    return redirect("web:my-data")


@require_safe
def export(request: PageRequest) -> StreamingHttpResponse:
    """Hand out all of it as a file."""
    name = f"postroom-my-data-{timezone.localdate():%Y-%m-%d}.json"
    return StreamingHttpResponse(
        export_my_data(request.me),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: PageRequest) -> HttpResponse:
    """Say what goes and what stays, then have it forgotten."""
    user = request.me
    if request.method == "POST":
        if request.POST.get("switch_off") == "on":
            set_consent(request.workspace, [(user, False)], actor=user.email, how=OWN_PAGE)
        ask_to_forget(user)
        messages.success(request, "Asked for. It is forgotten in the background, and cannot be called back.")
        return redirect("web:my-data")
    kept = kept_of(user)
    shown = {
        "total": sum(one.total for one in kept),
        "waiting": sum(one.items for one in held_of(user)) + queued_of(user) + failed_of(user),
        "named": count_named(user),
    }
    return render(request, "my_data_forget.html", shown)
