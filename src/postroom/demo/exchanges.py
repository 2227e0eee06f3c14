"""Threads: who takes part, who answers whom and when, and how it is said. Must not lay out or store mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from postroom.demo import manners
from postroom.demo.clock import working_day
from postroom.demo.colleagues import USERS
from postroom.demo.company import ACCOUNTS, DAYS_MOVED, DemoAccount, user_named
from postroom.demo.desk import Desk
from postroom.demo.grammar import AFTER_THE_MEETING, Situation, Turn
from postroom.demo.letter import Correspondent, Letter
from postroom.demo.words import mail_words, thread_words

_OF_MONEY: Final = tuple(user_named(name).email for name in ("Lena Hoffmann", "Sofia Brandt", "George Pratt"))
_SMALL_TALK: Final = 0.3
_ASIDE: Final = 0.06
"""So often a customer's mail is first forwarded to a colleague."""
_FORWARDING: Final = (
    "[Do you know this one?|Have you seen this before?|Is that yours?] I answer [at noon|{tomorrow}|before I leave].",
    "[For you, I think.|Could you look at it?] {account} [waits since {time2}|is patient, but not for ever].",
    "[See below.|Below.] What do I tell {c}?",
)
_ADVICE: Final = (
    "[Known since {lastday}|Known], {ticket}. [Tell them {soon}.|It goes out with {ver}.]",
    "[Not ours|Not the planner], I think: ask which file they sent at {time2}.",
    "[Yes, mine.|Mine, yes.] I [answer them myself|join the thread].",
)


@dataclass(slots=True)
class _Thread:
    """A thread while it goes on."""

    situation: Situation
    cast: Mapping[str, Correspondent]
    words: Mapping[str, str]
    subject: str
    meeting: date
    language: str
    on_it: list[Correspondent] = field(default_factory=list)
    """Everybody who was on a mail of it, in the order in which they came."""
    has_aside: bool = False


class Exchanges:
    """Writes whole threads at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._random = desk.random
        self._regulars = {
            account.name: self._random.sample(self._speaking(account.language, "Customers"), 2)
            for account in ACCOUNTS
        }
        """Whom of us an account mostly writes to, beside its owner."""

    def with_customer(
        self, situation: Situation, account: DemoAccount, language: str, kind: str, days: tuple[int, int]
    ) -> None:
        """Write to and fro with people of the account, beginning between so many days ago."""
        owner = self._desk.users[account.owner]
        starts = self._desk.clock.some_time(*days, "Europe/London")
        has_moved = (self._desk.clock.now - starts).days < DAYS_MOVED
        people = self._desk.people(account.name, has_moved)
        cast = self._of_us(account, owner, language, kind) | self._of_them(people)
        self._converse(situation, cast, account, language, starts)

    def among_colleagues(self, situation: Situation, days: tuple[int, int]) -> None:
        """Write to and fro of two or three colleagues, about some account."""
        cast: dict[str, Correspondent] = {}
        for letter, department in zip(
            "uvw", (*situation.departments, "Customers", "Product")[:3], strict=True
        ):
            there = [who for who in self._speaking("en", department) if who not in cast.values()]
            cast[letter] = self._random.choice(there)
        account = self._random.choice([account for account in ACCOUNTS if account.mails > 40])
        starts = self._desk.clock.some_time(*days, cast["u"].zone)
        people = self._of_them(self._desk.people(account.name, False))
        self._converse(situation, cast | people, account, "en", starts)

    # --- who ---

    def _speaking(self, language: str, *departments: str) -> list[Correspondent]:
        """Users of these departments, of whom some speak the language; else those of all who do."""
        of_all = [user for user in USERS if language in user.languages]
        there = [user for user in of_all if user.department in departments]
        return [self._desk.users[user.email] for user in (there if len(there) > 1 else of_all)]

    def _of_us(
        self, account: DemoAccount, owner: Correspondent, language: str, kind: str
    ) -> dict[str, Correspondent]:
        random = self._random
        is_owners = kind in ("contract", "trouble", "prospect") or random.random() < 0.35
        u = owner if is_owners else random.choice(self._regulars[account.name])
        departments = {"contract": ("Customers",), "projects": ("Customers", "Product")}
        there = self._speaking(language, *departments.get(kind, ("Engineering", "Product")))
        v = random.choice([who for who in there if who is not u])
        if kind == "contract":
            there = [self._desk.users[email] for email in _OF_MONEY]
        w = random.choice([who for who in there if who not in (u, v)] or [owner])
        return {"u": u, "v": v, "w": w}

    def _of_them(self, people: Sequence[Correspondent]) -> dict[str, Correspondent]:
        """Three people, the first ones more often; ``e`` rather one of the last."""
        left = list(people)
        cast = {}
        for letter in "cd":
            number = int(len(left) * self._random.random() ** 1.6)
            cast[letter] = left.pop(number)
        return {**cast, "e": left[-1 - int(len(left) * self._random.random() ** 2)]}

    # --- how ---

    def _converse(
        self,
        situation: Situation,
        cast: Mapping[str, Correspondent],
        account: DemoAccount,
        language: str,
        starts: datetime,
    ) -> None:
        desk, random = self._desk, self._random
        starts = desk.clock.within(starts, cast[situation.turns[0].speaker].zone)
        meeting = working_day(starts.date(), random.randint(6, 10))
        names = {letter: who.first_name for letter, who in cast.items()}
        words = thread_words(random, names, account.name, account.depots, starts.date())
        days = mail_words(words, random, starts.date(), meeting, language)
        subject = manners.begun(desk.fill(situation.subject, days), "", language)
        thread = _Thread(situation, cast, words, subject, meeting, language)
        before: Letter | None = None
        last: dict[str, Letter] = {}
        for number, turn in enumerate(situation.turns):
            at = self._when(thread, turn, before, starts)
            if at >= desk.clock.now:
                return
            letter = self._letter(thread, number, at, before)
            if turn.days and turn.speaker in last:
                # Days later somebody comes back to what they said, rather than answering late.
                letter = replace(letter, answers=last[turn.speaker])
            before = last[turn.speaker] = desk.post(letter)
            if turn.speaker in "cde" and not thread.has_aside and random.random() < _ASIDE:
                self._aside(thread, before)

    def _when(self, thread: _Thread, turn: Turn, before: Letter | None, starts: datetime) -> datetime:
        where = thread.cast[turn.speaker].zone
        if before is None:
            return starts
        if turn.days == AFTER_THE_MEETING:
            after = self._desk.clock.on(working_day(thread.meeting, 1), where)
            if after > before.at:
                return after
        return self._desk.clock.answer(before.at, where, max(turn.days, 0))

    def _letter(self, thread: _Thread, number: int, at: datetime, before: Letter | None) -> Letter:
        turn = thread.situation.turns[number]
        sender = thread.cast[turn.speaker]
        words = mail_words(thread.words, self._random, at.date(), thread.meeting, thread.language)
        words["mate"] = self._mate(thread, turn.speaker)
        to, cc = self._recipients(thread, number, sender, before)
        text = self._said(turn, words, to, thread.language, before)
        return Letter(
            sender=sender,
            to=to,
            cc=cc,
            subject=thread.subject,
            text=f"{text}\n{sender.first_name}",
            at=at.replace(microsecond=0),
            number=self._desk.next(),
            language=thread.language,
            answers=before,
            attachment=self._desk.fill(turn.attachment, words) if turn.attachment else "",
        )

    def _mate(self, thread: _Thread, speaker: str) -> str:
        """The first name of somebody who works with who speaks."""
        first, second = "uv" if speaker in "uvw" else "cd"
        return thread.cast[second if speaker == first else first].first_name

    def _recipients(
        self, thread: _Thread, number: int, sender: Correspondent, before: Letter | None
    ) -> tuple[tuple[Correspondent, ...], tuple[Correspondent, ...]]:
        """To whom: who wrote before, else whose turn is next; in copy: all who are on it, and who comes along."""
        turns = thread.situation.turns
        following = next((t.speaker for t in turns[number + 1 :] if thread.cast[t.speaker] is not sender), "")
        if before is not None and before.sender is not sender:
            to = before.sender
        elif before is not None:
            to = before.to[0]
        else:
            to = thread.cast[following or next(who for who in thread.cast if thread.cast[who] is not sender)]
        coming = [thread.cast[following]] if following else []
        if number and self._random.random() < 0.1:
            coming.append(self._somebody_more(thread))
        thread.on_it = list(dict.fromkeys([*thread.on_it, sender, to, *coming]))
        return (to,), tuple(who for who in thread.on_it if who not in (sender, to))

    def _somebody_more(self, thread: _Thread) -> Correspondent:
        """Somebody whom the others want to read along."""
        among = {who.company for who in thread.cast.values()}
        account = next((account for account in ACCOUNTS if account.name in among), None)
        if thread.situation.departments or account is None or self._random.random() < 0.5:
            return self._random.choice(self._speaking(thread.language, "Customers", "Management"))
        return self._random.choice(self._desk.people(account.name, False)[:5])

    def _said(
        self,
        turn: Turn,
        words: Mapping[str, str],
        to: Sequence[Correspondent],
        language: str,
        before: Letter | None,
    ) -> str:
        """The words of one turn with what people say before and after."""
        random, is_first = self._random, before is None
        greeted = manners.greeting(random, [who.first_name for who in to], language, is_first)
        body = self._desk.fill(turn.text, words)
        if random.random() < _SMALL_TALK:
            pieces = [body, random.choice(manners.AFTER[language]).format_map(words)]
            if is_first or random.random() < 0.5:
                before_it = manners.BEFORE_THE_FIRST if is_first else manners.BEFORE_AN_ANSWER
                pieces = [random.choice(before_it[language]).format_map(words), body]
            # After a colon too: the greeting says how the first one begins.
            more = (manners.begun(piece, "", language) for piece in pieces[1:])
            body = random.choice((" ", "\n\n")).join([pieces[0], *more])
        closing = manners.closing(random, language, is_first)
        end = {"": "\n"}.get(closing, f"\n\n{closing}" + ("," if language == "en" else ""))
        return (f"{greeted}\n\n" if greeted else "") + manners.begun(body, greeted, language) + end

    def _aside(self, thread: _Thread, asked: Letter) -> None:
        """Have somebody forward a customer's mail to a colleague, who answers: all inside."""
        desk = self._desk
        u, v = thread.cast["u"], thread.cast["v"]
        if u not in asked.participants:
            return
        thread.has_aside = True
        forwarded = self._short(
            replace(desk.answer(asked, u), to=(v,), is_forwarded=True), thread, _FORWARDING
        )
        advice = self._short(replace(desk.answer(forwarded, v), is_forwarded=False), thread, _ADVICE)
        if advice.at < desk.clock.now:
            desk.post(forwarded)
            desk.post(advice)

    def _short(self, letter: Letter, thread: _Thread, choices: Sequence[str]) -> Letter:
        """The letter with one of these for a text."""
        words = mail_words(thread.words, self._random, letter.at.date(), thread.meeting, "en")
        said = self._desk.fill(self._random.choice(choices), words)
        return replace(letter, text=f"{said}\n\n{letter.sender.first_name}", language="en")
