"""Where the demo's mail is written: one source of chance, one clock, all mailboxes. Must not know what is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import NamedTuple

from postroom.demo.clock import Clock
from postroom.demo.colleagues import USERS
from postroom.demo.company import MOVED, PERSONS, people_of
from postroom.demo.grammar import filled
from postroom.demo.layout import lines_of_copy, written
from postroom.demo.letter import Correspondent, Letter, of_person, of_user

_TRIES = 5
"""So often a text is filled in anew that was written before."""
_ARCHIVED_AFTER = timedelta(days=90)
_WITH_ARCHIVE = ("classic", "plain")
"""Programs whose users put old mail away."""


class DemoCopy(NamedTuple):
    """One mail as it lies in a label of a user's mailbox."""

    user: str
    """The e-mail address."""
    label: str
    at: int
    """When it was written, Unix seconds."""
    raw: bytes


class Desk:
    """Posts letters into mailboxes."""

    def __init__(self, random: Random, now: int) -> None:
        self.random = random
        self.clock = Clock(random, now)
        self.users = {user.email: of_user(user, number) for number, user in enumerate(USERS)}
        self._people: dict[str, Correspondent] = {}
        self._copies: list[DemoCopy] = []
        self._said: Counter[str] = Counter()
        self.posted = 0
        """How many letters so far."""

    def person(self, name: str, email: str) -> Correspondent:
        """The person of a customer who writes from this address."""
        if email not in self._people:
            everybody = [p for p in PERSONS if p.name == name]
            self._people[email] = of_person(everybody[0], len(self._people), email)
        return self._people[email]

    def people(self, account: str, has_moved: bool) -> list[Correspondent]:
        """Everybody at the account, before or after one of them changed company."""
        there = []
        for person in people_of(account):
            if person.name == MOVED.name:
                continue
            if person.email not in self._people:
                self._people[person.email] = of_person(person, len(self._people))
            there.append(self._people[person.email])
        if account == MOVED.accounts[not has_moved]:
            there.insert(2, self.person(MOVED.name, MOVED.emails[not has_moved]))
        return there

    def fill(self, text: str, words: Mapping[str, str]) -> str:
        """Fill in a text, in words that were not written yet if that is possible."""
        said = filled(text, words, self.random)
        for _ in range(_TRIES):
            if not self._said[said]:
                break
            said = filled(text, words, self.random)
        self._said[said] += 1
        return said

    def next(self) -> int:
        """A number that no other letter has."""
        self.posted += 1
        return self.posted

    def post(self, letter: Letter, label: str = "") -> Letter:
        """Lay the letter into the mailboxes of all users who have it; ``label``: into one, and only there."""
        body = written(letter)
        holders = (letter.sender,) if label == "drafts" else letter.participants
        for holder in dict.fromkeys(holder for holder in holders if holder.email in self.users):
            is_sender = holder is letter.sender
            place = label or ("sent" if is_sender else self._place(letter, holder))
            raw = lines_of_copy(letter, is_sender) + body
            self._copies.append(DemoCopy(holder.email, place, int(letter.at.timestamp()), raw))
        return letter

    def answer(self, letter: Letter, sender: Correspondent, text: str = "") -> Letter:
        """An answer to a letter, some hours later; not posted yet."""
        return replace(
            letter,
            sender=sender,
            to=(letter.sender,),
            cc=(),
            text=text,
            at=self.clock.answer(letter.at, sender.zone),
            number=self.next(),
            answers=letter,
            headers=(),
            attachment="",
            html="",
        )

    def _place(self, letter: Letter, holder: Correspondent) -> str:
        is_old = self.clock.now - letter.at > _ARCHIVED_AFTER
        return "archive" if is_old and holder.program in _WITH_ARCHIVE else "inbox"

    def copies(self) -> list[DemoCopy]:
        """All copies so far, by the time of the mail."""
        return sorted(self._copies, key=lambda copy: copy.at)

    def take_copies(self) -> list[DemoCopy]:
        """All copies since they were last taken, by the time of the mail."""
        taken = self.copies()
        self._copies.clear()
        return taken
