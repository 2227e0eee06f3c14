"""A mailbox as a server in memory keeps it; tests change it as its owner and the world would.

There are two manners. Like IMAP: a mail is known in each label by a number of its own, a label by its name, and both
change when they move. Like Gmail and Graph (``refs_stay``): a mail and a label have one id for good, and a mail may
stand in several labels under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Condition

from postroom.core.trouble import StartOver

ROLES = {
    "inbox": "INBOX",
    "sent": "Sent",
    "drafts": "Drafts",
    "spam": "Spam",
    "trash": "Trash",
}
"""The labels every new mailbox has, by role."""

KEPT_OUT = ("trash", "spam", "drafts")


@dataclass(eq=False, slots=True)
class KeptMail:
    """A mail; known by what it is, not by its bytes."""

    serial: int
    raw: bytes
    received_at: int
    kept_out: str = ""


@dataclass(eq=False, slots=True)
class KeptLabel:
    """A label, its mails by ref, and the log of what happened in it."""

    ref: str
    path: tuple[str, ...]
    role: str
    is_selectable: bool
    epoch: int
    """Changes when all refs and cursors lose their meaning."""
    generation: int = 0
    """Changes when cursors lose their meaning and refs do not."""
    mails: dict[str, KeptMail] = field(default_factory=dict)
    log: list[tuple[bool, str]] = field(default_factory=list)
    """``True``: came in; ``False``: is out."""

    def put(self, ref: str, mail: KeptMail) -> None:
        self.mails[ref] = mail
        self.log.append((True, ref))

    def take(self, ref: str) -> KeptMail:
        self.log.append((False, ref))
        return self.mails.pop(ref)


class KeptMailbox:
    """One user's mailbox. Every change is done when its method returns, and safe among threads."""

    def __init__(
        self, address: str, password: str, aliases: tuple[str, ...], refs_stay: bool, changed: Condition
    ) -> None:
        self.address = address
        self.aliases = aliases
        self.password = password
        self.refresh_token = f"token-1-of-{address}"
        self.refs_stay = refs_stay
        self.changed = changed
        self._labels: dict[str, KeptLabel] = {}
        self._numbers = count(1)
        for role, name in ROLES.items():
            self.add_label(name, role=role)

    # Labels

    def add_label(self, *path: str, role: str = "", is_selectable: bool = True) -> str:
        """Add a label below those its path names, which need not be there. Returns its ref."""
        with self.changed:
            if role and any(label.role == role for label in self._labels.values()):
                raise ValueError(f"there is a label with the role {role} already")
            number = next(self._numbers)
            ref = f"Label_{number}" if self.refs_stay else "/".join(path)
            if ref in self._labels:
                raise ValueError(f"there is a label {ref} already")
            self._labels[ref] = KeptLabel(ref, path, role, is_selectable, number)
            return ref

    def by_role(self, role: str) -> str:
        """The ref of the label with this role."""
        with self.changed:
            return next(label.ref for label in self._labels.values() if label.role == role)

    def rename_label(self, ref: str, *path: str) -> str:
        """Rename a label, and with it those below. Returns its ref, which is a new one where refs do not stay."""
        with self.changed:
            old = self._labels[ref].path
            for label in [*self._labels.values()]:
                if label.path[: len(old)] == old:
                    label.path = (*path, *label.path[len(old) :])
                    del self._labels[label.ref]
                    label.ref = label.ref if self.refs_stay else "/".join(label.path)
                    self._labels[label.ref] = label
            return ref if self.refs_stay else "/".join(path)

    def remove_label(self, ref: str) -> None:
        """Delete a label; its mails are gone from it."""
        with self.changed:
            del self._labels[ref]
            self.changed.notify_all()

    def lose_cursors(self, label: str | None = None) -> None:
        """Forget how far anybody followed the changes of a label, or of all."""
        with self.changed:
            for each in self._some(label):
                each.generation += 1
            self.changed.notify_all()

    def change_epoch(self, label: str | None = None) -> None:
        """Give each mail of a label, or of all labels, a new ref, as IMAP does when UIDVALIDITY changes."""
        with self.changed:
            renamed: dict[KeptMail, str] = {}
            for each in self._some(label):
                each.epoch = next(self._numbers)
                each.log.clear()
                mails, each.mails = each.mails, {}
                for mail in mails.values():
                    renamed.setdefault(mail, self._new_id())
                    each.put(self._ref(each, renamed[mail]), mail)
            self.changed.notify_all()

    # Mails

    def deliver(self, label: str, raw: bytes, *, received_at: int, kept_out: str = "") -> str:
        """Put a new mail into a label. Returns its ref there. ``kept_out``: what its head says of it."""
        with self.changed:
            return self._put(label, KeptMail(next(self._numbers), raw, received_at, kept_out), self._new_id())

    def copy(self, label: str, ref: str, to: str) -> str:
        """Let a mail stand in a second label too. Returns its ref there."""
        with self.changed:
            kept = self._labels[label].mails[ref]
            if self.refs_stay:
                return self._put(to, kept, ref)
            again = KeptMail(next(self._numbers), kept.raw, kept.received_at, kept.kept_out)
            return self._put(to, again, self._new_id())

    def move(self, label: str, ref: str, to: str) -> str:
        """Move a mail from one label to another. Returns its ref there."""
        with self.changed:
            self.label(to)
            mail = self._labels[label].take(ref)
            return self._put(to, mail, ref if self.refs_stay else self._new_id())

    def expunge(self, label: str, ref: str) -> None:
        """Delete a mail for good, from all labels where it stands under the same ref."""
        with self.changed:
            for each in self._some(None if self.refs_stay else label):
                if ref in each.mails:
                    each.take(ref)
            self.changed.notify_all()

    def trash(self, label: str, ref: str) -> str:
        """Put a mail into the trash, out of all labels where it stands under the same ref. Returns its ref there."""
        with self.changed:
            mail = self._labels[label].mails[ref]
            self.expunge(label, ref)
            return self._put(self.by_role("trash"), mail, ref if self.refs_stay else self._new_id())

    # What the port asks

    def labels(self) -> list[KeptLabel]:
        """All labels, in the order they were made."""
        return [*self._labels.values()]

    def label(self, ref: str) -> KeptLabel:
        """The label. Raises ``StartOver`` (``label_gone``) where it is not there."""
        try:
            return self._labels[ref]
        except KeyError:
            raise StartOver("label_gone") from None

    def kept_out(self, ref: str, mail: KeptMail) -> str:
        """As what the mail counts whatever label it is met in; empty where refs do not stay, and nothing was said."""
        if mail.kept_out or not self.refs_stay:
            return mail.kept_out
        roles = {label.role for label in self._labels.values() if ref in label.mails}
        return next((role for role in KEPT_OUT if role in roles), "")

    def _some(self, label: str | None) -> Iterator[KeptLabel]:
        return iter([*self._labels.values()] if label is None else [self._labels[label]])

    def _new_id(self) -> str:
        return str(next(self._numbers))

    def _ref(self, label: KeptLabel, number: str) -> str:
        return number if self.refs_stay else f"{label.epoch}:{number}"

    def _put(self, to: str, mail: KeptMail, number: str) -> str:
        label = self._labels[to]
        ref = self._ref(label, number)
        label.put(ref, mail)
        self.changed.notify_all()
        return ref
