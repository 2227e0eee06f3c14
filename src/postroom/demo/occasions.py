"""Single mails around the threads, from people: notes, strangers, away notes, what lies in drafts, spam and trash.

Must not lay out or store mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from postroom.demo import company, manners
from postroom.demo import talk_singles as texts
from postroom.demo.clock import day_before, working_day
from postroom.demo.colleagues import USERS
from postroom.demo.desk import Desk
from postroom.demo.grammar import attached, rows
from postroom.demo.letter import Correspondent, Letter
from postroom.demo.words import mail_words, thread_words

DAYS: Final = 180
"""So many days back from its present the demo begins."""
_AUTOMATIC: Final = (("Auto-Submitted", "auto-replied"),)


class Occasions:
    """Writes single mails at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._random = desk.random
        self._users = list(desk.users.values())
        self._maya, self._tom = self._user("Maya Lindqvist"), self._user("Tom Okafor")

    def _user(self, name: str) -> Correspondent:
        return self._desk.users[company.user_named(name).email]

    # --- customers ---

    def by_customers(self, count: int) -> None:
        """Mails that need no answer; every newcomer writes one, and two share an address."""
        for person in company.NEWCOMERS:
            newcomer = next(p for p in self._desk.people(person.at, False) if p.email == person.email)
            self._to_owner(newcomer, person.at, 50, texts.NEWCOMERS)
        shared = Correspondent("Dispatch", "dispatch@alder-bakeries.example", "Dispatch", company.ALDER)
        for _ in range(6):
            self._to_owner(shared, company.ALDER, DAYS, texts.CUSTOMER_SINGLES)
        known = [
            account for account in company.ACCOUNTS if account.temper == "busy" and account.language == "en"
        ]
        for _ in range(count):
            account = self._random.choice(known)
            somebody = self._random.choice(self._desk.people(account.name, False)[:-2])
            self._to_owner(somebody, account.name, DAYS, texts.CUSTOMER_SINGLES)

    def _to_owner(self, sender: Correspondent, account: str, first: int, table: str) -> None:
        known = company.account_named(account)
        days = (min(first, known.days_known - 1), 3)
        self.single(sender, (self._desk.users[known.owner],), table, account, days)

    def before_the_account(self, count: int) -> None:
        """From somebody who left before their company became a customer."""
        account = next(account for account in company.ACCOUNTS if account.temper == "won")
        hugh = Correspondent("Hugh Denning", company.EARLY_ADDRESS, "Procurement", account.name)
        owner = self._desk.users[account.owner]
        for _ in range(count):
            self.single(hugh, (owner,), texts.EARLY, account.name, (DAYS, account.days_known + 20))

    def by_the_consultant(self, count: int) -> None:
        """From somebody of no account, at a free-mail provider."""
        karin = self._desk.person(company.CONSULTANT.name, company.CONSULTANT.email)
        for _ in range(count):
            account = self._random.choice([company.ALDER, company.COPPERFIELD, company.DUNMORE])
            self.single(karin, (self._tom,), texts.CONSULTING, account)

    def with_the_blocked(self, count: int) -> None:
        """A lawyer on the blocklist: in copy of a customer's mail, or in blind copy of ours."""
        sam = next(p for p in self._desk.people(company.COPPERFIELD, False) if p.name == "Sam Whitlock")
        lawyer = Correspondent("Legal", company.BLOCKED_ADDRESS, "Legal", company.COPPERFIELD)
        for number in range(count):
            if number % 3:
                self.single(sam, (self._tom,), texts.BLOCKED_TALK, company.COPPERFIELD, cc=(lawyer,))
            else:
                self.single(self._tom, (sam,), texts.BLOCKED_TALK, company.COPPERFIELD, bcc=(lawyer,))

    def beside_the_domain(self, count: int) -> None:
        """A designer elsewhere who counts as inside, a guest on our domain who counts as outside."""
        designer = Correspondent("Nora Vik", company.INTERNAL_ADDRESS, "Designer", "Vik Design")
        guest = Correspondent("Warehouse Guest", company.EXCLUDED_ADDRESS, "", "")
        emil = self._user("Emil Strand")
        for number in range(count):
            sender = guest if number % 4 == 0 else designer
            self.single(sender, (emil,), texts.CUSTOMER_SINGLES, company.ALDER)

    def away(self, count: int) -> None:
        """Automatic answers of people who are not there."""
        known = [account for account in company.ACCOUNTS if account.mails > 60 and not account.is_ignored]
        for _ in range(count):
            account = self._random.choice(known)
            sender, other = self._random.sample(self._desk.people(account.name, False)[:5], 2)
            choices = [row[1:] for row in rows(texts.AWAY) if row[0] == account.language]
            at = self._desk.clock.some_time(min(DAYS, account.days_known - 1), 1, sender.zone)
            at += timedelta(seconds=self._random.randrange(5, 50))
            words = self._words(account.name, at, other, account.language)
            subject, text = self._random.choice(choices)
            letter = self._letter(sender, (self._desk.users[account.owner],), subject, text, at, words)
            self._desk.post(replace(letter, headers=_AUTOMATIC, language=account.language))

    # --- nobody's customers ---

    def strangers(self, count: int) -> None:
        """People nobody knows; some of them are answered, some with a colleague in copy."""
        table, answers = rows(texts.STRANGERS), [row[0] for row in rows(texts.STRANGER_ANSWERS)]
        readers = [self._user(name) for name in ("Ben Hale", "June Tanner", "Pia Sund", "Edith Rowe")]
        for number in range(count):
            reader = readers[number % 3 if number % 5 else 3]
            letter = self.stranger(table[number % len(table)], reader)
            if number % 3 == 0:
                answer = self._desk.answer(letter, reader)
                words = self._words(company.ALDER, answer.at, self._tom)
                said = f"{self._desk.fill(self._random.choice(answers), words)}\n\n{reader.first_name}"
                cc = (self._tom,) if number % 2 else ()
                if answer.at < self._desk.clock.now:
                    self._desk.post(replace(answer, cc=cc, text=said))

    def stranger(self, row: Sequence[str], reader: Correspondent) -> Letter:
        """A row of the table of strangers, to ``reader``."""
        name, address, subject, text = row
        at = self._desk.clock.some_time(DAYS, 2, "Europe/London")
        words = self._words(company.ALDER, at, self._tom)
        return self._desk.post(
            self._letter(Correspondent(name, address), (reader,), subject, text, at, words)
        )

    def pitches(self, count: int) -> None:
        """From a domain on the blocklist."""
        chad = Correspondent("Chad Sterling", f"chad@{company.BLOCKED_DOMAIN}", "Growth", "Cold Pitch")
        for number in range(count):
            reader = (self._tom, self._maya, self._user("Edith Rowe"), self._user("Pia Sund"))[number % 4]
            self.single(chad, (reader,), texts.PITCHES, company.ALDER)

    # --- by place ---

    def kept_out_by_place(self, spam: int, drafts: int, trash: int) -> None:
        """Spam, also in a customer's name; drafts; what was thrown away."""
        accounts = [
            account for account in company.ACCOUNTS if account.mails > 60 and account.temper != "silent"
        ]
        readers = self._users[:: len(self._users) // 8]
        for number in range(spam):
            sender = Correspondent("Winner Office", f"office{number}@winners.example")
            self.single(sender, (self._random.choice(readers),), texts.SPAM, company.ALDER, label="spam")
        for number in range(drafts + trash):
            account = self._random.choice(accounts)
            person = self._random.choice(self._desk.people(account.name, False)[:3])
            owner = self._desk.users[account.owner]
            if number < drafts:
                self.single(owner, (person,), texts.DRAFTS, account.name, (60, 2), label="drafts")
            else:
                self.single(person, (owner,), texts.THROWN_AWAY, account.name, label="trash")
                if number % 8 == 0:
                    self.single(person, (owner,), texts.CUSTOMER_SINGLES, account.name, label="spam")

    def notes_of_the_week(self) -> None:
        """Maya's note to the people around her, every Monday."""
        named = [user for user in USERS if user.department in ("Customers", "Sales", "Management")]
        everybody = tuple(self._desk.users[user.email] for user in named if user is not company.ADMIN)
        monday = working_day(self._desk.clock.now.date() - timedelta(DAYS))
        while (monday := monday + timedelta(7 - monday.weekday())) < self._desk.clock.now.date():
            at = self._desk.clock.on(monday, self._maya.zone, 9)
            words = self._words(company.ALDER, at, everybody[1])
            text = self._random.choice(rows(texts.WEEK_NOTES))[0]
            self._desk.post(self._letter(self._maya, everybody, "The week of {date}", text, at, words))

    # --- one mail ---

    def single(
        self,
        sender: Correspondent,
        to: tuple[Correspondent, ...],
        table: str,
        account: str,
        days: tuple[int, int] = (DAYS, 2),
        *,
        cc: Sequence[Correspondent] = (),
        bcc: Sequence[Correspondent] = (),
        label: str = "",
    ) -> None:
        """Post one row of the table; of three cells the first is the language to choose it by."""
        choices = [row for row in rows(table) if len(row) == 2 or row[0] == sender.language]
        *language, subject, text = self._random.choice(choices)
        at = self._desk.clock.some_time(*days, sender.zone)
        words = self._words(account, at, to[0], *language)
        letter = self._letter(sender, to, subject, text, at, words)
        self._desk.post(replace(letter, cc=tuple(cc), bcc=tuple(bcc)), label)

    def _letter(
        self,
        sender: Correspondent,
        to: tuple[Correspondent, ...],
        subject: str,
        text: str,
        at: datetime,
        words: dict[str, str],
    ) -> Letter:
        text, attachment = attached(text)
        said = manners.begun(self._desk.fill(text, words), "", "en")
        return Letter(
            sender=sender,
            to=to,
            subject=self._desk.fill(subject, words),
            text=f"{said}\n\n{sender.first_name if sender.company else sender.name}",
            at=at.replace(microsecond=0),
            number=self._desk.next(),
            attachment=self._desk.fill(attachment, words),
        )

    def _words(
        self, account: str, at: datetime, other: Correspondent, language: str = "en"
    ) -> dict[str, str]:
        names = dict.fromkeys("uvwcde", other.first_name)
        depots = company.account_named(account).depots
        day = at.date()
        words = thread_words(self._random, names, account, depots, day)
        return mail_words(words, self._random, day, working_day(day_before(day), 6), language)
