"""Chats as they are shown: the engagement of a day, and its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from postroom.core.seal import Token
from postroom.store.models import Person, PersonAddress
from postroom.store.rows import select_in


class Line(NamedTuple):
    """A chat message on an engagement."""

    message: int
    at: int
    """Unix seconds."""
    author: str
    """An address."""
    body: bytes
    """Packed (``store.bodies``)."""


def chat_engagements(workspace_id: int, days: Sequence[Token]) -> dict[Token, int]:
    """The engagements of these days of chats, by day, where there are any."""
    rows = select_in(
        "SELECT DISTINCT m.chat_day, l.engagement_id FROM store_message m "
        "JOIN store_chatline l ON l.message_id = m.id WHERE m.chat_day IN ({}) AND m.workspace_id = %s",
        days,
        [workspace_id],
    )
    return {bytes(row[0]): row[1] for row in rows}


def lines_of(engagements: Sequence[int]) -> dict[int, list[Line]]:
    """The lines of these engagements, by engagement, the earliest first."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for row in select_in(
        "SELECT engagement_id, message_id, at, author, body FROM store_chatline WHERE engagement_id IN ({}) "
        "ORDER BY at, author, message_id",
        engagements,
    ):
        lines[row[0]].append(Line(row[1], row[2], row[3], bytes(row[4])))
    return lines


def lines_of_messages(messages: Sequence[int]) -> dict[int, int]:
    """Of which engagements these messages are lines: engagements by message."""
    return {
        row[0]: row[1]
        for row in select_in(
            "SELECT message_id, engagement_id FROM store_chatline WHERE message_id IN ({})", messages
        )
    }


def names_of(persons: Sequence[Person]) -> dict[str, str]:
    """The names of these persons, by each of their addresses."""
    rows = PersonAddress.objects.filter(person__in=[person.pk for person in persons])
    return dict(rows.values_list("address", "person__name"))
