"""Mail systems for stories: memory, Dovecot, pymap, Gmail and Microsoft Graph, with one set of words for all.

Their boxes are changed by the system's own means, never by what is tested.
"""

from __future__ import annotations

import re
import time
from itertools import count
from typing import Any, Protocol

from dovecot import MASTER, MASTER_PASSWORD, SEPARATOR, Dovecot, ImapUser
from fake_graph import CLIENT_ID, SECRET, TENANT, FakeGraph
from fake_graph import Mailbox as GraphBox
from gmail_emulate import Emulate
from gmail_shim import READ, USERS, Shim
from gmail_world import CLIENT, SERVICE_ACCOUNT, GmailWorld, private_key, service_account
from joserfc.jwk import RSAKey
from pymap_server import MASTER as PYMAP_MASTER
from pymap_server import MASTER_PASSWORD as PYMAP_PASSWORD
from pymap_server import Pymap, PymapUser

from postroom.actions.connect_by_code import Granted, connect_by_code
from postroom.actions.connect_by_password import connect_by_password
from postroom.providers.gmail import Gmail
from postroom.providers.memory import KeptMailbox, MemoryServer
from postroom.store.models import Mailbox, User

CLIENT_SECRET = "secret of the client"
_numbers = count(1)


class Box(Protocol):
    """One mailbox at a mail system."""

    address: str

    def place(self, name: str) -> str:
        """The ref of the label with this role or name, made where there is none."""
        ...

    def deliver(self, name: str, raw: bytes, at: int) -> None:
        """Put a mail into the label with this role or name."""
        ...


class Post(Protocol):
    """A mail system."""

    kind: str
    """Of the source that it is read through."""
    own: dict[str, Any]
    """What is set up of the source so that users can connect their own."""
    central: dict[str, Any]
    """What is set up beside it so that all can be read."""

    where: dict[str, Any]
    """What else leads here, which nobody sets up."""

    def new_box(self) -> Box: ...

    def connect(self, user: User, box: Box, secret: str = "") -> Mailbox:
        """Connect the user's own mailbox, as the pages do; with another ``secret`` than is good, where one is given."""
        ...

    def fetched(self) -> int | None:
        """How many mails were given whole so far; ``None``: the server does not tell."""
        ...

    def secrets(self) -> list[str]:
        """Whatever opens mailboxes here: passwords, tokens, keys."""
        ...


# Memory


class MemoryBox:
    def __init__(self, kept: KeptMailbox) -> None:
        self.address, self.kept = kept.address, kept

    def place(self, name: str) -> str:
        for label in self.kept.labels():
            if name in (label.role, label.path[-1]):
                return label.ref
        return self.kept.add_label(name)

    def deliver(self, name: str, raw: bytes, at: int) -> None:
        self.kept.deliver(self.place(name), raw, received_at=at)


class MemoryPost:
    """In the place of IMAP servers."""

    kind = "imap"

    def __init__(self, name: str, server: MemoryServer) -> None:
        self.server = server
        self.where = {"server": name}
        self.own: dict[str, Any] = {"host": "imap.us.com"}
        self.central: dict[str, Any] = {"master_user": "reader", "master_password": "the master's password"}
        server.master_password = "the master's password"
        self._passwords = [server.master_password]

    def new_box(self) -> MemoryBox:
        number = next(_numbers)
        self._passwords.append(f"the password of {number}")
        return MemoryBox(self.server.add_user(f"user-{number}@us.example", password=self._passwords[-1]))

    def connect(self, user: User, box: Box, secret: str = "") -> Mailbox:
        assert isinstance(box, MemoryBox)
        return by_password(user, box.address, secret or box.kept.password)

    def fetched(self) -> int | None:
        return len(self.server.given_whole)

    def secrets(self) -> list[str]:
        return self._passwords


# IMAP


class ImapBox:
    def __init__(self, user: ImapUser | PymapUser, folders: dict[str, str]) -> None:
        self.user, self.address = user, user.address
        self._folders = folders
        self._made: set[str] = set()

    def place(self, name: str) -> str:
        if name in self._folders:
            return self._folders[name]
        if name not in self._made:
            hand = self.user.hand()
            hand.add_label(name)
            hand.close()
            self._made.add(name)
        return name

    def deliver(self, name: str, raw: bytes, at: int) -> None:
        flags = r"(\Draft)" if name == "drafts" else ""
        place = self.place(name)
        hand = self.user.hand()
        hand.deliver(place, raw.replace(b"\n", b"\r\n"), at, flags)
        hand.close()


class _ImapPost:
    kind = "imap"
    own: dict[str, Any]
    central: dict[str, Any]
    where: dict[str, Any] = {}

    def __init__(self) -> None:
        self.boxes: list[ImapBox] = []

    def connect(self, user: User, box: Box, secret: str = "") -> Mailbox:
        assert isinstance(box, ImapBox)
        return by_password(user, box.address, secret or box.user.password)

    def secrets(self) -> list[str]:
        return [MASTER_PASSWORD, PYMAP_PASSWORD, *(box.user.password for box in self.boxes)]


class DovecotPost(_ImapPost):
    def __init__(self, server: Dovecot) -> None:
        super().__init__()
        self.server = server
        self.own = {"host": "localhost", "port": server.tls_port, "security": "tls"}
        self.central = {
            "master_user": MASTER,
            "master_password": MASTER_PASSWORD,
            "separator": SEPARATOR,
        }

    def new_box(self) -> ImapBox:
        folders = {"inbox": "INBOX", "sent": "Sent", "drafts": "Drafts", "spam": "Junk", "trash": "Trash"}
        self.boxes.append(ImapBox(self.server.new_user(), folders))
        return self.boxes[-1]

    def fetched(self) -> int | None:
        """By the line that the server writes at the end of each session."""
        return sum(map(self._fetched_of, self.boxes))

    def _fetched_of(self, box: ImapBox) -> int:
        address = re.escape(box.address)
        ends_at = time.monotonic() + 20
        while time.monotonic() < ends_at:
            log = (self.server.folder / "log").read_text()
            began = re.findall(rf"imap-login: Info: Login: user=<{address}>", log)
            ended = re.findall(rf"imap\({address}\).* body_count=(\d+)", log)
            if len(began) == len(ended):
                return sum(map(int, ended))
            time.sleep(0.02)
        raise AssertionError("a session has no end in Dovecot's log")


class PymapPost(_ImapPost):
    """Knows no role but the inbox's, so that the others are labels like any."""

    def __init__(self, server: Pymap) -> None:
        super().__init__()
        self.server = server
        self.own = {"host": "localhost", "port": server.port, "security": "none", "allow_plain": True}
        self.central = {"master_user": PYMAP_MASTER, "master_password": PYMAP_PASSWORD}

    def new_box(self) -> ImapBox:
        self.boxes.append(ImapBox(self.server.new_user(), {"inbox": "INBOX"}))
        return self.boxes[-1]

    def fetched(self) -> int | None:
        return None


# Gmail


class GmailBox:
    IDS = {"inbox": "INBOX", "sent": "SENT", "drafts": "DRAFT", "spam": "SPAM", "trash": "TRASH"}

    def __init__(self, world: GmailWorld, address: str) -> None:
        self.world, self.address = world, address
        self._made: dict[str, str] = {}

    def place(self, name: str) -> str:
        if name in self.IDS:
            return self.IDS[name]
        if name not in self._made:
            self._made[name] = str(self.world._ask("POST", "labels", {"name": name}, self.address)["id"])
        return self._made[name]

    def deliver(self, name: str, raw: bytes, at: int) -> None:
        self.world.put(raw, self.place(name), to=self.address)


class GmailPost:
    kind = "google"
    where: dict[str, Any] = {}

    def __init__(self, server: Emulate, shim: Shim) -> None:
        self.server, self.shim = server, shim
        first, second = server.next_user(), server.next_user()
        self.world = GmailWorld(shim, Gmail(), {}, first, second)
        self._free = [second, first]
        self.own: dict[str, Any] = {"client_id": CLIENT, "client_secret": CLIENT_SECRET}
        self.central: dict[str, Any] = {"service_account": service_account(private_key()), "admin": first}
        shim.delegated[SERVICE_ACCOUNT] = (RSAKey.import_key(private_key()), {READ, USERS})
        self.tokens: list[str] = []

    def new_box(self) -> GmailBox:
        return GmailBox(self.world, self._free.pop() if self._free else self.server.next_user())

    def connect(self, user: User, box: Box, secret: str = "") -> Mailbox:
        self.tokens.append(self.shim.grant(box.address))
        return connect_by_code(
            user, self.kind, Granted(secret or self.tokens[-1], READ, box.address), actor=user.email
        )

    def fetched(self) -> int | None:
        return sum("format=raw" in line and not line.startswith("POST") for line in self.shim.log)

    def secrets(self) -> list[str]:
        key = private_key().splitlines()
        return [CLIENT_SECRET, key[1], key[5], *self.tokens, *self.shim.issued, *self.shim.refresh_tokens]


# Microsoft


class GraphMailBox:
    FOLDERS = {"sent": "sentitems", "spam": "junkemail", "trash": "deleteditems"}

    def __init__(self, address: str, box: GraphBox) -> None:
        self.address, self.box = address, box

    def place(self, name: str) -> str:
        found = self.box.folder(self.FOLDERS.get(name, name))
        named = [folder for folder in self.box.folders.values() if folder.name == name]
        return (found or (named[0] if named else self.box.add_folder(name))).id

    def deliver(self, name: str, raw: bytes, at: int) -> None:
        self.box.deliver(self.box.folders[self.place(name)], raw, at, is_sent=name == "sent")


class GraphPost:
    kind = "microsoft"
    where: dict[str, Any] = {}

    def __init__(self, fake: FakeGraph) -> None:
        self.fake = fake
        self.own: dict[str, Any] = {"tenant": TENANT, "client_id": CLIENT_ID, "client_secret": SECRET}
        self.central: dict[str, Any] = {}

    def new_box(self) -> GraphMailBox:
        user = self.fake.directory.add_user(f"user-{next(_numbers)}@us.example")
        assert user.mailbox
        return GraphMailBox(user.principal_name, user.mailbox)

    def connect(self, user: User, box: Box, secret: str = "") -> Mailbox:
        refresh = secret or self.fake.entra.consent(box.address)
        return connect_by_code(user, self.kind, Granted(refresh, "Mail.Read", box.address), actor=user.email)

    def fetched(self) -> int | None:
        return sum(asked.target.endswith("/$value") for asked in self.fake.asked)

    def secrets(self) -> list[str]:
        return [SECRET, *self.fake.entra.refresh, *self.fake.entra.access]


def by_password(user: User, address: str, password: str) -> Mailbox:
    """Connect a mailbox at an IMAP server."""
    sent = {"username": address, "password": password}
    connected = connect_by_password(user, sent, actor=user.email, client="10.1.1.1")
    assert isinstance(connected, Mailbox)
    return connected
