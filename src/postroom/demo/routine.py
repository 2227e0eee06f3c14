"""What repeats in the demo's weeks: stand-ups, groups that meet, one-to-ones, and a few words as a day begins and ends.

It is what fills reports and circles. Pure: a seed and a time give records, as a connector of calendars and chats would
upload them. Must not touch files or the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from postroom.demo.chats import REACTIONS
from postroom.demo.clock import zone
from postroom.demo.colleagues import USERS, DemoUser
from postroom.demo.occasions import DAYS

SEED: Final = 13
Record = dict[str, Any]

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
GOOD_MORNING: Final = ("Good morning! Coffee?", "Morning, I am in.", "Early bird today.", "Back at my desk.")
THAT_IS_IT: Final = (
    "That is it for today.",
    "The rest tomorrow.",
    "Closing up, see you.",
    "Done, I am off.",
)
ANSWERS: Final = ("On my way.", "Good!", "See you tomorrow.", "Thanks, you too.")

_AS_IT_BEGINS, _AS_IT_ENDS = 0.12, 0.3
"""So often somebody writes a few words as their day begins, and as it ends."""
_OPEN, _CLOSED = 8, 18


class _Group(NamedTuple):
    """People who meet again and again on the same days, at the same hour."""

    subject: str
    people: list[DemoUser]
    days: list[int]
    """The days of a fortnight, 0 to 13."""
    starts: time
    minutes: int


def demo_routine(now: int, seed: int = SEED) -> dict[str, list[Record]]:
    """The records of each kind (``core.upload``), as the upload API takes them; all before ``now``, Unix seconds."""
    routine = _Routine(Random(seed), datetime.fromtimestamp(now, UTC))
    today = routine.now.date()
    for back in range(DAYS, -1, -1):
        day = today - timedelta(back)
        if day.weekday() < 5:
            routine.live_through(day)
    return {"chat": routine.chats, "reaction": routine.reactions, "activity": routine.activities}


class _Routine:
    """Lives through day after day."""

    def __init__(self, random: Random, now: datetime) -> None:
        self.now = now
        self._random = random
        self._groups = [*self._across_departments(), *self._one_to_ones()]
        self.chats: list[Record] = []
        self.reactions: list[Record] = []
        self.activities: list[Record] = []

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
        there = [user for user in USERS if self._random.random() < _presence(day)]
        for department, starts in STAND_UPS.items():
            people = [user for user in there if user.department == department]
            self._meet(day, _Group("Stand-up", people, [], starts, 15))
        for group in self._groups:
            if (day.toordinal() - 1) % 14 in group.days:
                self._meet(day, group._replace(people=[user for user in group.people if user in there]))
        for user in there:
            if self._random.random() < _AS_IT_BEGINS:
                self._write(day, user, there, (_OPEN, _OPEN + 1), GOOD_MORNING)
            if self._random.random() < _AS_IT_ENDS:
                self._write(day, user, there, (_CLOSED - 1.5, _CLOSED), THAT_IS_IT)

    def _meet(self, day: date, group: _Group) -> None:
        """They meet, those for whom it is day."""
        start = datetime.combine(day, group.starts, zone(_HEAD_OFFICE))
        end = start + timedelta(minutes=group.minutes)
        people = [user.email for user in group.people if _is_at_work(user, start)]
        if len(people) > 1 and end < self.now:
            self.activities.append(
                {
                    "id": f"routine-{len(self.activities)}",
                    "type": "call" if self._random.random() < 0.2 else "meeting",
                    "user": people[0],
                    "participants": people[1:],
                    "start": _written(start),
                    "end": _written(end),
                    "subject": group.subject,
                }
            )

    def _write(
        self,
        day: date,
        user: DemoUser,
        there: Iterable[DemoUser],
        hours: tuple[float, float],
        texts: tuple[str, ...],
    ) -> None:
        """Somebody writes to a colleague at that time of their day, and is sometimes answered."""
        random = self._random
        near = [other for other in there if other.department == user.department and other != user]
        if not near:
            return
        other = random.choice(near)
        minutes = random.randrange(round(hours[0] * 60), round(hours[1] * 60))
        at = datetime.combine(day, time(minutes // 60, minutes % 60), zone(user.time_zone))
        said = self._say(user, other, at, random.choice(texts))
        at += timedelta(seconds=random.randint(40, 600))
        if said and _is_at_work(other, at):
            if random.random() < 0.4:
                self._say(other, user, at, random.choice(ANSWERS))
            elif random.random() < 0.5:
                self._react(said, other, user, at)

    def _say(self, author: DemoUser, other: DemoUser, at: datetime, text: str) -> Record | None:
        if at >= self.now:
            return None
        members = sorted([author.email, other.email])
        said = {
            "id": f"routine-{len(self.chats)}",
            "chat_id": "routine-" + "-".join(member.partition("@")[0] for member in members),
            "chat_type": "direct",
            "author": author.email,
            "members": members,
            "date": _written(at),
            "text": text,
        }
        self.chats.append(said)
        return said

    def _react(self, said: Record, user: DemoUser, author: DemoUser, at: datetime) -> None:
        if at < self.now:
            self.reactions.append(
                {
                    "id": f"routine-{len(self.reactions)}",
                    "message_id": said["id"],
                    "chat_id": said["chat_id"],
                    "user": user.email,
                    "message_author": author.email,
                    "reaction": self._random.choice(REACTIONS),
                    "date": _written(at),
                }
            )


def _of(department: str) -> list[DemoUser]:
    return [user for user in USERS if user.department == department]


def _presence(day: date) -> float:
    """How likely somebody is at work on that day."""
    return 0.5 if day.month == 8 or (day.month, day.day // 23) == (12, 1) else 0.88


def _is_at_work(user: DemoUser, at: datetime) -> bool:
    return _OPEN <= at.astimezone(zone(user.time_zone)).hour < _CLOSED


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
