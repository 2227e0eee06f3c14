"""Chats, reactions, calls and meetings of the demo, as a connector would upload them.

Pure: a seed and a time give records. Texts of our own. Must not touch files or the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Final

from postroom.demo.clock import Clock, zone
from postroom.demo.colleagues import USERS, DemoUser
from postroom.demo.company import ACCOUNTS, PERSONS, DemoPerson, user_named
from postroom.demo.occasions import DAYS
from postroom.demo.records import REACTIONS, Record, written

SEED: Final = 11

AMONG_US: Final = (
    ("Have you seen the new depot in the planner?", "Yes, it shows with two gates.", "Three. I add one."),
    ("Lunch at half past twelve?", "Give me ten minutes.", "At the door then."),
    ("The night run was four minutes slower.", "More stops than last week?", "Same number.", "Then I look."),
    ("Who takes the stand-up tomorrow?", "I can.", "Thank you!"),
    ("Is the report for Friday done?", "Nearly, the last page is missing.", "No hurry before three."),
    (
        "Could you read my answer to the depot before I send it?",
        "Reads well. I would cut the first line.",
        "Cut.",
    ),
    ("The printer on the second floor again.", "Off and on?", "Off and on. It prints."),
    ("Build is green.", "At last. What was it?", "A test that knew the date."),
    ("I am at the dentist until ten.", "Good luck!"),
    ("Can you join the call at two? They ask about gates.", "Yes, I bring the figures."),
    ("Did the vans get their new numbers?", "All but two, they are in the workshop."),
    ("Your headset is on my desk.", "I wondered. Coming."),
)
WITH_CUSTOMERS: Final = (
    (
        "Good morning! Is the planner slow for you too?",
        "No, all is quick here. One moment, I look.",
        "Now it is fine.",
    ),
    (
        "The driver says the stop is on the wrong side of the road.",
        "I turned it round, please plan once more.",
        "Works.",
    ),
    ("Two windows for the same shop, which one counts?", "The narrower one. I can merge them.", "Please do."),
    (
        "Can I see last week's tours on my phone?",
        "Yes, under History, the second tab.",
        "Found it, thank you.",
    ),
    (
        "We have a new dispatcher from Monday.",
        "Send me name and address and I make an access.",
        "You have a mail.",
    ),
    ("Your invoice has last year's street.", "I tell Finance, a corrected one comes today."),
)
MEETINGS: Final = (
    "Weekly planning",
    "Depot walk-through",
    "Figures of the month",
    "Next release",
    "Support round",
    "One to one",
)
WITH_CUSTOMER_MEETINGS: Final = (
    "Quarterly review",
    "Training for dispatchers",
    "New depot",
    "Price for next year",
)
FACING_CUSTOMERS: Final = ("Sales", "Customers")
"""Departments of whom everybody meets and chats with customers, week after week."""
_MET_IN_A_WEEK: Final = (1, 1, 1, 2)
_CHATTED_IN_A_WEEK: Final = 0.25


def demo_chats(now: int, seed: int = SEED) -> dict[str, list[Record]]:
    """The records of each kind (``core.upload``), as the upload API takes them; all before ``now``, Unix seconds."""
    desk = _Desk(Random(seed), now)
    for number in range(260):
        desk.chat(f"us-{number % 40}", AMONG_US, customers=False)
    for number in range(70):
        desk.chat(f"customer-{number % 12}", WITH_CUSTOMERS, customers=True)
    for _ in range(170):
        desk.meeting()
    desk.weeks_with_customers()
    return {"chat": desk.chats, "reaction": desk.reactions, "activity": desk.activities}


class _Desk:
    """Draws who talks with whom, and when."""

    def __init__(self, random: Random, now: int) -> None:
        self._random = random
        self._now = now
        self._clock = Clock(random, now)
        self._talkers: dict[str, list[str]] = {}
        self._customers = [
            p for p in PERSONS if p.is_recorded and p.emails and p.accounts and not _is_ignored(p.accounts[0])
        ]
        self.chats: list[Record] = []
        self.reactions: list[Record] = []
        self.activities: list[Record] = []

    def weeks_with_customers(self) -> None:
        """Everybody who faces customers meets and chats with the same two or three of them, every week."""
        random = self._random
        for user in USERS:
            if user.department in FACING_CUSTOMERS:
                known = random.sample(self._known_to(user), 3)
                for week in range(DAYS // 7):
                    for person in random.sample(known, random.choice(_MET_IN_A_WEEK)):
                        starts = self._working_time(week, user)
                        self._meet(
                            [user.email, person.email], starts, WITH_CUSTOMER_MEETINGS, ("call", "meeting")
                        )
                    if random.random() < _CHATTED_IN_A_WEEK:
                        person = random.choice(known)
                        chat = f"with-{user.email.partition('@')[0]}-{person.email.partition('@')[0]}"
                        self._talkers[chat] = [user.email, person.email]
                        at = self._working_time(week, user)
                        self.chat(chat, WITH_CUSTOMERS, customers=True, at=at)

    def _known_to(self, user: DemoUser) -> list[DemoPerson]:
        """People of the accounts of the user, or where they have none or few, of those that speak their language."""
        accounts = {a.name: a for a in ACCOUNTS if a.temper not in ("won", "silent")}
        there = [person for person in self._customers if person.accounts[0] in accounts]
        own = [person for person in there if accounts[person.accounts[0]].owner == user.email]
        return own or [p for p in there if accounts[p.accounts[0]].language == user.languages[-1]]

    def _working_time(self, week: int, user: DemoUser) -> datetime:
        """A quarter of an hour of a working day so many weeks ago, by the user's clock."""
        today = self._clock.now.date()
        day = today - timedelta(today.weekday() + 7 * week - self._random.randrange(5))
        hour, minute = self._random.choice((9, 10, 11, 13, 14, 15, 16)), self._random.choice((0, 15, 30, 45))
        return datetime.combine(day, time(hour, minute), zone(user.time_zone)).astimezone(UTC)

    def chat(
        self,
        chat: str,
        scripts: tuple[tuple[str, ...], ...],
        *,
        customers: bool,
        at: datetime | None = None,
    ) -> None:
        """One exchange in a chat whose members stay the same, at some time unless told one."""
        random = self._random
        members = self._talkers.setdefault(chat, self._some_people(customers))
        script = random.choice(scripts)
        at = at or self._clock.some_time(DAYS, 1, "Europe/Berlin").astimezone(UTC)
        # With customers it is they who begin.
        turns = members[::-1] if customers else random.sample(members, len(members))
        for number, text in enumerate(script):
            id_ = f"{chat}-{len(self.chats)}"
            author = turns[number % 2]
            if at.timestamp() >= self._now:
                return
            kind = "direct" if len(members) == 2 else "group"
            self.chats.append(
                {
                    "id": id_,
                    "chat_id": chat,
                    "chat_type": kind,
                    "author": author,
                    "members": members,
                    "date": written(at),
                    "text": text,
                }
            )
            if random.random() < 0.2:
                self._react(id_, chat, turns[(number + 1) % 2], author, at)
            at += timedelta(seconds=random.randint(20, 400))

    def _react(self, message: str, chat: str, user: str, author: str, at: datetime) -> None:
        if not user.endswith(USERS[0].email.partition("@")[2]):
            return
        self.reactions.append(
            {
                "id": f"r-{len(self.reactions)}",
                "message_id": message,
                "chat_id": chat,
                "user": user,
                "message_author": author,
                "reaction": self._random.choice(REACTIONS),
                "date": written(at + timedelta(seconds=15)),
            }
        )

    def meeting(self) -> None:
        """A call or a meeting, every third with a customer."""
        random = self._random
        with_customer = random.random() < 0.33
        people = self._some_people(with_customer)
        start = self._clock.some_time(DAYS, 1, "Europe/Berlin").astimezone(UTC).replace(minute=0, second=0)
        subjects = WITH_CUSTOMER_MEETINGS if with_customer else MEETINGS
        self._meet(people, start, subjects, ("call", "meeting", "meeting"))

    def _meet(
        self, people: list[str], start: datetime, subjects: tuple[str, ...], kinds: tuple[str, ...]
    ) -> None:
        random = self._random
        kind, minutes = random.choice(kinds), random.choice((15, 30, 30, 45, 60))
        end = start + timedelta(minutes=minutes)
        if end.timestamp() < self._now:
            self.activities.append(
                {
                    "id": f"a-{len(self.activities)}",
                    "type": kind,
                    "user": people[0],
                    "participants": people[1:],
                    "start": written(start),
                    "end": written(end),
                    "subject": random.choice(subjects),
                }
            )

    def _some_people(self, with_customer: bool) -> list[str]:
        """Colleagues, mostly of one department; with a customer one of us and one of them."""
        random = self._random
        if with_customer:
            person = random.choice(self._customers)
            owner = next(account.owner for account in ACCOUNTS if account.name == person.accounts[0])
            return [owner or user_named("Ines Varga").email, person.email]
        first = random.choice(USERS)
        near = [u for u in USERS if u.department == first.department and u != first] or list(_others(first))
        count = min(len(near), random.choice((1, 1, 2, 3)))
        return [first.email, *(user.email for user in random.sample(near, count))]


def _others(user: DemoUser) -> Iterator[DemoUser]:
    return (other for other in USERS if other != user)


def _is_ignored(account: str) -> bool:
    return next(a.is_ignored for a in ACCOUNTS if a.name == account)
