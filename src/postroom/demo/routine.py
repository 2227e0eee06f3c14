"""What repeats in the demo's weeks: stand-ups, groups, one-to-ones, and what is written as days begin and end.

It is what fills reports and circles, with days from about half past eight to half past five. Pure: a seed and a time
give records, as a connector of calendars, chats and mail would upload them. Must not touch files or the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final, NamedTuple

from postroom.demo.clock import working_day, zone
from postroom.demo.colleagues import USERS, DemoUser
from postroom.demo.occasions import DAYS
from postroom.demo.records import Record, Records

SEED: Final = 13

_HEAD_OFFICE: Final = "Europe/London"
STAND_UPS: Final = {
    "Customers": time(8, 30),
    "Sales": time(8, 45),
    "Product": time(9, 15),
    "Engineering": time(9, 0),
    "Office": time(8, 30),
}
"""Department → when its day begins together, at the head office."""
GROUPS: Final = (
    ("Release", "Product", "Engineering"),
    ("Driver app", "Engineering", "Product"),
    ("Maps of the islands", "Engineering", "Customers"),
    ("Night tours", "Customers", "Engineering"),
    ("New depots", "Customers", "Sales"),
    ("Renewals", "Sales", "Customers"),
    ("Prices for next year", "Sales", "Office"),
    ("End of the month", "Office", "Sales"),
    ("Voices of customers", "Product", "Customers"),
    ("Trade fair", "Sales", "Product"),
)
"""Those who meet across departments: for what, most of them from here, the others from there."""
HEADS: Final = "Heads of departments"
SIDE_BY_SIDE: Final = ("Side by side", "A second pair of eyes", "Before tomorrow")
"""For what two or three of a department meet in the afternoon."""
GOOD_MORNING: Final = ("Good morning! Coffee?", "Morning, I am in.", "Early bird today.", "Back at my desk.")
THAT_IS_IT: Final = (
    "That is it for today.",
    "The rest tomorrow.",
    "Closing up, see you.",
    "Done, I am off.",
)
ANSWERS: Final = ("On my way.", "Good!", "See you tomorrow.", "Thanks, you too.")
MATTERS: Final = (
    "Notes of our talk",
    "For you to read",
    "List for tomorrow",
    "One question",
    "Who takes this?",
)
"""Subjects of mails among colleagues."""
PROSPECTS: Final = (
    "rosa@kempson-cycles.example",
    "ivan.roth@roth-printing.example",
    "mina@lagoon-ferries.example",
)
"""People who ask Sales for prices and are nobody's customers."""

_ANSWERED, _ANSWERED_THE_NEXT_DAY = 0.6, 0.12
"""So many mails."""
_OPEN, _CLOSED = time(8), time(17, 59)
_AS_IT_BEGINS, _LONG_BEFORE, _ALONE = 0.05, 0.35, 0.9
"""So often somebody writes as their day begins: with a stand-up soon, with one long after, and without one."""
_AS_IT_ENDS, _AFTER_A_MEETING = 0.95, 0.1
"""So often they write as it ends, where they meet nobody late, and where they do."""
_LATE: Final = time(15, 30)
_LONG: Final = 20
"""Minutes."""
_SIDE_BY_SIDE: Final = 0.45
_BY_MAIL: Final = {
    "Management": 0.5,
    "Sales": 0.35,
    "Customers": 0.3,
    "Office": 0.35,
    "Product": 0.3,
    "Engineering": 0.25,
}
"""Department → so often on a day somebody writes a mail to a colleague."""
_OF_PROSPECTS: Final = 0.25
"""So often on a day somebody of Sales is asked for prices."""


class _Group(NamedTuple):
    """People who meet again and again on the same days, at the same hour."""

    subject: str
    people: list[DemoUser]
    days: list[int]
    """The days of a fortnight, 0 to 13."""
    starts: time
    minutes: int


class _Habit(NamedTuple):
    """How somebody's days are: when they begin and end, in minutes after midnight, and with whom they have to do."""

    begins: int
    ends: int
    as_it_begins: float
    """How often they write as it begins."""
    near: list[DemoUser]


def demo_routine(now: int, seed: int = SEED) -> dict[str, list[Record]]:
    """The records of each kind (``core.upload``), as the upload API takes them; all before ``now``, Unix seconds."""
    today = datetime.fromtimestamp(now, UTC)
    routine = _Routine(Random(seed), today)
    for back in range(DAYS, -1, -1):
        day = today.date() - timedelta(back)
        if day.weekday() < 5:
            routine.live_through(day)
    return routine.records.of_each_kind()


class _Routine:
    """Lives through day after day."""

    def __init__(self, random: Random, now: datetime) -> None:
        self.records = Records("routine", now, random)
        self._random = random
        self._groups = [*self._across_departments(), *self._one_to_ones()]
        self._met_late: set[str] = set()
        self._habits = {user.name: self._habit(user) for user in USERS}

    def _habit(self, user: DemoUser) -> _Habit:
        begins, ends = self._random.randint(500, 545), self._random.randint(1025, 1065)
        stand_up = _stand_up(user)
        if stand_up is None:
            return _Habit(begins, ends, _ALONE, _near(user))
        as_it_begins = _LONG_BEFORE if stand_up > begins + _LONG else _AS_IT_BEGINS
        return _Habit(begins, ends, as_it_begins, _near(user))

    def _across_departments(self) -> Iterator[_Group]:
        random = self._random
        for subject, here, there in GROUPS:
            people = [*random.sample(_of(here), 3), *random.sample(_of(there), 2)]
            yield _Group(
                subject,
                people,
                [day + week for day in random.sample(range(5), 2) for week in (0, 7)],
                time(random.choice((13, 14, 15, 16))),
                random.choice((30, 45, 60)),
            )
        heads = [user for user in USERS if not user.manager or user.manager == USERS[0].name]
        yield _Group(HEADS, heads, [0, 7], time(13, 30), 60)

    def _one_to_ones(self) -> Iterator[_Group]:
        random = self._random
        for user in USERS:
            if user.manager:
                manager = next(other for other in USERS if other.name == user.manager)
                starts = time(random.choice((10, 11, 14, 15)), random.choice((0, 30)))
                day = random.choice((0, 1, 2, 3, 4, 7, 8, 9, 10, 11))
                yield _Group("One to one", [manager, user], [day], starts, 30)

    def live_through(self, day: date) -> None:
        """One working day."""
        self._met_late.clear()
        there = [user for user in USERS if self._random.random() < _presence(day)]
        for department, starts in STAND_UPS.items():
            people = [user for user in there if user.department == department]
            self._meet(day, _Group("Stand-up", people, [], starts, 15))
            self._side_by_side(day, people)
        for group in self._groups:
            if (day.toordinal() - 1) % 14 in group.days:
                self._meet(day, group._replace(people=[user for user in group.people if user in there]))
        names = {user.name for user in there}
        for user in there:
            self._spend(day, user, [other for other in self._habits[user.name].near if other.name in names])

    def _side_by_side(self, day: date, people: list[DemoUser]) -> None:
        """Some of them meet by twos and threes, late in the day."""
        random = self._random
        left = random.sample(people, len(people))
        while len(left) > 1:
            some, left = left[: random.choice((2, 3))], left[3:]
            if random.random() < _SIDE_BY_SIDE:
                starts = random.choice((time(15, 30), time(16), time(16, 15), time(16, 30)))
                subject, minutes = random.choice(SIDE_BY_SIDE), random.choice((15, 30, 45))
                self._meet(day, _Group(subject, some, [], starts, minutes))

    def _meet(self, day: date, group: _Group) -> None:
        """They meet, those for whom it is day."""
        starts = datetime.combine(day, group.starts, zone(_HEAD_OFFICE))
        people = [user for user in group.people if _is_at_work(user, starts)]
        if len(people) > 1:
            kind = "call" if self._random.random() < 0.2 else "meeting"
            self.records.meet(kind, [who.email for who in people], starts, group.minutes, group.subject)
            self._met_late |= {
                who.name for who in people if starts.astimezone(zone(who.time_zone)).time() >= _LATE
            }

    def _spend(self, day: date, user: DemoUser, near: list[DemoUser]) -> None:
        """What somebody writes on that day."""
        random, habit = self._random, self._habits[user.name]
        if near and random.random() < habit.as_it_begins:
            at = _at(day, habit.begins + random.randint(-15, 20), user)
            self._write(user, random.choice(near), at, GOOD_MORNING)
        if near and random.random() < _BY_MAIL[user.department]:
            at = _at(day, random.randint(9 * 60 + 30, 15 * 60), user)
            self._mail(user.email, random.choice(near), at, random.choice(MATTERS))
        if user.department == "Sales" and random.random() < _OF_PROSPECTS:
            asked = _at(day, random.randint(9 * 60, 15 * 60), user)
            self._mail(random.choice(PROSPECTS), user, asked, "What does it cost?")
        if near and random.random() < (_AFTER_A_MEETING if user.name in self._met_late else _AS_IT_ENDS):
            at = _at(day, habit.ends + random.randint(-35, 12), user)
            self._write(user, random.choice(near), at, THAT_IS_IT)

    def _write(self, user: DemoUser, other: DemoUser, at: datetime, texts: tuple[str, ...]) -> None:
        """Somebody writes to a colleague in a chat, and is sometimes answered."""
        random = self._random
        said = self.records.say(user.email, other.email, at, random.choice(texts))
        at += timedelta(seconds=random.randint(40, 600))
        if said and _is_at_work(other, at):
            if random.random() < 0.1:
                self.records.say(other.email, user.email, at, random.choice(ANSWERS))
            elif random.random() < 0.2:
                self.records.react(said, other.email, at)

    def _mail(self, sender: str, user: DemoUser, at: datetime, subject: str) -> None:
        """Somebody writes to a user, who mostly answers on that day, or else the next."""
        random = self._random
        asked = self.records.mail(sender, user.email, at, subject)
        answered = at + timedelta(minutes=random.triangular(4, 200, 20))
        likely = _ANSWERED
        if not _is_at_work(user, answered):
            there = answered.astimezone(zone(user.time_zone))
            morning = working_day(there.date(), 0 if there.time() < _OPEN else 1)
            answered = _at(morning, self._habits[user.name].begins + random.randint(0, 60), user)
            likely = _ANSWERED_THE_NEXT_DAY
        if asked and random.random() < likely:
            self.records.mail(user.email, sender, answered, subject, asked)


def _of(department: str) -> list[DemoUser]:
    return [user for user in USERS if user.department == department]


def _near(user: DemoUser) -> list[DemoUser]:
    """With whom somebody has most to do: their department, their manager, and who reports to them."""
    return [
        other
        for other in USERS
        if other != user
        and (other.department == user.department or user.name == other.manager or other.name == user.manager)
    ]


def _stand_up(user: DemoUser) -> int | None:
    """When the user's stand-up begins, in minutes after midnight by their clock."""
    starts = STAND_UPS.get(user.department)
    if starts is not None:
        there = datetime.combine(date(2026, 1, 5), starts, zone(_HEAD_OFFICE)).astimezone(
            zone(user.time_zone)
        )
        if _is_at_work(user, there):
            return there.hour * 60 + there.minute
    return None


def _presence(day: date) -> float:
    """How likely somebody is at work on that day."""
    return 0.5 if day.month == 8 or (day.month, day.day // 23) == (12, 1) else 0.92


def _at(day: date, minutes: int, user: DemoUser) -> datetime:
    """So many minutes after midnight, by the clock on the user's wall."""
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone(user.time_zone))


def _is_at_work(user: DemoUser, at: datetime) -> bool:
    return _OPEN <= at.astimezone(zone(user.time_zone)).time() < _CLOSED
