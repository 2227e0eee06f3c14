"""Mail that comes while somebody looks at the demo: one every few minutes, into the mailboxes of a few users.

Pure: the same for the same seed and present, in one order, whatever part of it is asked for. From the present on it
comes at any hour, for so does whoever looks; before, in working hours. Must not touch files, servers or the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Final, TypeVar

from postroom.demo import company
from postroom.demo import talk_singles as texts
from postroom.demo.clock import Clock, zone
from postroom.demo.company import DemoAccount
from postroom.demo.desk import DemoCopy, Desk
from postroom.demo.exchanges import Exchanges
from postroom.demo.grammar import rows
from postroom.demo.letter import Correspondent
from postroom.demo.mail import COLLEAGUES, WITH_CUSTOMERS
from postroom.demo.mailings import Mailings
from postroom.demo.occasions import DAYS, Occasions

_T = TypeVar("_T")

SEED: Final = 11
DAY: Final = 86_400
BEFORE: Final = 14
"""So many days before the present it begins."""
AFTER: Final = 14
"""So many days after it ends."""
_SELDOM: Final = 2 * 3_600
_OPEN, _CLOSED = 8, 15
"""The hours in which something begins before the present, UTC."""
_OFTEN: Final = 10 * 60
_AT_FIRST: Final = 120
"""Seconds between two reasons to write: before the present, after, and in the first hour. Most have several mails."""

PROJECTS: Final = {
    "Maya Lindqvist": "Brightwater Clinics",
    "Tom Okafor": company.ALDER,
    "Kate Ashby": company.DUNMORE,
    "Elif Demir": "Northfold Dairy",
    "Oliver Stanton": "Kestrel Couriers",
    "Greg Marlow": "Juniper Pharmacies",
}
"""Whose mailboxes there are, and the customer whose mail goes into a label of its own."""

_BUSY: Final = [a for a in company.ACCOUNTS if a.temper == "busy" and a.language == "en"]
"""With whom those write who look after no customer."""

_BUSIEST: Final = ("Maya Lindqvist", "Tom Okafor", "Tom Okafor", "Elif Demir", "Oliver Stanton")
"""To whom more comes than to others."""


def project_label(account: str) -> tuple[str, ...]:
    """The label of a customer's mail, and before it the one it is nested in."""
    return ("Projects", account)


class LiveClock(Clock):
    """People who write at any hour: now, and an answer within the hour. Before the present they write as others do."""

    def __init__(self, random: Random) -> None:
        super().__init__(random, 0)
        self._moment = self.now
        self._is_live = True

    def begin(self, at: int, present: int) -> None:
        """Let it be this time (Unix seconds); what is answered later than a day after is left."""
        super().__init__(self._random, at + DAY)
        self._moment = self.now - timedelta(days=1)
        self._is_live = at >= present

    def some_time(self, first: int, last: int, where: str) -> datetime:
        return self._moment.astimezone(zone(where))

    def answer(self, at: datetime, where: str, days: int = 0) -> datetime:
        if not self._is_live:
            return super().answer(at, where, days)
        return (at + timedelta(seconds=self._random.randint(150, 2_700))).astimezone(zone(where))

    def within(self, at: datetime, where: str) -> datetime:
        if not self._is_live:
            return super().within(at, where)
        return at.astimezone(zone(where))


def live_mails(now: int) -> Iterator[DemoCopy]:
    """The mails from ``BEFORE`` days before ``now`` (Unix seconds) to ``AFTER`` days after, by when they come.

    Lazily: a mail is written no earlier than one is asked for that comes as late. A copy's label is a role, or the
    name of a customer whose mail goes into its own (``project_label``).
    """
    waiting: list[tuple[int, int, DemoCopy]] = []
    number = 0
    for starts, copies in _Life().goes_on(now):
        while waiting and waiting[0][0] < starts:
            yield heappop(waiting)[2]
        for copy in copies:
            number += 1
            heappush(waiting, (copy.at, number, copy))
    while waiting:
        yield heappop(waiting)[2]


class _Life:
    """What happens, one reason to write after the other."""

    def __init__(self) -> None:
        self._random = Random(SEED)
        self._clock = LiveClock(self._random)
        self._desk = Desk(self._random, 0)
        self._desk.clock = self._clock
        self._exchanges = Exchanges(self._desk)
        self._occasions = Occasions(self._desk)
        self._mailings = Mailings(self._desk, DAYS)
        self._readers = {name: self._desk.users[company.user_named(name).email] for name in PROJECTS}
        self._owned = {
            name: [a for a in company.ACCOUNTS if a.owner == reader.email and not a.is_ignored] or _BUSY
            for name, reader in self._readers.items()
        }
        situations = [situation for those in WITH_CUSTOMERS.values() for situation in those]
        self._with_customers = _without_end(situations, self._random)
        self._among_colleagues = _without_end(list(COLLEAGUES), self._random)
        self._names = _without_end([*PROJECTS, *_BUSIEST], self._random)
        self._happenings = _without_end(self._deck(), self._random)

    def _deck(self) -> list[Callable[[str], str]]:
        """What may happen to somebody, as often as it does; each says with which customer."""
        return [
            *[self._thread] * 9,
            *[self._single] * 3,
            *[self._colleagues] * 3,
            *[self._stranger, self._newsletter, self._spam] * 2,
            *[self._pitch, self._lawyers, self._draft, self._thrown_away],
        ]

    def goes_on(self, now: int) -> Iterator[tuple[int, list[DemoCopy]]]:
        """When each thing begins, and the copies that come of it."""
        at = _working_hour(now - BEFORE * DAY)
        while at < now + AFTER * DAY:
            self._clock.begin(at, now)
            happening, name = next(self._happenings), next(self._names)
            account = self._thread("Tom Okafor") if at == now else happening(name)
            copies = [copy for copy in self._desk.take_copies() if self._is_read(copy)]
            yield at, [self._placed(copy, account) for copy in copies]
            at = self._next(at, now)

    def _next(self, at: int, now: int) -> int:
        """When the next thing begins; one begins at the present."""
        pause = _SELDOM if at < now else _AT_FIRST if at < now + 3_600 else _OFTEN
        after = at + self._random.randint(pause // 2, pause * 3 // 2)
        return after if at >= now else min(_working_hour(after), now)

    def _is_read(self, copy: DemoCopy) -> bool:
        return any(copy.user == reader.email for reader in self._readers.values())

    def _placed(self, copy: DemoCopy, account: str) -> DemoCopy:
        """The copy in the label of the customer, where its user has one."""
        name = next(name for name, reader in self._readers.items() if reader.email == copy.user)
        return copy._replace(label=account) if (copy.label, PROJECTS[name]) == ("inbox", account) else copy

    def _account(self, name: str) -> DemoAccount:
        return self._random.choice(self._owned[name])

    def _customer(self, account: DemoAccount) -> Correspondent:
        return self._random.choice(self._desk.people(account.name, True)[:4])

    # --- what may happen ---

    def _thread(self, name: str) -> str:
        account = self._account(name)._replace(owner=self._readers[name].email)
        self._exchanges.with_customer(next(self._with_customers), account, "en", "prospect", (0, 0))
        return account.name

    def _single(self, name: str) -> str:
        account = self._account(name)
        customer = self._customer(account)
        self._occasions.single(customer, (self._readers[name],), texts.CUSTOMER_SINGLES, account.name)
        return account.name

    def _colleagues(self, name: str) -> str:
        self._exchanges.among_colleagues(next(self._among_colleagues), (0, 0))
        return ""

    def _stranger(self, name: str) -> str:
        self._occasions.stranger(self._random.choice(rows(texts.STRANGERS)), self._readers[name])
        return ""

    def _newsletter(self, name: str) -> str:
        row = self._random.choice(rows(texts.NEWSLETTERS))
        self._mailings.newsletter(self._random.randrange(100), row, self._readers[name])
        return ""

    def _spam(self, name: str) -> str:
        office = Correspondent("Winner Office", f"office{self._random.randrange(100)}@winners.example")
        self._occasions.single(office, (self._readers[name],), texts.SPAM, company.ALDER, label="spam")
        return ""

    def _pitch(self, name: str) -> str:
        self._occasions.pitches(1)
        return ""

    def _lawyers(self, name: str) -> str:
        self._occasions.with_the_blocked(1)
        return ""

    def _draft(self, name: str) -> str:
        account = self._account(name)
        to = (self._customer(account),)
        self._occasions.single(self._readers[name], to, texts.DRAFTS, account.name, label="drafts")
        return ""

    def _thrown_away(self, name: str) -> str:
        account = self._account(name)
        to = (self._readers[name],)
        self._occasions.single(self._customer(account), to, texts.THROWN_AWAY, account.name, label="trash")
        return ""


def _working_hour(at: int) -> int:
    """The time itself where it is in working hours, else the next morning."""
    moment = datetime.fromtimestamp(at, UTC)
    if moment.weekday() < 5 and moment.hour < _CLOSED:
        return max(at, int(moment.replace(hour=_OPEN, minute=at % 60).timestamp()))
    return _working_hour(at - at % DAY + DAY + at % 3_600)


def _without_end(those: list[_T], random: Random) -> Iterator[_T]:
    """Each once, in an order of chance, before any comes again."""
    while True:
        yield from random.sample(those, len(those))
