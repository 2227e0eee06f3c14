"""What programs write: newsletters, and the company's own machines. Must not lay out or store mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from postroom.demo import talk_singles as texts
from postroom.demo.clock import working_day
from postroom.demo.colleagues import DOMAIN
from postroom.demo.company import ALDER, account_named
from postroom.demo.desk import Desk
from postroom.demo.grammar import rows
from postroom.demo.html import newsletter
from postroom.demo.letter import Correspondent, Letter
from postroom.demo.words import mail_words, thread_words

_ITEMS: Final = 4


class Mailings:
    """Writes mailings at a desk."""

    def __init__(self, desk: Desk, days: int) -> None:
        self._desk = desk
        self._random = desk.random
        self._days = days

    def newsletters(self, count: int) -> None:
        """To whoever subscribed: each user to one or two of them."""
        table, readers = rows(texts.NEWSLETTERS), list(self._desk.users.values())
        for number in range(count):
            self.newsletter(
                number, table[number % len(table)], readers[(number * 7 + number % 3) % len(readers)]
            )

    def newsletter(self, number: int, row: Sequence[str], reader: Correspondent) -> None:
        """The ``number``-th issue that is sent, of a row of the table of newsletters."""
        name, address, subject = row
        letter = self._letter(Correspondent(name, address), reader, subject, "{m}")
        words = self._words(letter)
        items = [
            self._desk.fill(row[0], words) for row in self._random.sample(rows(texts.NEWS_ITEMS), _ITEMS)
        ]
        self._desk.post(
            replace(
                letter,
                text="\n\n".join(["In this issue:", *(f"* {item}" for item in items)]),
                html=newsletter(name, letter.sender.domain, letter.subject, items, number),
                headers=(("List-Id", f"<{address.replace('@', '.')}>"), ("Precedence", "bulk")),
            )
        )

    def machines(self, count: int) -> None:
        """From programs of the company's own to those who look after them."""
        readers = [who for who in self._desk.users.values() if "Engineer" in who.title]
        for _ in range(count):
            name, local, subject, text = self._random.choice(rows(texts.MACHINES))
            sender = Correspondent(name, f"{local}@{DOMAIN}")
            letter = self._letter(sender, self._random.choice(readers), subject, text)
            self._desk.post(replace(letter, headers=(("Auto-Submitted", "auto-generated"),)))

    def _letter(self, sender: Correspondent, reader: Correspondent, subject: str, text: str) -> Letter:
        at = self._desk.clock.some_time(self._days, 1, "Europe/London").replace(microsecond=0)
        letter = Letter(sender=sender, to=(reader,), subject="", text="", at=at, number=self._desk.next())
        words = self._words(letter)
        return replace(letter, subject=self._desk.fill(subject, words), text=self._desk.fill(text, words))

    def _words(self, letter: Letter) -> dict[str, str]:
        day = letter.at.date()
        other = self._random.choice(list(self._desk.users.values()))
        names = dict.fromkeys("uvwcde", other.first_name)
        words = thread_words(self._random, names, ALDER, account_named(ALDER).depots, day)
        return mail_words(words, self._random, day, working_day(day, 6), "en")
