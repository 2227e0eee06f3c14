"""What a mail of the demo says, to whom and when, before it is laid out as bytes (see ``layout``). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from typing import Final

from postroom.demo.colleagues import DemoUser
from postroom.demo.company import MOVED, WORKSPACE, DemoPerson, account_named

PROGRAMS: Final = ("web", "web", "office", "office", "plain", "classic", "phone")
"""The manners in which mail programs lay out mail; see ``layout``. Twice: more people have it."""


@dataclass(frozen=True, slots=True, eq=False)
class Correspondent:
    """Somebody who writes or is written to, and by which program."""

    name: str
    email: str
    title: str = ""
    company: str = ""
    language: str = "en"
    zone: str = "Europe/London"
    program: str = "plain"
    mailbox: str = field(init=False)
    """As it stands in an address header."""

    def __post_init__(self) -> None:
        name = self.name if self.name.isascii() else Header(self.name, "utf-8").encode()
        object.__setattr__(self, "mailbox", f"{name} <{self.email}>")

    @property
    def first_name(self) -> str:
        """What they are called by."""
        return self.name.partition(" ")[0]

    @property
    def domain(self) -> str:
        """Where their mail comes from."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Letter:
    """One mail before it is laid out. ``number`` tells it from all others."""

    sender: Correspondent
    to: tuple[Correspondent, ...]
    subject: str
    """Without Re: and the like."""
    text: str
    """Without greeting of the program's own, quotation and signature block."""
    at: datetime
    number: int
    language: str = "en"
    cc: tuple[Correspondent, ...] = ()
    bcc: tuple[Correspondent, ...] = ()
    answers: Letter | None = None
    is_forwarded: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    attachment: str = ""
    html: str = ""
    """HTML of its own; empty: made by the sender's program, where that makes any."""
    references: tuple[str, ...] = field(init=False)
    """The Message-IDs of what it answers, oldest first."""

    def __post_init__(self) -> None:
        before = self.answers
        object.__setattr__(
            self, "references", () if before is None else (*before.references, before.message_id)
        )

    @property
    def message_id(self) -> str:
        """With its angle brackets."""
        return f"<{int(self.at.timestamp()):x}.{self.number}@{self.sender.domain}>"

    @property
    def participants(self) -> tuple[Correspondent, ...]:
        """Everybody on it."""
        return (self.sender, *self.to, *self.cc, *self.bcc)


def of_user(user: DemoUser, number: int) -> Correspondent:
    """A user as a correspondent; the ``number``-th gets the next program."""
    program = ("web", "web", "plain", "web", "classic")[number % 5]
    language = user.languages[-1]
    return Correspondent(user.name, user.email, user.title, WORKSPACE, language, user.time_zone, program)


_ZONES: Final = {"en": "Europe/London", "de": "Europe/Berlin", "fr": "Europe/Paris", "es": "Europe/Madrid"}


def of_person(person: DemoPerson, number: int, email: str = "") -> Correspondent:
    """A person as a correspondent, by their first address unless told another."""
    language = account_named(person.at).language if person.at else "en"
    program = PROGRAMS[number % len(PROGRAMS)]
    at = person.accounts[1] if person is MOVED and email != person.email else person.at
    return Correspondent(
        person.name, email or person.email, person.title, at, language, _ZONES[language], program
    )
