"""One engagement: what was written, shown safely, its thread, why it is here, who sees it, and deleting it.

What its owners hide from whoever asks is neither loaded nor shown (R4).
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postroom.actions.delete_engagement import delete_engagement
from postroom.actions.rejection import NotFound, Rejected
from postroom.actions.set_visibility import narrow_visibility
from postroom.core.body import Body, visible_text
from postroom.core.customer import QUESTIONS
from postroom.core.upload import CHAT
from postroom.core.visibility import NAMES, Visibility
from postroom.store.bodies import unpack
from postroom.store.models import Account, Copy, Engagement, User, Variant
from postroom.store.read.chats import lines_of, names_of
from postroom.store.read.decisions import history
from postroom.store.read.engagements import bodies, engagements
from postroom.store.read.met import copies_of, lines_met, newest_decision_of_lines
from postroom.store.read.seen import SeenEngagement, seen
from postroom.store.read.threads import thread_around
from postroom.store.read.visibility import choice_of
from postroom.store.sealed import unpack_findings
from postroom.web.access import PageRequest
from postroom.web.mail_html import TooCostly, looks_affordable, show_html
from postroom.web.mail_text import beginning, own_words, quoted_parts
from postroom.web.paging import number_in
from postroom.web.security import MAIL_CSP, MAIL_CSP_WITH_REMOTE

_REMOTE_IMAGE: Final = re.compile(r"<img\b[^>]*\bsrc\s*=\s*[\"']?\s*https?:", re.IGNORECASE)

IMAGES_SECONDS: Final = 60
"""How long the frame may be asked for with remote images once its page was."""
_SHORT_CHARS: Final = 500
_MIDDLE_CHARS: Final = 1_500


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest, engagement_id: int) -> HttpResponse:
    """Show an engagement; ``?variant=2`` its second text, ``?as=text`` its plain text.

    Posted, it is shown with remote images, this once: a link, which anybody may have written, does not load them.
    """
    row, engagement = _engagement(request, engagement_id)
    is_chat = engagement.kind == CHAT
    copies = [] if is_chat else list(copies_of(row.message))
    decisions = newest_decision_of_lines(row.pk) if is_chat else history(row.message)
    shown: dict[str, Any] = {
        "engagement": engagement,
        "thread": thread_around(request.workspace, engagement, request.me.pk)
        if engagement.shows_subject
        else None,
        "participants": _by_role(engagement),
        "copies": _met(engagement, copies, request.me),
        "lines_met": lines_met(row.pk) if is_chat else [],
        "account": _first_account(engagement),
        "decisions": [_told(decision) for decision in decisions],
    }
    if engagement.sight.is_own:
        choice = choice_of(engagement.message, request.me)
        mine = Visibility(request.me.visibility)
        shown |= {"choice": NAMES[choice or Visibility.EVERYTHING], "mine": NAMES[mine]}
    if engagement.shows_everything:
        shown |= _text(request, engagement, copies)
        if is_chat:
            shown["lines"] = _lines(engagement)
    return render(request, "engagement.html", shown)


def _lines(engagement: SeenEngagement) -> list[dict[str, Any]]:
    """What was said in a chat, by whom, the earliest first."""
    ours = {user.email for user in engagement.users}
    names = names_of(engagement.persons) | {user.email: user.name for user in engagement.users}
    return [
        {
            "author": names.get(line.author) or line.author,
            "direction": "out" if line.author in ours else "in",
            "at": line.at,
            "text": unpack(line.body).text,
        }
        for line in lines_of([engagement.pk])[engagement.pk]
    ]


def _engagement(request: PageRequest, engagement_id: int) -> tuple[Engagement, SeenEngagement]:
    """The row, of which nothing is shown, and what whoever asks sees of it."""
    found = engagements(request.workspace, request.me.pk).filter(pk=engagement_id)
    row = found.select_related("message").first()
    if row is None:
        raise Http404
    [engagement] = seen(request.me.pk, [row], with_accounts=True)
    return row, engagement


def _met(engagement: SeenEngagement, copies: list[Any], me: User) -> list[dict[str, Any]]:
    """Where it was met; a label says what a mail is about, so it is shown where the subject of that copy may be."""
    of_others = engagement.shows_subject and not engagement.sight.hides_copies_of_others
    return [
        {
            "user": copy.user,
            "label": copy.label,
            "label_is_shown": of_others or copy.user_id == me.pk,
            "source": copy.source,
            "uploaded_by": copy.uploaded_by,
            "met_at": copy.met_at,
        }
        for copy in copies
    ]


def _first_account(engagement: SeenEngagement) -> Account | None:
    """The account that the engagement is looked at from; ``None``: it shows on none that is in force."""
    return next((account for account in engagement.accounts if account.closed_in is None), None)


def _chosen(request: PageRequest, texts: list[tuple[Variant, Body]]) -> tuple[int, tuple[Variant, Body]]:
    """The text asked for, counted from 1."""
    number = number_in(request.GET.get("variant", "1"))
    if number is None or not 0 < number <= len(texts):
        raise Http404
    return number, texts[number - 1]


def _text(request: PageRequest, engagement: SeenEngagement, copies: list[Copy]) -> dict[str, Any]:
    """The text asked for: as HTML in its frame, which alone cleans it, or plain where that costs too much."""
    texts = bodies(engagement.pk)
    number, (variant, body) = _chosen(request, texts)
    shown: dict[str, Any] = {
        "variant": variant,
        "variant_number": number,
        "variants": range(1, len(texts) + 1),
        "defects": _defects(variant, copies),
        "attachments": body.attachments,
        "has_html": bool(body.html),
        "has_text": bool(body.text),
    }
    if body.html and (request.GET.get("as") != "text" or not body.text):
        if looks_affordable(body.html):
            shown |= {"is_html": True, "frame": _frame(body)}
            remote = bool(_REMOTE_IMAGE.search(body.html))
            shown["has_remote"] = remote
            if remote and request.method == "POST":
                shown["images"] = signing.dumps(engagement.pk, salt=_images_salt(request))
            return shown
        shown["is_too_costly"] = True
    text = visible_text(body.text, body.html)
    first = text if "whole" in request.GET else beginning(text)
    return {
        **shown,
        "is_html": False,
        "parts": quoted_parts(first),
        "cut_chars": len(text) - len(first),
    }


def _images_salt(request: PageRequest) -> str:
    return f"postroom.remote-images:{request.session.session_key}"


def _may_load_images(request: PageRequest, engagement_id: int) -> bool:
    """Whether the page of this engagement was asked for them just now, in this session."""
    asked = request.GET.get("images", "")
    try:
        given = signing.loads(asked, salt=_images_salt(request), max_age=IMAGES_SECONDS)
    except signing.BadSignature:
        return False
    return bool(given == engagement_id)


def _frame(body: Body) -> str:
    """How tall the frame is: nothing in it may run and say so, so the length of the text does."""
    own, _ = own_words(body.text, body.html)
    length = len(own)
    return "short" if length < _SHORT_CHARS else "middle" if length < _MIDDLE_CHARS else "tall"


def _defects(variant: Variant, copies: list[Copy]) -> list[str]:
    """What was wrong with the headers of the copies and with this text, each once."""
    return list(dict.fromkeys(" ".join([*(copy.defects for copy in copies), variant.defects]).split()))


def _by_role(engagement: SeenEngagement) -> list[tuple[str, list[dict[str, str]]]]:
    """The participants, by the headers they stand in."""
    roles = [
        ("From", "from"),
        ("To", "to"),
        ("Cc", "cc"),
        ("Bcc", "bcc"),
        ("Wrote", "author"),
        ("With", "member"),
    ]
    if engagement.kind in ("call", "meeting"):
        roles = [("Held by", "author"), ("With", "member")]
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

    With the ``?images=`` that its page was given just now it loads pictures by HTTPS. Where cleaning takes too long
    it is the mail's text.
    """
    _, engagement = _engagement(request, engagement_id)
    if not engagement.shows_everything:
        raise Http404
    with_remote = _may_load_images(request, engagement_id)
    _, (_, body) = _chosen(request, bodies(engagement.pk))
    try:
        shown: dict[str, Any] = {
            "safe": show_html(body.html, with_remote=with_remote),
            "with_remote": with_remote,
        }
    except TooCostly:
        shown = {"text": visible_text(body.text, body.html)}
    response = render(request, "mail_frame.html", shown)
    response.headers["Content-Security-Policy"] = MAIL_CSP_WITH_REMOTE if with_remote else MAIL_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_POST
def narrow(request: PageRequest, engagement_id: int) -> HttpResponse:
    """Let others see less of an engagement in one's own mailbox (R4)."""
    try:
        narrow_visibility(request.me, engagement_id, request.POST.get("visibility", ""))
    except (NotFound, Rejected):
        raise Http404 from None
    messages.success(request, "Saved. It counts from now on, in timelines, search and the API.")
    return redirect("web:engagement", engagement_id)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, engagement_id: int) -> HttpResponse:
    """Ask, then erase the engagement for good (C17)."""
    _, engagement = _engagement(request, engagement_id)
    account = _first_account(engagement)
    if request.method != "POST":
        return render(request, "engagement_delete.html", {"engagement": engagement, "account": account})
    try:
        delete_engagement(request.workspace, engagement_id, actor=request.me.email)
    except NotFound:
        raise Http404 from None
    messages.success(
        request, "The engagement was deleted. It does not come back, also when it is imported again."
    )
    return redirect("web:account", account.pk) if account else redirect("web:overview")
