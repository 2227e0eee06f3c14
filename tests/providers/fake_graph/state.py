"""What the fake keeps: users, their mail folders and mails, and what happened in each folder in which order."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field

WELL_KNOWN = {
    "inbox": "Posteingang",
    "sentitems": "Gesendete Elemente",
    "drafts": "Entwürfe",
    "deleteditems": "Gelöschte Elemente",
    "junkemail": "Junk-E-Mail",
    "archive": "Archiv",
    "outbox": "Postausgang",
}
"""Well-known names, and what they are displayed as in a mailbox whose owner reads German."""
GENERATIONS = 4
_ID_CHARACTERS = string.ascii_letters + string.digits + "-_"


@dataclass(slots=True, eq=False)
class Mail:
    """A mail: one immutable id, and one that changes with the folder."""

    raw: bytes
    received_at: int
    immutable_id: str
    id: str
    folder: Folder
    is_draft: bool = False
    is_sent: bool = False
    """Sent from this mailbox: it never came by SMTP, so there are no internet headers to show."""
    is_read: bool = False


@dataclass(slots=True)
class Event:
    """Something that happened to a mail in a folder: ``added``, ``updated`` or ``removed`` (with the reason)."""

    what: str
    mail: Mail
    id: str
    reason: str = ""


@dataclass(slots=True, eq=False)
class Folder:
    """A mail folder, with all that happened in it and the generation of its sync state."""

    id: str
    name: str
    parent: Folder | None
    well_known: str = ""
    is_hidden: bool = False
    is_search: bool = False
    mails: list[Mail] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    highest: int = 600


class Ids:
    """Makes ids of the look of Exchange's: long, with ``-``, ``_`` and ``=``, told apart by case."""

    def __init__(self) -> None:
        self._random = random.Random(365)

    def new(self, begin: str, length: int) -> str:
        return begin + "".join(self._random.choices(_ID_CHARACTERS, k=length)) + "="


class Mailbox:
    """One mailbox, changed here as its owner and the world would."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.root = Folder(self._folder_id(), "Top of Information Store", None, "msgfolderroot")
        self.folders: dict[str, Folder] = {}
        for well_known, name in WELL_KNOWN.items():
            self.add_folder(name, well_known=well_known)

    def add_folder(
        self,
        name: str,
        parent: Folder | None = None,
        *,
        well_known: str = "",
        is_hidden: bool = False,
        is_search: bool = False,
    ) -> Folder:
        folder = Folder(self._folder_id(), name, parent or self.root, well_known, is_hidden, is_search)
        self.folders[folder.id] = folder
        return folder

    def remove_folder(self, folder: Folder) -> None:
        """Delete it for good, with all that is in it."""
        for child in self.children(folder):
            self.remove_folder(child)
        del self.folders[folder.id]

    def children(self, folder: Folder) -> list[Folder]:
        return [each for each in self.folders.values() if each.parent is folder]

    def folder(self, id_or_name: str) -> Folder | None:
        """By its id, or by its well-known name in any case."""
        if id_or_name.lower() == "msgfolderroot" or id_or_name == self.root.id:
            return self.root
        by_name = (f for f in self.folders.values() if f.well_known and f.well_known == id_or_name.lower())
        return self.folders.get(id_or_name) or next(by_name, None)

    def mails(self) -> Iterator[Mail]:
        for folder in self.folders.values():
            yield from folder.mails

    def mail(self, any_id: str) -> Mail | None:
        return next((mail for mail in self.mails() if any_id in (mail.immutable_id, mail.id)), None)

    def deliver(self, folder: Folder, raw: bytes, received_at: int, *, is_sent: bool = False) -> Mail:
        is_draft = folder.well_known == "drafts"
        mail = Mail(raw, received_at, self._ids.new("AAkALg", 70), self._mail_id(), folder, is_draft, is_sent)
        folder.mails.append(mail)
        folder.events.append(Event("added", mail, mail.id))
        return mail

    def touch(self, mail: Mail) -> None:
        """Mark it as read."""
        mail.is_read = True
        mail.folder.events.append(Event("updated", mail, mail.id))

    def move(self, mail: Mail, to: Folder) -> None:
        reason = "changed" if to.well_known == "deleteditems" else "deleted"
        self._take_out(mail, reason)
        mail.folder, mail.id = to, self._mail_id()
        to.mails.append(mail)
        to.events.append(Event("added", mail, mail.id))

    def expunge(self, mail: Mail) -> None:
        self._take_out(mail, "deleted")

    def _take_out(self, mail: Mail, reason: str) -> None:
        mail.folder.mails.remove(mail)
        mail.folder.events.append(Event("removed", mail, mail.id, reason))

    def _folder_id(self) -> str:
        return self._ids.new("AAMkAD", 110)

    def _mail_id(self) -> str:
        return self._ids.new("AAMkAD", 144)


@dataclass(slots=True)
class User:
    """Somebody in the directory; without a mailbox there is no ``mail`` either."""

    id: str
    principal_name: str
    mail: str | None
    aliases: tuple[str, ...]
    mailbox: Mailbox | None


class Directory:
    """The users of one organization."""

    def __init__(self) -> None:
        self.ids = Ids()
        self.users: list[User] = []

    def add_user(
        self,
        address: str,
        *,
        principal_name: str = "",
        aliases: tuple[str, ...] = (),
        has_mailbox: bool = True,
    ) -> User:
        number = f"{len(self.users):012}"
        user = User(
            f"87d349ed-44d7-43e1-9a83-{number}",
            principal_name or address,
            address if has_mailbox else None,
            aliases,
            Mailbox(self.ids) if has_mailbox else None,
        )
        self.users.append(user)
        return user

    def user(self, id_or_principal_name: str) -> User | None:
        """By id or user principal name; an alias is neither."""
        key = id_or_principal_name.lower()
        return next((u for u in self.users if key in (u.id, u.principal_name.lower())), None)
