"""Lines of chats come and go; the engagement of their day says what they say (C20)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from postroom.store.models import ChatLine
from postroom.store.rows import select_in
from postroom.store.write.engagements import NewVariant, add_variants
from postroom.store.write.rows import change, insert, reserve_ids


class NewLine(NamedTuple):
    """A chat message to be shown."""

    engagement: int
    message: int
    at: int
    author: str
    body: bytes


def add_lines(lines: Iterable[NewLine]) -> None:
    """Store lines of messages that are none yet."""
    lines = list(lines)
    ids = reserve_ids(ChatLine, len(lines))
    insert(
        "store_chatline",
        "id, engagement_id, message_id, at, author, body",
        [(id_, *line) for id_, line in zip(ids, lines, strict=True)],
    )


def remove_lines(messages: Sequence[int]) -> None:
    """Take these messages off their engagements."""
    change("DELETE FROM store_chatline WHERE message_id = %s", [(message,) for message in messages])


def replace_texts(variants: Iterable[NewVariant]) -> None:
    """Give each of these engagements one text instead of what it had."""
    variants = list(variants)
    change("DELETE FROM store_variant WHERE engagement_id = %s", [(v.engagement,) for v in variants])
    add_variants(variants)


def carry(carriers: Iterable[tuple[int, int]]) -> None:
    """Let engagements stand on the first of their messages: ``(engagement, message)``."""
    change(
        "UPDATE store_engagement SET message_id = %s WHERE id = %s",
        [(message, engagement) for engagement, message in carriers],
    )


def turn(directions: Iterable[tuple[int, str]]) -> None:
    """Say which way engagements went: ``(engagement, direction)``."""
    turned = [(direction, engagement, direction) for engagement, direction in directions]
    for table, column in (
        ("store_engagement", "id"),
        ("store_engagementperson", "engagement_id"),
        ("store_engagementaccount", "engagement_id"),
    ):
        # Tables and columns are literals of this module, never input.
        change(f"UPDATE {table} SET direction = %s WHERE {column} = %s AND direction <> %s", turned)  # noqa: S608


def directions(engagements: Sequence[int]) -> dict[int, str]:
    """Which way these engagements went."""
    rows = select_in("SELECT id, direction FROM store_engagement WHERE id IN ({})", engagements)
    return {row[0]: row[1] for row in rows}
