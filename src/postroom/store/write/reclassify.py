"""Interactions follow the directory: the job that counts them anew is asked for, and what it finds is stored (D4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from postroom.core.seal import Token
from postroom.store.models import Interaction, Job, Workspace
from postroom.store.write import jobs
from postroom.store.write.rows import change, insert

RECLASSIFY: Final = "reclassify"
"""The kind of the job."""


def ask_to_reclassify(workspace: Workspace, actor: str) -> None:
    """Put the job in the line, in the transaction of the change that makes it needed; once.

    One that waits to begin will see this change too. One that has begun may not: then another follows it.
    """
    begins = Job.objects.filter(workspace=workspace, kind=RECLASSIFY, state="waiting", progress={})
    if Interaction.objects.filter(workspace=workspace).exists() and not begins.exists():
        jobs.ask_for(workspace, RECLASSIFY, {}, actor)


class Sides(NamedTuple):
    """On which side everybody in an interaction is."""

    is_sent: bool
    is_inside: bool
    is_outside: bool
    others: int
    outsiders: tuple[Token, ...]


def change_sides(changes: Iterable[tuple[int, Sides, Token | None]]) -> None:
    """Store how interactions count now, and what a sent mail answers: ``(interaction, sides, token)``.

    When it was answered is for ``write.answers`` to find anew.
    """
    change(
        "UPDATE store_interaction SET is_sent = %s, is_inside = %s, is_outside = %s, others = %s, outsiders = %s, "
        "answers = %s, answered_at = NULL, answered_sides = 0 WHERE id = %s",
        [(*sides[:4], b"".join(sides.outsiders), answers, id_) for id_, sides, answers in changes],
    )


def change_colleagues(gone: Sequence[tuple[int, int]], new: Sequence[tuple[int, int, str]]) -> None:
    """Take colleagues out, ``(interaction, user)``, and put colleagues in, ``(interaction, user, role)``."""
    change("DELETE FROM store_colleague WHERE interaction_id = %s AND user_id = %s", gone)
    insert("store_colleague", "interaction_id, user_id, role", new)
