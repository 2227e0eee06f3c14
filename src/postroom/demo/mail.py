"""Makes the demo's mail: half a year of a small company's mailboxes, the same for the same seed and time.

Pure: takes a seed and a time, gives bytes. Who writes stands in ``company``, what they write in
``threads``, how a mail is laid out in ``letter``. Must not touch files or the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Final, NamedTuple

from postroom.demo import company
from postroom.demo import threads as texts
from postroom.demo.company import DemoPerson, DemoUser
from postroom.demo.letter import Correspondent, Letter, odd_mails, signed, written
from postroom.demo.threads import Thread

DAYS: Final = 180
"""So many days back from its present the demo begins."""
SEED: Final = 7

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_DAYS_OF_WEEK: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class DemoCopy(NamedTuple):
    """One mail as it lies in a label of a user's mailbox."""

    user: str
    """The e-mail address."""
    label: str
    raw: bytes


def demo_mails(now: int, seed: int = SEED) -> list[DemoCopy]:
    """Write all mail of the ``DAYS`` before ``now`` (Unix seconds), each in every mailbox it lies in."""
    desk = _Desk(Random(seed), now)
    for number, thread in enumerate((texts.CUSTOMER_THREADS * 3)[:36]):
        desk.with_customer(thread, company.ACCOUNTS[(number + number // 14 * 2) % len(company.ACCOUNTS)].name)
    for thread in texts.COLLEAGUE_THREADS * 2:
        desk.among_colleagues(thread)
    desk.notes_of_the_week()
    desk.single_mails()
    desk.strangers()
    desk.mailings()
    desk.kept_out_by_place()
    desk.odd()
    return desk.copies


def _correspondent(somebody: DemoUser | DemoPerson) -> Correspondent:
    company_name = company.WORKSPACE if isinstance(somebody, DemoUser) else "".join(somebody.accounts[:1])
    return Correspondent(somebody.name, somebody.email, company_name)


USERS: Final = {user.email: _correspondent(user) for user in company.USERS}


class _Desk:
    """Where the mail is written: one source of chance, one clock, all mailboxes."""

    def __init__(self, random: Random, now: int) -> None:
        self.random = random
        self.now = now
        self.copies: list[DemoCopy] = []
        self._written = 0

    # --- exchanges ---

    def with_customer(self, thread: Thread, account: str) -> None:
        """Write to and fro with two people of the account."""
        people = company.people_of(account)
        c, d = self.random.sample(people[:3], 2)
        if self.random.random() < 0.15:
            d = next(person for person in company.PERSONS if not person.accounts)
        owner = next(a.owner for a in company.ACCOUNTS if a.name == account)
        u = company.user(owner if self.random.random() < 0.6 else "ines.varga")
        v = company.user(self.random.choice(["jonas.feld", "priya.nair", "luca.moretti"]))
        speakers = {
            "u": _correspondent(u),
            "v": _correspondent(v),
            "c": _correspondent(c),
            "d": _correspondent(d),
        }
        self._converse(thread, speakers, account)

    def among_colleagues(self, thread: Thread) -> None:
        """Write to and fro of two or three colleagues."""
        u, v, third = self.random.sample(list(USERS.values()), 3)
        self._converse(thread, {"u": u, "v": v}, "", cc=(third,) if self.random.random() < 0.4 else ())

    def _converse(
        self,
        thread: Thread,
        speakers: Mapping[str, Correspondent],
        account: str,
        cc: Sequence[Correspondent] = (),
    ) -> None:
        said = {
            letter: who for letter, who in speakers.items() if letter in {turn[0] for turn in thread.turns}
        }
        words = self._words({letter: who.first_name for letter, who in speakers.items()}, account)
        at, before, attachment = self._working_hour(), None, thread.attachment.format_map(words)
        for letter, text in thread.turns:
            if at > self.now:
                return
            others = [who for who in said.values() if who is not said[letter]]
            to = before.sender if before and before.sender is not said[letter] else (others or list(cc))[0]
            hangs_on = attachment if letter == "u" else ""
            before = self._post(
                Letter(
                    sender=said[letter],
                    to=(to,),
                    cc=(*(who for who in others if who is not to), *cc),
                    subject=thread.subject.format_map(words),
                    text=signed(text.format_map(words), said[letter]),
                    at=at,
                    number=self._next(),
                    answers=before,
                    has_html=self.random.random() < 0.35,
                    attachment=hangs_on,
                )
            )
            attachment = "" if hangs_on else attachment
            at = self._soon_after(at)

    # --- single mails ---

    def notes_of_the_week(self) -> None:
        """Maya's note to everybody, every Monday."""
        maya = USERS[company.ADMIN.email]
        everybody = tuple(user for user in USERS.values() if user is not maya)
        monday = self.now - (self.now // _DAY + 3) % 7 * _DAY
        for week in range(1, DAYS // 7):
            at = (monday - week * 7 * _DAY) // _DAY * _DAY + 8 * _HOUR
            text = self.random.choice(texts.WEEK_NOTES)[0].format_map(self._words())
            self._post(self._letter(maya, everybody, "The week ahead", signed(text, maya), at))

    def single_mails(self) -> None:
        """Newcomers at customers, an address that two share, away notes, somebody blocked in the middle."""
        tom, ines = USERS[company.user("tom.okafor").email], USERS[company.user("ines.varga").email]
        greta = company.PERSONS[0]
        shared = Correspondent("Dispatch", greta.emails[1], greta.accounts[0])
        for sender, (subject, text) in zip(
            (shared, *map(_correspondent, company.NEWCOMERS)), texts.SINGLES, strict=True
        ):
            self._single(sender, (ines,), subject, text, days=25)
        for number, (person, stand_in) in enumerate(
            zip(company.PERSONS[::2], company.PERSONS[1::2], strict=False)
        ):
            self._single(
                _correspondent(person),
                (tom,),
                "Out of office",
                texts.AWAY[number % len(texts.AWAY)][0],
                headers=(("Auto-Submitted", "auto-replied"),),
                words=self._words({"d": stand_in.first_name}),
            )
        sam = _correspondent(company.PERSONS[5])
        lawyer = Correspondent("Legal", company.BLOCKED_ADDRESS, company.COPPERFIELD)
        self._single(
            sam, (tom,), "Liability in section seven", "Our lawyers read along from here on.", cc=(lawyer,)
        )
        self._single(tom, (sam,), "Section seven", "Here is our wording.", bcc=(lawyer,))

    def strangers(self) -> None:
        """People nobody knows; some of them are answered, one with a colleague in copy."""
        ben, tom = USERS[company.user("ben.hale").email], USERS[company.user("tom.okafor").email]
        for round_ in range(2):
            for name, address, subject, text in texts.STRANGERS:
                stranger = Correspondent(name, address, "")
                words = self._words()
                letter = self._single(stranger, (ben,), subject, text, words=words)
                if round_ == 0 and letter.at + _DAY < self.now:
                    cc = (tom,) if "prices" in subject else ()
                    self._post(self._answer(letter, ben, "Thank you, I will come back to you.", cc))
        for subject, text in texts.PITCHES * 2:
            pitch = Correspondent("Chad Sterling", f"chad@{company.BLOCKED_DOMAIN}", "")
            self._single(pitch, (tom,), subject, text)

    def mailings(self) -> None:
        """Newsletters, to whoever subscribed."""
        for number in range(21):
            name, address, subject = texts.NEWSLETTERS[number % 3]
            reader = list(USERS.values())[number % 4 + 3]
            headers = (("List-Id", f"<{address.replace('@', '.')}>"), ("Precedence", "bulk"))
            text = f"In this issue: {subject.lower()}. And, as always, the letters of our readers."
            self._single(Correspondent(name, address, ""), (reader,), subject, text, headers=headers)

    def kept_out_by_place(self) -> None:
        """Spam, also in a customer's name; drafts; what was thrown away."""
        users = list(USERS.values())
        for number in range(9):
            subject, text = texts.SPAM[number % 3]
            sender = Correspondent("Winner Office", f"office{number}@winners.example", "")
            self._single(sender, (users[number % 3],), subject, text, label="spam")
        helen = _correspondent(next(p for p in company.PERSONS if p.name == "Helen Dunmore"))
        self._single(
            helen, (users[0],), "Photos of the new kitchen", "As promised, see the link.", label="spam"
        )
        for number, thread in enumerate(texts.CUSTOMER_THREADS[:4]):
            self._single(users[number % 2], (helen,), thread.subject, thread.turns[0][1], label="drafts")
        for _ in range(3):
            self._single(
                helen, (users[1],), "Seats at the trade fair", "Please ignore my last mail.", label="trash"
            )

    def odd(self) -> None:
        """What a real mailbox has too: broken headers, an unknown charset, no Message-ID, no mail at all."""
        ines = USERS[company.user("ines.varga").email]
        for raw in odd_mails(ines, self._working_hour(25)):
            self.copies.append(DemoCopy(ines.email, "inbox", raw))

    # --- one mail ---

    def _single(
        self,
        sender: Correspondent,
        to: tuple[Correspondent, ...],
        subject: str,
        text: str,
        *,
        cc: tuple[Correspondent, ...] = (),
        bcc: tuple[Correspondent, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
        label: str = "",
        days: int = DAYS,
        words: Mapping[str, str] | None = None,
    ) -> Letter:
        words = words or self._words(dict.fromkeys("uvcd", to[0].first_name))
        text = signed(text.format_map(words), sender)
        letter = self._letter(sender, to, subject.format_map(words), text, self._working_hour(days))
        return self._post(letter._replace(cc=cc, bcc=bcc, headers=headers), label)

    def _letter(
        self, sender: Correspondent, to: tuple[Correspondent, ...], subject: str, text: str, at: int
    ) -> Letter:
        return Letter(sender=sender, to=to, subject=subject, text=text, at=at, number=self._next())

    def _answer(
        self, letter: Letter, sender: Correspondent, text: str, cc: tuple[Correspondent, ...]
    ) -> Letter:
        at = letter.at + self.random.randrange(_HOUR, 6 * _HOUR)
        answer = self._letter(sender, (letter.sender,), letter.subject, signed(text, sender), at)
        return answer._replace(cc=cc, answers=letter)

    def _post(self, letter: Letter, label: str = "") -> Letter:
        """Lay the letter into the mailboxes of all users who have it; ``label``: into one, and only there."""
        holders = (
            [letter.sender] if label == "drafts" else [letter.sender, *letter.to, *letter.cc, *letter.bcc]
        )
        body = written(letter)
        for holder in dict.fromkeys(holder for holder in holders if holder.email in USERS):
            is_sender = holder is letter.sender
            place = label or ("sent" if is_sender else self._place(letter))
            self.copies.append(DemoCopy(holder.email, place, letter.envelope_of(is_sender) + body))
        return letter

    def _place(self, letter: Letter) -> str:
        return "archive" if self.now - letter.at > 90 * _DAY and letter.number % 3 == 0 else "inbox"

    # --- chance ---

    def _next(self) -> int:
        self._written += 1
        return self._written

    def _words(self, names: Mapping[str, str] | None = None, account: str = "") -> dict[str, str]:
        day = self.random.choice(_DAYS_OF_WEEK)
        return {"n": str(self.random.randint(3, 9)), "day": day, "account": account, **(names or {})}

    def _working_hour(self, days: int = DAYS) -> int:
        """A time between eight and five on a weekday of the last ``days``, before yesterday."""
        while True:
            day = (self.now - self.random.randrange(2, days) * _DAY) // _DAY
            if (day + 3) % 7 < 5:
                return day * _DAY + self.random.randrange(8 * _HOUR, 17 * _HOUR)

    def _soon_after(self, at: int) -> int:
        """The time of an answer: within some working hours, not at night, not on a weekend."""
        at += self.random.randrange(_HOUR // 6, 5 * _HOUR)
        if at % _DAY > 18 * _HOUR:
            at += 14 * _HOUR
        return at + (2 * _DAY if (at // _DAY + 3) % 7 >= 5 else 0)


def mailboxes(copies: Iterable[DemoCopy]) -> dict[tuple[str, str], list[bytes]]:
    """The mails by user and label, in their order."""
    boxes: dict[tuple[str, str], list[bytes]] = {}
    for copy in copies:
        boxes.setdefault((copy.user, copy.label), []).append(copy.raw)
    return boxes
