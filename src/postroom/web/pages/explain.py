"""Explain: what happened to a message, what decided, what was asked before, what would change it (L2).

Questions that name an address travel in the body of a POST: an address has no place in a log.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from postroom.actions.explain import explain
from postroom.actions.rejection import Rejected
from postroom.store.models import Workspace
from postroom.web.access import PageRequest

MAX_RAW_BYTES: Final = 35 * 1024 * 1024
_MAX_QUESTION: Final = 1_000

Answer = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Answer by address or Message-ID, by a whole message, or by the number of a message or engagement."""
    shown: dict[str, Any] = {
        "question": request.POST.get("question", "").replace("\0", "").strip()[:_MAX_QUESTION]
    }
    try:
        shown["answer"] = _answer(request, shown["question"])
    except Rejected as refusal:
        shown["problem"] = refusal.reason
        return render(request, "explain.html", shown, status=422)
    return render(request, "explain.html", shown)


def _answer(request: PageRequest, question: str) -> Answer | None:
    """The answer to whatever was asked; ``None``: nothing was."""
    if request.method != "POST":
        return _by_number(request)
    raw = _raw(request)
    if raw.strip():
        return explain(request.workspace, raw=raw)
    if not question:
        raise Rejected("value_required")
    return by_text(request.workspace, question)


def _by_number(request: PageRequest) -> Answer | None:
    """The answer for a link from a list of ours. Raises ``Http404`` where there is no such message here."""
    for what in ("message", "engagement"):
        number = request.GET.get(what)
        if number is None:
            continue
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise Http404
        answer = explain(request.workspace, **{what: int(number)})  # type: ignore[arg-type]
        if not answer["messages"]:
            raise Http404
        return answer
    return None


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


def by_text(workspace: Workspace, question: str) -> Answer:
    """The answer for an address, a Message-ID or a name: they look alike, so the likelier is tried first."""
    is_id = question.startswith("<") and question.endswith(">") and " " not in question
    if is_id:
        answer = explain(workspace, message_id=question)
        if answer["messages"]:
            return answer
    try:
        by_address = explain(workspace, address=question)
    except Rejected:
        return explain(workspace, message_id=question)
    if by_address["messages"] or is_id or "@" not in question:
        return by_address
    by_id = explain(workspace, message_id=question)
    return by_id if by_id["messages"] else by_address
