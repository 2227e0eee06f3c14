"""Makes a workspace of interactions, in a process of its own: ``python -m bench.rollups_rows INTERACTIONS``.

A year of a company spread over the world: mail, some of it answered, chats, reactions, calls, meetings;
people have most to do with a few colleagues. What a report says of its coverage is there for the users whose is opened.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

WORKSPACE, ADMIN = "Bench", "u0@us.com"
MOST_USERS, A_USER = 10_000, 100
"""So many users, but each with so many interactions at least."""
SUNDAY = date(2026, 11, 1)
"""The year ends before this day."""
DAYS = 52 * 7
OPENED = 20
"""Of so many users reports and circles are opened: the first ones."""
KINDS = ("mail", "chat", "reaction", "call", "meeting")
SHARES = (0.76, 0.12, 0.03, 0.03, 0.06)
ANSWERS = 0.12
"""So many of all interactions are answers to a received mail."""
ZONES = {
    "Europe/London": 0,
    "Europe/Berlin": 1,
    "America/New_York": -5,
    "Asia/Kolkata": 5.5,
    "Asia/Tokyo": 9,
    "": 0,
}
"""Time zones of users, and about how many hours their clocks are ahead."""
_CIRCLE = 60
_A_PIECE, _AT_ONCE = 1_000_000, 200_000
"""So many are drawn, and written, at once."""
_COLUMNS = (
    "id, workspace_id, user_id, message_id, kind, is_sent, at, seconds, is_automatic, is_inside, is_outside, others, "
    "outsiders, answered_at, answered_sides"
)
Arrays = dict[str, np.ndarray]


def users_of(interactions: int) -> int:
    """How many users have so many interactions."""
    return max(min(MOST_USERS, interactions // A_USER), 2 * _CIRCLE)


def main() -> None:
    """Make the workspace with so many interactions."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "postroom.settings"
    import django

    django.setup()
    from postroom.actions.create_workspace import create_workspace
    from postroom.core.weeks import DAY, day_of
    from postroom.store.upgrade import upgrade

    upgrade()
    count = int(sys.argv[1])
    workspace = create_workspace(WORKSPACE, ADMIN).workspace
    users = _write_users(workspace.pk, users_of(count))
    first = (day_of(SUNDAY) - DAYS) * DAY
    for begin in range(0, count, _A_PIECE):
        piece = min(count - begin, _A_PIECE)
        write(workspace.pk, users, interactions(users, piece, first, DAYS, seed=begin + 1))
    _write_decisions(workspace.pk, users[:OPENED])


def _write_users(workspace: int, count: int) -> list[int]:
    from postroom.store.models import User

    zones = list(ZONES)
    User.objects.bulk_create(
        (
            User(
                workspace_id=workspace,
                email=f"w{number}@us.com",
                name=f"Worker {number}",
                time_zone=zones[number % len(zones)],
                collects_since=datetime.now(UTC),
            )
            for number in range(count)
        ),
        batch_size=1_000,
    )
    return list(User.objects.filter(email__startswith="w").order_by("pk").values_list("pk", flat=True))


def interactions(users: list[int], count: int, first: int, days: int, seed: int) -> Arrays:
    """So many interactions in ``days`` from the moment ``first``, Unix seconds."""
    draw = np.random.default_rng(seed)
    answers = int(count * ANSWERS)
    made = _drawn(draw, users, count - answers, first, days)
    asked = np.flatnonzero((made["kind"] == 0) & ~made["is_sent"] & ~made["is_automatic"])
    asked = draw.choice(asked, answers, replace=False)
    given = {name: values[asked] for name, values in made.items()}
    given["is_sent"] = ~given["is_sent"]
    given["answered_at"] = made["at"][asked]
    given["answered_sides"] = made["is_inside"][asked] * 1 + made["is_outside"][asked] * 2
    given["at"] = made["at"][asked] + draw.exponential(3 * 3_600, answers).astype(np.int64) + 60
    made["answered_at"][asked] = given["at"]
    return {name: np.concatenate([values, given[name]]) for name, values in made.items()}


def _drawn(draw: np.random.Generator, users: list[int], count: int, first: int, days: int) -> Arrays:
    place = draw.integers(0, len(users), count)
    ahead = np.array([ZONES[zone] for zone in ZONES])[place % len(ZONES)]
    hour = np.clip(draw.normal(13, 3, count), 0, 23.9)
    kind = draw.choice(len(KINDS), count, p=SHARES)
    is_met = kind >= KINDS.index("call")
    is_sent = draw.random(count) < 0.45
    is_inside = draw.random(count) < 0.6
    return {
        "place": place,
        "kind": kind,
        "is_sent": is_sent,
        "at": first + (draw.integers(0, days, count) * 24 * 3_600 + (hour - ahead) * 3_600).astype(np.int64),
        "seconds": np.where(is_met, draw.integers(1, 7, count) * 600, -1),
        "is_automatic": ~is_sent & (kind == 0) & (draw.random(count) < 0.05),
        "is_inside": is_inside,
        "is_outside": ~is_inside | (is_sent & (draw.random(count) < 0.2)),
        "others": draw.integers(1, 7, count),
        "nearest": np.minimum(draw.geometric(0.1, count), _CIRCLE),
        "answered_at": np.full(count, -1, np.int64),
        "answered_sides": np.zeros(count, np.int64),
    }


def write(workspace: int, users: list[int], made: Arrays) -> None:
    """Write them after those that are there."""
    from django.db import connection

    connection.ensure_connection()
    database = connection.connection
    last = database.execute("SELECT COALESCE(MAX(id), 0) FROM store_interaction").fetchone()[0]
    database.execute("PRAGMA foreign_keys=OFF")
    database.execute("BEGIN IMMEDIATE")
    ids = np.array(users)
    for begin in range(0, len(made["place"]), _AT_ONCE):
        some = {name: values[begin : begin + _AT_ONCE] for name, values in made.items()}
        numbers = np.arange(last + begin + 1, last + begin + 1 + len(some["place"]))
        marks = ", ".join("?" * (_COLUMNS.count(",") + 1))
        database.executemany(
            f"INSERT INTO store_interaction ({_COLUMNS}) VALUES ({marks})",
            _interactions(workspace, ids, some, numbers),
        )
        database.executemany(
            "INSERT INTO store_colleague (interaction_id, user_id, role) VALUES (?, ?, ?)",
            _colleagues(ids, some, numbers),
        )
    database.execute("COMMIT")
    database.execute("PRAGMA foreign_keys=ON")


def _interactions(
    workspace: int, ids: np.ndarray, some: Arrays, numbers: np.ndarray
) -> Iterable[tuple[Any, ...]]:
    lists = [ids[some["place"]].tolist(), numbers.tolist()]
    names = (
        "kind", "is_sent", "at", "seconds", "is_automatic", "is_inside", "is_outside", "others", "answered_at",
        "answered_sides",
    )  # fmt: skip
    lists += [some[name].tolist() for name in names]
    for user, id_, kind, sent, at, seconds, automatic, inside, outside, others, answered, sides in zip(
        *lists, strict=True
    ):
        yield (
            *(id_, workspace, user, id_, KINDS[kind], sent, at, None if seconds < 0 else seconds),
            *(automatic, inside, outside, others, bytes(16) if outside else b""),
            *(None if answered < 0 else answered, sides),
        )


def _colleagues(ids: np.ndarray, some: Arrays, numbers: np.ndarray) -> Iterable[tuple[int, int, str]]:
    """Of what is inside: the other side, of a sent message or a meeting up to three of them."""
    chosen = np.flatnonzero(some["is_inside"])
    place, kind, sent = some["place"][chosen], some["kind"][chosen], some["is_sent"][chosen]
    many = np.where(sent | (kind >= KINDS.index("call")), np.minimum(some["others"][chosen], 3), 1)
    for number in range(3):
        there = many > number
        colleague = ids[(place + 1 + (some["nearest"][chosen] + number) % _CIRCLE) % len(ids)]
        lists = numbers[chosen][there], colleague[there], kind[there], sent[there]
        for id_, user, of_kind, is_sent in zip(*(values.tolist() for values in lists), strict=True):
            yield id_, user, _role(of_kind, is_sent)


def _role(kind: int, is_sent: bool) -> str:
    if KINDS[kind] == "mail":
        return "to" if is_sent else "from"
    if KINDS[kind] == "reaction":
        return "author" if is_sent else "reactor"
    return "author" if KINDS[kind] == "chat" and not is_sent else "member"


def _write_decisions(workspace: int, users: list[int]) -> None:
    """The messages of these users and what was decided of them; a tenth of their mail stayed out."""
    from postroom.store.models import Decision, Interaction, Message

    last = Interaction.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found = list(Interaction.objects.filter(user__in=users, kind="mail").values_list("pk", "user", "at"))
    rows = [(id_, user, at, "counted") for id_, user, at in found]
    rows += [(last + id_, user, at, "spam") for id_, user, at in found if id_ % 10 == 0]
    Message.objects.bulk_create(
        (
            Message(pk=id_, workspace_id=workspace, identity=id_.to_bytes(16), reference_tokens=b"", at=at)
            for id_, _, at, _ in rows
        ),
        batch_size=1_000,
    )
    Decision.objects.bulk_create(
        (
            Decision(
                workspace_id=workspace,
                message_id=id_,
                lens="people",
                user_id=user,
                outcome="import" if reason == "counted" else "skip",
                reason=reason,
                findings="{}",
                policy=1,
                revision=1,
                last_copy=0,
                decided_at=at,
            )
            for id_, user, at, reason in rows
        ),
        batch_size=1_000,
    )


if __name__ == "__main__":
    main()
