"""One engagement: what was written, shown safely, why it is here, and how it can be deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.rejection import NotFound
from postroom.core.body import Body, visible_text
from postroom.core.customer import QUESTIONS
from postroom.store.models import Account, Copy, Engagement, Variant
from postroom.store.read.decisions import history
from postroom.store.read.engagements import bodies, engagements, with_people
from postroom.store.sealed import unpack_findings
from postroom.web.access import PageRequest
from postroom.web.mail_html import TooCostly, looks_affordable, show_html
from postroom.web.mail_text import MAX_CHARS, quoted_parts
from postroom.web.security import MAIL_CSP


@require_safe
def show(request: PageRequest, engagement_id: int) -> HttpResponse:
    """Show an engagement; ``?variant=2`` its second text, ``?as=text`` its plain text beside HTML."""
    engagement = _engagement(request, engagement_id)
    texts = bodies(engagement)
    number, (variant, body) = _chosen(request, texts)
    copies = list(engagement.message.copies.select_related("user").order_by("pk"))
    shown = {
        "engagement": engagement,
        "variant": variant,
        "variant_number": number,
        "variants": range(1, len(texts) + 1),
        "participants": _by_role(engagement),
        "copies": copies,
        "defects": _defects(variant, copies),
        "account": _first_account(engagement),
        "decisions": [_told(decision) for decision in history(engagement.message)],
        **_text(request, body),
    }
    return render(request, "engagement.html", shown)


def _engagement(request: PageRequest, engagement_id: int) -> Engagement:
    found = with_people(engagements(request.workspace).filter(pk=engagement_id).select_related("message"))
    engagement = found.first()
    if engagement is None:
        raise Http404
    return engagement


def _first_account(engagement: Engagement) -> Account | None:
    """The account that the engagement is looked at from; ``None``: it shows on none that is in force."""
    links = engagement.account_links.all()
    return next((link.account for link in links if link.account.closed_in is None), None)


def _defects(variant: Variant, copies: list[Copy]) -> list[str]:
    """What was wrong with the headers of the copies and with this text, each once."""
    return list(dict.fromkeys(" ".join([*(copy.defects for copy in copies), variant.defects]).split()))


def _chosen(request: PageRequest, texts: list[tuple[Variant, Body]]) -> tuple[int, tuple[Variant, Body]]:
    """The text asked for, counted from 1."""
    asked = request.GET.get("variant", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6 and 0 < int(asked) <= len(texts)):
        raise Http404
    return int(asked), texts[int(asked) - 1]


def _text(request: PageRequest, body: Body) -> dict[str, Any]:
    """How the text is shown: as HTML in its frame, which alone cleans it, or plain where that costs too much."""
    shown: dict[str, Any] = {
        "attachments": body.attachments,
        "has_html": bool(body.html),
        "has_text": bool(body.text),
    }
    if body.html and (request.GET.get("as") != "text" or not body.text):
        if looks_affordable(body.html):
            return {**shown, "is_html": True}
        shown["is_too_costly"] = True
    text = visible_text(body.text, body.html)
    if "whole" not in request.GET and len(text) > MAX_CHARS:
        text, shown["cut_chars"] = text[:MAX_CHARS], len(text) - MAX_CHARS
    return {**shown, "is_html": False, "parts": quoted_parts(text)}


def _by_role(engagement: Engagement) -> list[tuple[str, list[dict[str, str]]]]:
    """The participants, by the headers they stand in."""
    roles = [("From", "from"), ("To", "to"), ("Cc", "cc"), ("Bcc", "bcc")]
    return [
        (title, people)
        for title, role in roles
        if (people := [p for p in engagement.participants if p["role"] == role])
    ]


def _told(decision: Any) -> dict[str, Any]:
    """A decision with the questions that were asked before it."""
    asked = unpack_findings(decision.findings)["asked"]
    return {"decision": decision, "asked": [QUESTIONS[name] for name in asked if name in QUESTIONS]}


@require_safe
def mail(request: PageRequest, engagement_id: int) -> HttpResponse:
    """The document inside the frame: a mail's own HTML, cleaned, under a policy that loads nothing.

    Where cleaning takes too long it is the mail's text.
    """
    engagement = _engagement(request, engagement_id)
    _, (_, body) = _chosen(request, bodies(engagement))
    try:
        shown: dict[str, Any] = {"safe": show_html(body.html)}
    except TooCostly:
        shown = {"text": visible_text(body.text, body.html)}
    response = render(request, "mail_frame.html", shown)
    response.headers["Content-Security-Policy"] = MAIL_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, engagement_id: int) -> HttpResponse:
    """Ask, then erase the engagement for good (C17)."""
    engagement = _engagement(request, engagement_id)
    if request.method != "POST":
        return render(request, "engagement_delete.html", {"engagement": engagement})
    account = _first_account(engagement)
    try:
        delete_engagement(request.workspace, engagement_id, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    messages.success(
        request, "The engagement was deleted. It does not come back, also when it is imported again."
    )
    return redirect("web:account", account.pk) if account else redirect("web:overview")
