"""Interactions that are no rows of the database, as columns: what a report would show before anything is counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from postroom.core.answers import Link
from postroom.core.message import SENDERS
from postroom.core.metrics import KINDS
from postroom.core.people import Counted
from postroom.measure.columns import AUTOMATIC, INSIDE, OUTSIDE, SENT, Columns, local_times


class Row(NamedTuple):
    """One interaction of a user."""

    kind: str
    at: int
    """Unix seconds."""
    seconds: int | None
    is_automatic: bool
    counted: Counted
    link: Link


def columns_from(user: int, time_zone: str, rows: Sequence[Row]) -> Columns:
    """The interactions of one user, in columns."""
    numbers = np.array([_numbers(row) for row in rows], np.int64).reshape(-1, 6)
    at, marks, others, seconds, answered_at, answered_sides = np.ascontiguousarray(numbers.T)
    named = [(at, *colleague) for at, row in enumerate(rows) for colleague in row.counted.colleagues]
    users = np.full(len(rows), user, np.int64)
    return Columns(
        users,
        at,
        marks,
        others,
        seconds,
        answered_at,
        answered_sides,
        local_times(users, at, {user: time_zone}),
        np.array([at for at, _, _ in named], np.int64),
        np.array([colleague for _, colleague, _ in named], np.int64),
        np.array([role in SENDERS for _, _, role in named], np.bool_),
    )


def _numbers(row: Row) -> tuple[int, int, int, int, int, int]:
    counted, link = row.counted, row.link
    marks = KINDS.index(row.kind)
    for bit, is_so in (
        (SENT, counted.is_sent),
        (AUTOMATIC, row.is_automatic),
        (INSIDE, counted.is_inside),
        (OUTSIDE, counted.is_outside),
    ):
        marks += bit * is_so
    answered_at = -1 if link.answered_at is None else link.answered_at
    return row.at, marks, counted.others, row.seconds or 0, answered_at, link.sides * INSIDE
