"""Connecting and signing in, encrypted unless an admin allowed otherwise; nothing secret is sent before that stands."""

from __future__ import annotations

import ssl
from typing import Final

from postroom.core.trouble import CannotEver, ProviderError, SignInAgain
from postroom.providers import outgoing
from postroom.providers.imap import answers, troubles
from postroom.providers.imap.session import Answer, Session
from postroom.providers.imap.troubles import Refused
from postroom.providers.imap.wire import Patience, Wire
from postroom.providers.port import Access

PORTS: Final = {"tls": 993, "starttls": 143, "none": 143}
CONNECT_SECONDS: Final = 30.0


def signed_in(access: Access, patience: Patience) -> Session:
    """A session in which the mailbox can be read, with what the server can do learned."""
    session = _connected(access, patience)
    try:
        _greeted(session, access)
        session.learn(_authenticated(session, access))
        if {b"ENABLE", b"QRESYNC"} <= session.capabilities:
            enabled = session.ask(b"ENABLE", b"QRESYNC").of(b"ENABLED")
            session.tells_vanished = any(b"QRESYNC" in response.text.upper() for response in enabled)
    except Refused as refused:
        session.wire.close()
        raise troubles.of_command(refused.status) from None
    except ProviderError:
        session.wire.close()
        raise
    session.requests = 0
    return session


def _connected(access: Access, patience: Patience) -> Session:
    settings = access.settings
    security = _security(access)
    if security not in PORTS or (security == "none" and not settings.get("allow_plain")):
        raise CannotEver("plain_refused")
    connection = outgoing.connect(
        _host(access),
        int(settings.get("port") or PORTS[security]),
        settings.get("allowed_hosts", ()),
        seconds=min(CONNECT_SECONDS, patience.silence),
    )
    return Session(Wire(connection, patience))


def _greeted(session: Session, access: Access) -> None:
    """Read who is there, and encrypt before or after it."""
    if _security(access) == "tls":
        session.wire.encrypt(ssl.create_default_context(), _host(access))
    greeting = session.greeting()
    if (greeting.tag, greeting.kind) != (b"*", b"OK"):
        raise session.wire.broken()  # signed in before anybody was asked who they are, or no mail server
    session.learn(Answer([], answers.status_of(greeting)))
    if _security(access) == "starttls":
        _start_tls(session, _host(access))


def _security(access: Access) -> str:
    return str(access.settings.get("security", "tls"))


def _host(access: Access) -> str:
    return str(access.settings.get("host", "")).strip().rstrip(".")


def _start_tls(session: Session, host: str) -> None:
    if b"STARTTLS" not in session.capabilities:
        raise CannotEver("starttls_missing")
    try:
        session.ask(b"STARTTLS")
    except Refused:
        raise CannotEver("starttls_missing") from None
    session.wire.encrypt(ssl.create_default_context(), host)
    session.learn()


def _authenticated(session: Session, access: Access) -> Answer:
    secret = access.secret
    if access.is_central:
        return _as_master(session, access)
    user = str(access.settings.get("username") or access.address)
    return _by_password(session, user, secret.get("password", ""))


def _as_master(session: Session, access: Access) -> Answer:
    """Open the mailbox with the master user's password: by the name ``ADDRESS SEPARATOR MASTER``, or where no separator
    is set, by an identity to act for, which SASL PLAIN knows."""
    master = access.secret.get("master_user", "")
    password = access.secret.get("master_password", "")
    separator = access.secret.get("separator", "")
    if separator:
        return _by_password(session, f"{access.address}{separator}{master}", password)
    if b"AUTH=PLAIN" not in session.capabilities:
        raise CannotEver("password_not_taken")
    return _plain(session, access.address, master, password)


def _by_password(session: Session, user: str, password: str) -> Answer:
    if b"AUTH=PLAIN" in session.capabilities:
        return _plain(session, "", user, password)
    if b"LOGINDISABLED" in session.capabilities:
        raise CannotEver("password_not_taken")
    try:
        return session.ask(b"LOGIN", user, password)
    except Refused as refused:
        raise troubles.of_sign_in(refused.status, _password_refused()) from None


def _plain(session: Session, acts_for: str, user: str, password: str) -> Answer:
    try:
        return session.authenticate(b"PLAIN", f"{acts_for}\0{user}\0{password}".encode())
    except Refused as refused:
        raise troubles.of_sign_in(refused.status, _password_refused()) from None


def _password_refused() -> ProviderError:
    return SignInAgain("password_refused")
