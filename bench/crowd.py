"""Makes a large workspace, written in bulk, in a process of its own: ``python -m bench.crowd ENGAGEMENTS``.

Accounts from a few to many engagements, threads of 1 to 12 mails and a very long one, three colleagues who let others
see less. Messages lie in the ledger as imports leave them: one mailbox after the other. A fifth more stayed out.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

WORKSPACE = "Crowd"
ADMIN, MEMBER = "u0@us.com", "u1@us.com"
USERS = 40
STRICT = {3: 1, 17: 2, 29: 1}
"""What these users, by number, let others see."""
RARE, COMMON = "quagga", "please"
"""A word of about forty mails, and one of most."""
_DAY = 86_400
NOW, YEARS = int(time.time()) // _DAY * _DAY, 8
AT_ONCE = 20_000
SINCE = "1990-01-01"
_LETTERS = "ABCDEFGHIKLMNOPRSTW"
_DAY = 86_400


class Size(NamedTuple):
    """How much is made."""

    engagements: int
    accounts: int
    persons: int
    long_thread: int


def size_of(engagements: int) -> Size:
    """A million engagements are on 2,000 accounts, with 10,000 persons and a thread of 5,000; fewer in proportion."""
    accounts = max(engagements // 500, 20)
    return Size(engagements, accounts, 5 * accounts, max(engagements // 200, 50))


def shares(size: Size) -> list[int]:
    """How many engagements each account has: few have most, the last ones 10."""
    weights = [(place + 1) ** -0.9 for place in range(size.accounts)]
    spread = sum(weights) - size.accounts * weights[-1]
    left = size.engagements - 10 * size.accounts
    return [10 + round(left * (weight - weights[-1]) / spread) for weight in weights]


class Mail(NamedTuple):
    """One to be written; persons by number, -1 as account: it stayed out."""

    owner: int
    at: int
    account: int
    persons: tuple[int, ...]
    thread: int
    other: int | None
    """A second user in whose mailbox it lies too."""


def mails(size: Size, random: Random) -> list[Mail]:
    """All mails, mailbox after mailbox."""
    made, thread = [], 0
    for account, share in enumerate(shares(size)):
        team = [random.randrange(USERS) for _ in range(3)]
        persons = range(account * 5, account * 5 + 5)
        left = share
        while left > 0:
            is_long = thread == 0
            length = size.long_thread if is_long else min(left, 1 + min(int(random.expovariate(0.4)), 11))
            at = NOW - (YEARS * 365 * _DAY if is_long else random.randrange(YEARS * 365 * _DAY))
            people = tuple(
                {persons[min(int(random.expovariate(0.9)), 4)] for _ in range(random.choice((1, 1, 2)))}
            )
            longest = 2 * (NOW - at) // length if is_long else 3 * _DAY
            for _ in range(length):
                at = min(at + random.randrange(600, longest), NOW)
                owner = random.choice(team)
                other = random.choice(team) if random.random() < 0.3 else None
                made.append(Mail(owner, at, account, people, thread, None if other == owner else other))
            left, thread = left - length, thread + 1
    for _ in range(size.engagements // 5):
        made.append(
            Mail(random.randrange(USERS), NOW - random.randrange(YEARS * 365 * _DAY), -1, (), 0, None)
        )
    return sorted(made, key=lambda mail: mail[:2])


def main() -> None:
    """Make the workspace with so many engagements."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    from django.db import connection

    from bench.crowd_rows import Writer
    from postroom.store.upgrade import upgrade

    upgrade()
    with connection.cursor() as cursor:
        for pragma in ("synchronous=OFF", "cache_size=-2000000", "foreign_keys=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
    random, size = Random(1), size_of(int(sys.argv[1]))
    workspace, users = _directory(size, random)
    writer, all_ = Writer(workspace, users, size, random), mails(size, random)
    for first, some in _pieces(all_):
        writer.write(first, some)


def _pieces(all_: list[Mail]) -> Iterator[tuple[int, list[Mail]]]:
    for begin in range(0, len(all_), AT_ONCE):
        yield begin + 1, all_[begin : begin + AT_ONCE]


def _directory(size: Size, random: Random) -> tuple[Any, list[int]]:
    """The workspace with its users, accounts and persons; the ids of the users in order."""
    from postroom.actions.add_accounts import add_accounts
    from postroom.actions.add_organization import add_organization
    from postroom.actions.add_persons import add_persons
    from postroom.actions.add_users import add_users
    from postroom.actions.create_workspace import create_workspace
    from postroom.store.models import Login, User

    workspace, actor = create_workspace(WORKSPACE, ADMIN).workspace, "command line"
    add_organization(workspace, ["us.com"], actor=actor)
    users = [{"email": f"u{number}@us.com", "name": f"User {number}"} for number in range(USERS)]
    add_users(workspace, users, actor=actor)
    ids = []
    for number in range(USERS):
        user = User.objects.get(workspace=workspace, email=f"u{number}@us.com")
        user.login, _ = Login.objects.get_or_create(email=user.email)
        user.visibility = STRICT.get(number, 3)
        user.save()
        ids.append(user.pk)
    accounts = [
        {
            "name": f"{random.choice(_LETTERS)}{number} Works",
            "domains": [{"domain": f"d{number}.example", "known_since": SINCE}],
            "owner": f"u{random.randrange(USERS)}@us.com",
        }
        for number in range(size.accounts)
    ]
    add_accounts(workspace, accounts, actor=actor)
    persons = [
        {
            "name": f"{random.choice(_LETTERS)}. Person {number}",
            "emails": [f"p{number}@d{number // 5}.example"],
            "accounts": [number // 5 + 1],
            "known_since": SINCE,
        }
        for number in range(size.persons)
    ]
    add_persons(workspace, persons, actor=actor)
    return workspace, ids


if __name__ == "__main__":
    main()
