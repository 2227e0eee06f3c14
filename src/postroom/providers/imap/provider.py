"""Mailboxes on any IMAP server: with the owner's password, or all of them with a master user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from postroom.core.trouble import ProviderError, TryLater
from postroom.providers.imap.mailbox import OpenImapMailbox
from postroom.providers.imap.sign_in import signed_in
from postroom.providers.imap.wire import USUAL, Patience
from postroom.providers.port import HEADS, Access, Missing

_MISSING: Final[Mapping[str, tuple[str, str]]] = {
    "password_refused": (
        "master_user",
        "The server does not let the master user in to this mailbox. Look through the master user's name and password, "
        "the separator, and whether the server has a mailbox at this address.",
    ),
    "password_expired": (
        "master_user",
        "The master user's password has expired. Set a new one at the server.",
    ),
    "not_authorized": (
        "master_rights",
        "The server knows the master user and does not let them act for others. Allow it in the server's settings.",
    ),
    "label_not_allowed": (
        "master_rights",
        "The master user may sign in and not read. Give it the rights to look up and read (lr) in all mailboxes.",
    ),
    "contact_admin": ("account", "The server asks that its administrator looks at this account."),
    "password_not_taken": (
        "password",
        "The server takes no passwords by this kind of connection. Choose TLS, or allow PLAIN at the server.",
    ),
    "certificate_refused": (
        "certificate",
        "The server's certificate is not trusted, has expired or is another host's. Renew it, or name the authority "
        "that signed it with SSL_CERT_FILE.",
    ),
    "tls_failed": ("tls", "There is no TLS at this port. Port 993 is usual for TLS, 143 for STARTTLS."),
    "starttls_missing": (
        "tls",
        "The server does not offer STARTTLS. Nothing was sent. Choose TLS and port 993.",
    ),
    "tls_required": ("tls", "The server takes passwords over encrypted connections only. Choose TLS."),
    "plain_refused": ("tls", "Connections that are not encrypted are not allowed. Choose TLS."),
    "host_unknown": ("host", "There is no host of this name. Look through the spelling."),
    "host_refused": (
        "host",
        "The host is in a private network. Whoever runs Postroom names it in POSTROOM_ALLOWED_PRIVATE_HOSTS.",
    ),
}
"""The code of a trouble → what is missing, and what to do."""
_OTHER: Final = ("server", "The server does not answer as an IMAP server does. Look through host and port.")


class ImapProvider:
    """Opens mailboxes of IMAP servers (``port.Provider``)."""

    kind = "imap"
    name = "IMAP"

    def __init__(self, patience: Patience = USUAL, page: int = HEADS) -> None:
        self._patience = patience
        self._page = page

    def open(self, access: Access) -> OpenImapMailbox:
        """Sign in. The setting ``seconds``: so long somebody waits, for the sign-in and all that is asked then."""
        seconds = access.settings.get("seconds")
        patience = Patience.within(seconds) if seconds else self._patience
        return OpenImapMailbox(signed_in(access, patience), self._page)

    def check(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], address: str
    ) -> Sequence[Missing]:
        """What is missing at the server so that its master user reads this mailbox."""
        try:
            with self.open(Access(address, settings, secret, is_central=True)) as mailbox:
                mailbox.count("INBOX", 0)
        except TryLater:
            raise
        except ProviderError as problem:
            return [Missing(*_MISSING.get(problem.code, _OTHER))]
        return []

    def addresses(
        self, settings: Mapping[str, Any], secret: Mapping[str, str], admin: str
    ) -> Iterator[str] | None:
        """Nothing: IMAP cannot list mailboxes; each is found by trying."""
        return None
