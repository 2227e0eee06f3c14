"""A mail server in memory, that tests hold, fill and break."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, RLock

from postroom.core.trouble import CannotEver, SignInAgain
from postroom.providers.memory.faults import Faults
from postroom.providers.memory.kept import KeptMailbox
from postroom.providers.port import Access, Missing

PASSWORD = "password"  # noqa: S105 (made up)
"""Of a mailbox, where nothing else is said."""
MASTER_PASSWORD = "master"  # noqa: S105 (made up)
"""Of a server, where nothing else is said."""

_SERVERS: dict[str, MemoryServer] = {}


class MemoryServer:
    """Mailboxes by address, with the faults they are read under."""

    def __init__(self, *, refs_stay_when_moved: bool = False) -> None:
        """``refs_stay_when_moved``: like Gmail and Graph; else like IMAP (see ``kept``)."""
        self.refs_stay_when_moved = refs_stay_when_moved
        self.faults = Faults()
        self.master_password = MASTER_PASSWORD
        """Opens every mailbox, as the secret of a central connection."""
        self.rotates_tokens = False
        """Each sign-in with a refresh token gives a new one and makes the old one worthless."""
        self.lists_addresses = True
        self.can_wait = False
        """Whether ``wait`` notices what happens; else it says no at once."""
        self.missing: list[Missing] = []
        """What a check finds missing."""
        self.given_whole: list[str] = []
        """The refs of the mails that were given whole, in their order."""
        self.open_mailboxes = 0
        self.changed = Condition(RLock())
        self._mailboxes: dict[str, KeptMailbox] = {}

    def add_user(
        self, address: str, *, password: str = PASSWORD, aliases: tuple[str, ...] = ()
    ) -> KeptMailbox:
        """Add a mailbox with an inbox, sent, drafts, spam and trash."""
        mailbox = KeptMailbox(address, password, aliases, self.refs_stay_when_moved, self.changed)
        with self.changed:
            for each in (address, *aliases):
                self._mailboxes[each] = mailbox
        return mailbox

    def remove_user(self, address: str) -> None:
        """Delete a mailbox."""
        with self.changed:
            gone = self._mailboxes[address]
            for each in (gone.address, *gone.aliases):
                del self._mailboxes[each]

    def addresses(self) -> list[str]:
        """Every address that has a mailbox, aliases too."""
        with self.changed:
            return sorted(self._mailboxes)

    def asked(self, method: str) -> None:
        """Count a request and let it fail where it is to."""
        self.faults.before(method)
        if self.faults.latency:
            time.sleep(self.faults.latency)
        with self.changed:
            self.faults.requests[method] += 1
            error = self.faults.error_of(method)
        if error is not None:
            raise error.with_traceback(None)

    def signed_in(self, access: Access) -> KeptMailbox:
        """The mailbox that these credentials open. Raises ``SignInAgain``, or ``CannotEver`` where there is none."""
        self.asked("open")
        with self.changed:
            mailbox = self._mailboxes.get(access.address)
            if access.is_central:
                if access.secret.get("master_password") != self.master_password:
                    raise SignInAgain("password_refused")
                if mailbox is None:
                    raise CannotEver("no_mailbox")
                return mailbox
            if mailbox is None:
                raise SignInAgain("password_refused")
            if "refresh_token" in access.secret:
                self._refresh(mailbox, access)
            elif access.secret.get("password") != mailbox.password:
                raise SignInAgain("password_refused")
            return mailbox

    def _refresh(self, mailbox: KeptMailbox, access: Access) -> None:
        if access.secret["refresh_token"] != mailbox.refresh_token:
            raise SignInAgain("grant_refused")
        if self.rotates_tokens:
            number = int(mailbox.refresh_token.split("-")[1]) + 1
            mailbox.refresh_token = f"token-{number}-of-{mailbox.address}"
            access.keep_secret({"refresh_token": mailbox.refresh_token})


@contextmanager
def memory_server(name: str, *, refs_stay_when_moved: bool = False) -> Iterator[MemoryServer]:
    """A server that is found by its name as long as the block lasts. Raises ``ValueError`` where the name is taken."""
    if name in _SERVERS:
        raise ValueError(f"there is a server {name} already")
    _SERVERS[name] = MemoryServer(refs_stay_when_moved=refs_stay_when_moved)
    try:
        yield _SERVERS[name]
    finally:
        del _SERVERS[name]


def lasting_server(name: str) -> MemoryServer:
    """A server that is found by its name until the process ends. Raises ``ValueError`` where the name is taken."""
    if name in _SERVERS:
        raise ValueError(f"there is a server {name} already")
    _SERVERS[name] = MemoryServer()
    return _SERVERS[name]


def server_named(name: str) -> MemoryServer:
    """The server. Raises ``CannotEver`` (``no_server``)."""
    try:
        return _SERVERS[name]
    except KeyError:
        raise CannotEver("no_server") from None
