"""Chats, reactions, calls and meetings of the demo, as a connector would upload them.

Pure: a seed and a time give records. Texts of our own. Must not touch files or the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from postroom.demo.clock import Clock
from postroom.demo.colleagues import USERS, DemoUser
from postroom.demo.company import ACCOUNTS, PERSONS, user_named
from postroom.demo.occasions import DAYS

SEED: Final = 11
Record = dict[str, Any]

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
REACTIONS: Final = ("👍", "🎉", "👀", "✅")


def demo_chats(now: int, seed: int = SEED) -> dict[str, list[Record]]:
    """The records of each kind (``core.upload``), as the upload API takes them; all before ``now``, Unix seconds."""
    desk = _Desk(Random(seed), now)
    for number in range(260):
        desk.chat(f"us-{number % 40}", AMONG_US, customers=False)
    for number in range(70):
        desk.chat(f"customer-{number % 12}", WITH_CUSTOMERS, customers=True)
    for _ in range(170):
        desk.meeting()
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

    def chat(self, chat: str, scripts: tuple[tuple[str, ...], ...], *, customers: bool) -> None:
        """One exchange in a chat whose members stay the same."""
        random = self._random
        members = self._talkers.setdefault(chat, self._some_people(customers))
        script = random.choice(scripts)
        at = self._clock.some_time(DAYS, 1, "Europe/Berlin").astimezone(UTC)
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
                    "date": _written(at),
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
                "date": _written(at + timedelta(seconds=15)),
            }
        )

    def meeting(self) -> None:
        """A call or a meeting, every third with a customer."""
        random = self._random
        with_customer = random.random() < 0.33
        people = self._some_people(with_customer)
        start = self._clock.some_time(DAYS, 1, "Europe/Berlin").astimezone(UTC).replace(minute=0, second=0)
        subjects = WITH_CUSTOMER_MEETINGS if with_customer else MEETINGS
        self.activities.append(
            {
                "id": f"a-{len(self.activities)}",
                "type": random.choice(("call", "meeting", "meeting")),
                "user": people[0],
                "participants": people[1:],
                "start": _written(start),
                "end": _written(start + timedelta(minutes=random.choice((15, 30, 30, 45, 60)))),
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


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
