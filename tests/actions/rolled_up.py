"""Chats of S1 to S2, and what roll-ups come to of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mail_world import ACTOR, NOON, S1, S2
from rollup_world import kept, told
from upload_world import chat_record, uploaded

from postroom.actions.add_users import add_users
from postroom.store.models import RollUpDue, Source, User, Workspace

EVER = 2**40
WEEK = date(2026, 3, 1)
"""The Sunday before ``NOON``."""


def user(company: Workspace, email: str = S1) -> User:
    return User.objects.get(workspace=company, email=email)


def wrote(source: Source, id: str, at: int = NOON) -> None:
    """S1 writes to S2."""
    uploaded(source, "chat", chat_record(S1, [S2], id=id, at=at))


def sent_chats(company: Workspace, email: str = S1) -> dict[str, int | None]:
    """By week."""
    rows, pk = told(kept(company)), user(company, email).pk
    return {
        sunday.isoformat(): week[0]["all"]["sent_chats"] for (of, sunday), week in rows.items() if of == pk
    }


def due_days(company: Workspace) -> list[tuple[str, int]]:
    rows = RollUpDue.objects.filter(user__workspace=company).order_by("user__email", "day")
    return list(rows.values_list("user__email", "day"))


def at(when: str) -> int:
    return int(datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp())


def move(company: Workspace, zone: str | None, email: str = S1) -> None:
    add_users(company, [{"email": email, "time_zone": zone}], actor=ACTOR)
