"""Connect a user's own mailbox at an IMAP server, with a password or an app password."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from postroom.actions.connect_mailbox import connect_own, own_addresses
from postroom.actions.mailbox_settings import (
    PORTS,
    Parts,
    host_name,
    plain_is_allowed,
    port_number,
    secret_text,
    security_name,
)
from postroom.actions.mailbox_source import new_source
from postroom.actions.record import Record, text
from postroom.actions.sign_in import TooManyTries, counted
from postroom.core.trouble import SignInAgain
from postroom.store.models import Mailbox, Source, User
from postroom.store.read.mailbox_sources import mailbox_of, mailbox_source_of
from postroom.store.write.turn import take_turn

KIND: Final = "imap"
FIELDS: Final = ("host", "port", "security", "username", "password")
TRIES: Final = 10
"""So many tries in vain a user has before waiting: a server whose password is guessed here locks its owner out."""


def connect_by_password(user: User, sent: Any, *, actor: str, client: str) -> Mailbox | TooManyTries:
    """Sign in at the IMAP server and connect the mailbox; what it refuses is counted as tries to sign in are.

    ``sent``: ``host``, ``port`` and ``security`` (by default those of the source), ``username``, ``password``.
    ``client``: the network address asked from. Raises ``Rejected`` and what the provider raises.
    """
    record = Record(sent, FIELDS)
    source = _source(user, actor)
    own = _own(record, source)
    return counted(
        f"mailbox of user {user.pk}",
        client,
        lambda: connect_own(user, source, own, _told(user, own.settings["username"]), actor=actor),
        tries_of_address=TRIES,
        wrong=SignInAgain,
    )


def _own(record: Record, source: Source) -> Parts:
    host = record.read("host", host_name, "") or source.settings.get("host", "")
    security = record.read("security", security_name, source.settings.get("security", "tls"))
    is_of_source = host == source.settings.get("host") and security == source.settings.get("security")
    port = record.read("port", port_number, source.settings["port"] if is_of_source else PORTS[security])
    if not host:
        record.need("host", host_name)
    plain_is_allowed(security, source.settings)
    username = record.need("username", text(320))
    password = record.need("password", secret_text)
    settings = {"host": host, "port": port, "security": security, "username": username}
    return Parts(settings, {"password": password})


def _told(user: User, username: str) -> str:
    """The address of the mailbox: the user name where it is one, else what it had before, else the user's own."""
    if "@" in username:
        return username
    before = mailbox_of(user)
    if before is not None and before.address in own_addresses(user):
        return before.address
    return user.email


def _source(user: User, actor: str) -> Source:
    """The workspace's source of IMAP, made where there is none."""
    with transaction.atomic():
        take_turn(user.workspace)
        return mailbox_source_of(user.workspace, KIND) or new_source(user.workspace, KIND, actor)
