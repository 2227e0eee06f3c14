"""Profile, Email: connecting one's mailbox at an IMAP server, with a password or an app password (M2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from postroom.actions.connect_by_password import connect_by_password
from postroom.actions.connect_mailbox import own_addresses
from postroom.actions.mailbox_settings import PORTS
from postroom.actions.rejection import REJECTIONS, Rejected
from postroom.actions.sign_in import TooManyTries
from postroom.core.trouble import CannotEver, ProviderError, SignInAgain
from postroom.store.models import Mailbox
from postroom.store.read.mailbox_sources import mailbox_of, mailbox_source_of
from postroom.store.read.selected_on_connecting import selected_for
from postroom.web.access import PageRequest
from postroom.web.default_labels_words import labels_in_words
from postroom.web.forms import sentence
from postroom.web.mailbox_words import what_happened
from postroom.web.pages.profile_email_connect import say_connected
from postroom.web.paging import number_in
from postroom.web.sessions import client_of

_SAID: Final = {
    "not_your_address": "This is none of your addresses: {addresses}. An administrator can add it as an alias.",
    "another_mailbox": "Your mail came from {bound} so far: connect that mailbox. Another would be mixed with it.",
}

_NO_ANSWER: Final = frozenset(
    {"answer_unreadable", "cut_off", "protocol", "silent", "tls_failed", "turned_away"}
)
"""What comes of speaking plainly where TLS is expected."""


@dataclass
class ImapForm:
    """The fields as they are shown; the password never is."""

    host: str = ""
    port: str = ""
    security: str = "tls"
    username: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    told: str = ""
    """What the server said, for whoever tries to connect."""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: PageRequest) -> HttpResponse:
    """Ask for the server and the password, sign in there, and connect the mailbox."""
    form = _form(request)
    if request.method == "POST":
        mailbox = _connected(request, form)
        if mailbox is not None:
            say_connected(request, mailbox)
            return redirect("web:profile-email")
    source = mailbox_source_of(request.workspace, "imap")
    settings = source.settings if source else {}
    shown = {
        "form": form,
        "may_be_plain": settings.get("allow_plain", False),
        "is_of_company": bool(settings.get("host")) and form.host == settings.get("host"),
        "ports": PORTS,
        "selected_for_you": labels_in_words(selected_for(request.me)),
    }
    return render(request, "profile_email_imap.html", shown, status=422 if form.problems else 200)


def _form(request: PageRequest) -> ImapForm:
    """The form as it was sent; else as the mailbox was connected before, or as the company says."""
    sent = request.POST
    if request.method == "POST":
        return ImapForm(
            sent.get("host", "").strip(),
            sent.get("port", "").strip(),
            sent.get("security", "tls"),
            sent.get("username", "").strip(),
        )
    mailbox, source = mailbox_of(request.me), mailbox_source_of(request.workspace, "imap")
    known = (mailbox.settings if mailbox else {}) or (source.settings if source else {})
    security, port = known.get("security", "tls"), known.get("port")
    return ImapForm(
        known.get("host", ""),
        "" if port in (None, PORTS[security]) else str(port),
        security,
        known.get("username", mailbox.address if mailbox else request.me.email),
    )


def _connected(request: PageRequest, form: ImapForm) -> Mailbox | None:
    """Try to connect; ``None``: it did not work, and the form says why."""
    record = {
        "host": form.host,
        "port": _port(form.port),
        "security": form.security,
        "username": form.username,
        "password": request.POST.get("password", ""),
    }
    try:
        found = connect_by_password(request.me, record, actor=request.me.email, client=client_of(request))
    except Rejected as refusal:
        form.problems[refusal.field or "username"] = _said(request, refusal.reason)
    except ProviderError as error:
        said = (what_happened(error.kind, error.code), _hint(error.code, form))
        form.problems[_field_of(error)] = " ".join(filter(None, said))
        form.told = error.told
    else:
        if not isinstance(found, TooManyTries):
            return found
        form.problems["password"] = REJECTIONS["too_many_tries"]
    return None


def _port(typed: str) -> Any:
    """The number that was typed; nothing for nothing."""
    return (number_in(typed) or 0) if typed else None


def _said(request: PageRequest, reason: str) -> str:
    if reason not in _SAID:
        return sentence(reason)
    before = mailbox_of(request.me)
    return _SAID[reason].format(
        addresses=", ".join(own_addresses(request.me)), bound=before.address if before else ""
    )


def _hint(code: str, form: ImapForm) -> str:
    """What may be wrong with what was typed; empty: nothing that is known."""
    port = form.port or PORTS.get(form.security, "")
    if code == "unreachable":
        return f"The name of the server may be wrong, or its port {port}."
    if code == "tls_failed" and form.security == "tls":
        return f"Port {port} may not speak TLS from the start: choose STARTTLS then."
    if code in _NO_ANSWER and form.security != "tls":
        return f"Port {port} may speak TLS from the start: choose TLS then."
    return ""


def _field_of(error: ProviderError) -> str:
    if isinstance(error, SignInAgain):
        return "password"
    return "host" if isinstance(error, CannotEver) else "form"
