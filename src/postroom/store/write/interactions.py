"""What is counted becomes interactions, and goes again; the roll-ups around it are due then.

Within the caller's transaction, whose turn it is. Whoever adds or removes mails has ``write.answers`` link them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from postroom.core.people import Counted
from postroom.core.seal import Token
from postroom.store.models import Interaction
from postroom.store.rows import select_in
from postroom.store.write.answers import Thread
from postroom.store.write.rollups import note_due
from postroom.store.write.rows import change, insert, reserve_ids


class NewInteraction(NamedTuple):
    """One user's part in one message."""

    message: int
    user: int
    kind: str
    at: int
    seconds: int | None
    is_automatic: bool
    answers: Token | None
    """The Message-ID it refers to last."""
    counted: Counted


def add_interactions(workspace_id: int, interactions: Sequence[NewInteraction]) -> None:
    """Store interactions of (message, user) pairs that have none."""
    ids = reserve_ids(Interaction, len(interactions))
    rows, colleagues = [], []
    for id_, new in zip(ids, interactions, strict=True):
        counted = new.counted
        rows.append(
            (
                id_,
                workspace_id,
                new.message,
                new.user,
                new.kind,
                counted.is_sent,
                new.at,
                new.seconds,
                new.is_automatic,
                counted.is_inside,
                counted.is_outside,
                counted.others,
                b"".join(counted.outsiders),
                new.answers if new.kind == "mail" and counted.is_sent else None,
                0,
            )
        )
        colleagues += [(id_, user, role) for user, role in counted.colleagues]
    insert(
        "store_interaction",
        "id, workspace_id, message_id, user_id, kind, is_sent, at, seconds, is_automatic, is_inside, is_outside, "
        "others, outsiders, answers, answered_sides",
        rows,
    )
    insert("store_colleague", "interaction_id, user_id, role", colleagues)
    note_due((new.user, new.at) for new in interactions)


def remove_interactions(pairs: Sequence[tuple[int, int]]) -> set[Thread]:
    """Remove the interactions of these ``(message, user)`` pairs, where they have one; what they answered."""
    wanted = set(pairs)
    found = [
        row
        for row in select_in(
            "SELECT id, message_id, user_id, at, answers FROM store_interaction WHERE message_id IN ({})",
            sorted({message for message, _ in wanted}),
        )
        if (row[1], row[2]) in wanted
    ]
    for table, column in (("store_colleague", "interaction_id"), ("store_interaction", "id")):
        # Table and column are literals of this module, never input.
        change(f"DELETE FROM {table} WHERE {column} = %s", [(row[0],) for row in found])  # noqa: S608
    note_due((row[2], row[3]) for row in found)
    return {(row[2], bytes(row[4])) for row in found if row[4] is not None}
