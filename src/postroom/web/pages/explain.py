"""Explain: what happened to a message, what decided, what was asked before, what would change it (L2).

Questions that name an address travel in the body of a POST: an address has no place in a log. What was typed is
kept with the session and answered at an address of its own; a mail is answered at once, and not kept.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from postroom.actions.explain import MAX_RAW_BYTES, Answer, explain
from postroom.actions.explain_mail import Assumed
from postroom.actions.explain_text import explain_text
from postroom.actions.rejection import Rejected
from postroom.core.message import LABEL_ROLES
from postroom.store.read.known_address import meant_by
from postroom.store.read.users import users
from postroom.web.access import PageRequest
from postroom.web.asked import keep, kept
from postroom.web.pages.explain_story import story_of
from postroom.web.paging import number_in

_MAX_QUESTION: Final = 1_000
_MOST_SUGGESTED: Final = 100
_SHOWN_AGAIN: Final = 20_000
"""Characters of a pasted message that the form still shows with the answer."""
MAX_FORM_BYTES: Final = MAX_RAW_BYTES + 1024 * 1024
"""A mail, and what stands around it in a form."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Refuse a body that is too large by its length alone; else check where it comes from, and answer."""
    if _sent_bytes(request) > MAX_FORM_BYTES:
        return render(request, "explain.html", {"problem": "too_large"}, status=413)
    return _show(request)


def _sent_bytes(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length[:20]) if length.isdecimal() else 0


@csrf_protect
def _show(request: PageRequest) -> HttpResponse:
    """Answer by address or Message-ID, by a whole message, or by the number of a message or engagement."""
    shown: dict[str, Any] = {
        "question": _typed(request, "question") or kept(request, request.GET.get("asked", "")),
        "raw": request.POST.get("raw", "")[:_SHOWN_AGAIN],
        "assumed": Assumed(_typed(request, "user"), _typed(request, "label")),
        "labels": LABEL_ROLES,
        "suggested": users(request.workspace).filter(disabled_at=None)[:_MOST_SUGGESTED],
    }
    if request.method == "POST" and shown["question"] and not _gives_a_mail(request):
        return redirect(f"{request.path}?{urlencode({'asked': keep(request, shown['question'])})}")
    status = 200
    try:
        answer = _answer(request, shown["question"], shown["assumed"])
        shown["answer"] = answer and story_of(request, answer)
        if (
            shown["answer"]
            and shown["answer"]["address"]
            and "no_person" in shown["answer"]["address"]["why"]
        ):
            shown["meant"] = meant_by(request.workspace, shown["question"])
    except Rejected as refusal:
        shown |= {"problem": refusal.reason, "problem_of": refusal.field}
        status = 413 if refusal.reason == "too_large" else 422
    return render(request, "explain.html", shown, status=status)


def _typed(request: PageRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:_MAX_QUESTION]


def _answer(request: PageRequest, question: str, assumed: Assumed) -> Answer | None:
    """The answer to whatever was asked; ``None``: nothing was."""
    if request.method != "POST" and not question:
        return _by_number(request)
    sees_rules = "manage_rules" in request.permissions
    raw = _raw(request)
    if raw.strip():
        return explain(
            request.workspace, sees_rules=sees_rules, viewer=request.me.pk, raw=raw, assumed=assumed
        )
    return explain_text(request.workspace, question, sees_rules=sees_rules, viewer=request.me.pk)


def _by_number(request: PageRequest) -> Answer | None:
    """The answer for a link from a list of ours. Raises ``Http404`` where there is no such message here.

    Raises ``PermissionDenied`` where the list itself is not open to whoever asks.
    """
    ask = partial(
        explain, request.workspace, sees_rules="manage_rules" in request.permissions, viewer=request.me.pk
    )
    for what in ("message", "engagement"):
        if what not in request.GET:
            continue
        number = number_in(request.GET[what])
        if number is None:
            raise Http404
        answer = ask(**{what: number})  # type: ignore[arg-type]
        if not answer["messages"]:
            raise Http404
        return answer
    return None


def _gives_a_mail(request: PageRequest) -> bool:
    return "file" in request.FILES or bool(request.POST.get("raw", "").strip())


def _raw(request: PageRequest) -> bytes:
    """The message that was pasted or sent as a file; empty: neither."""
    file = request.FILES.get("file")
    if file is None:
        # Browsers send line ends as CRLF, as mail has them.
        return request.POST.get("raw", "").lstrip().encode("utf-8", "surrogateescape")
    if (file.size or 0) > MAX_RAW_BYTES:
        raise Rejected("too_large", "file")
    raw: bytes = file.read()
    return raw
