"""From the interactions of users to their weeks: figures, days, and what they had with each colleague (E2-E9).

A bucket is a user's week. It is computed whole from what it holds, never added to, so the order in which things
arrived does not matter. Who hands over only some weeks takes of the answer only those it handed over whole: a week
needs what lies between its first midnight and 04:00 after its last day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from postroom.core.circle import TEN_THOUSAND, WEIGHTS
from postroom.core.metrics import ACTIVITY_SECONDS, BLOCKS, FIGURES, KINDS, MET, NONE
from postroom.core.rollup import DAY_FIGURES
from postroom.core.weeks import DAY, DIGITAL_DAY_STARTS
from postroom.measure.columns import AUTOMATIC, INSIDE, OUTSIDE, PAIR, SENT, Bools, Columns, Ints

_WEEK_BITS: Final = 20
"""A bucket is a user's id and the number of a week in one integer: twenty bits reach far beyond the year 9999."""
_BEYOND: Final = 2 * DAY
"""More seconds than a digital day has, counted from midnight."""
_SIDES: Final = (0, INSIDE, OUTSIDE)
"""The bit that puts an interaction in each block; ALL has them all."""
_ANSWERED: Final = FIGURES.index("answered_mails")
_COUNTED: Final = {
    ("mail", False): FIGURES.index("received_mails"),
    ("mail", True): FIGURES.index("sent_mails"),
    ("chat", False): FIGURES.index("received_chats"),
    ("chat", True): FIGURES.index("sent_chats"),
    ("reaction", False): FIGURES.index("received_reactions"),
    ("reaction", True): FIGURES.index("sent_reactions"),
    ("call", False): FIGURES.index("calls"),
    ("call", True): FIGURES.index("calls"),
    ("meeting", False): FIGURES.index("meetings"),
    ("meeting", True): FIGURES.index("meetings"),
}
_MET_KINDS: Final = np.array([kind in MET for kind in KINDS])
_LENGTHS: Final = np.array([ACTIVITY_SECONDS.get(kind, 0) for kind in KINDS], np.int64)
_PAIR_COUNTS: Final = {
    ("mail", True): "sent_mails",
    ("mail", False): "received_mails",
    ("chat", True): "sent_chats",
    ("chat", False): "received_chats",
    ("reaction", True): "sent_reactions",
    ("reaction", False): "received_reactions",
    ("call", True): "calls",
    ("call", False): "calls",
    ("meeting", True): "meetings",
    ("meeting", False): "meetings",
}


class Week(NamedTuple):
    """One bucket, packed as ``core.rollup`` reads it."""

    user: int
    sunday: int
    """The number of its first day."""
    figures: bytes
    days: bytes
    pairs: bytes


def weeks_of(columns: Columns) -> Iterator[Week]:
    """All weeks that these interactions touch, by user and time."""
    rows = _Rows(columns)
    figures = np.full((len(rows.buckets), len(BLOCKS), len(FIGURES)), 0, "<i4")
    days = np.full((len(rows.buckets), len(BLOCKS), 7, len(DAY_FIGURES)), NONE, "<i4")
    for block, side in enumerate(_SIDES):
        _count(rows, side, figures[:, block])
        _time_responses(rows, side, figures[:, block])
        _see_days(rows, side, figures[:, block], days[:, block])
    pairs, ends = _pairs(rows)
    packed, size = pairs.tobytes(), PAIR.itemsize
    users, weeks = rows.buckets >> _WEEK_BITS, rows.buckets & ((1 << _WEEK_BITS) - 1)
    return map(
        Week,
        users.tolist(),
        (weeks * 7 - 4).tolist(),
        _packed(figures),
        _packed(days),
        [packed[begin * size : end * size] for begin, end in pairwise([0, *ends])],
    )


def _packed(table: Ints) -> list[bytes]:
    """The bytes of each row of a table."""
    whole = np.dtype((np.void, table.itemsize * math.prod(table.shape[1:])))
    rows: Any = table.reshape(-1).view(whole)
    return list(rows.tolist())


class _Rows:
    """The interactions, each with the places of its buckets among ``buckets``."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.is_sent = columns.has(SENT)
        self.is_met = _MET_KINDS[columns.kind]
        self.counts = ~columns.has(AUTOMATIC) | self.is_met
        self.is_activity = self.counts & (self.is_sent | self.is_met)
        by_date = _bucket(columns.user, columns.local // DAY)
        # The digital day of an activity may be the last of the week before; what only came has none.
        by_day = _bucket(columns.user, (columns.local - DIGITAL_DAY_STARTS * self.is_activity) // DAY)
        self.buckets, places = np.unique(np.concatenate([by_date, by_day]), return_inverse=True)
        self.by_date, self.by_day = places[: len(by_date)], places[len(by_date) :]


def _bucket(user: Ints, day: Ints) -> Ints:
    return (user << _WEEK_BITS) | ((day + 4) // 7)


def _in_block(rows: _Rows, side: int) -> Bools:
    return rows.columns.has(side) if side else np.ones(len(rows.by_date), np.bool_)


def _count(rows: _Rows, side: int, figures: Ints) -> None:
    columns = rows.columns
    counted = np.full((len(KINDS), 2), len(FIGURES), np.int64)
    for (kind, is_sent), place in _COUNTED.items():
        counted[KINDS.index(kind), int(is_sent)] = place
    chosen = np.flatnonzero(rows.counts & _in_block(rows, side))
    figure = counted[columns.kind[chosen], rows.is_sent[chosen].astype(np.int64)]
    width = len(FIGURES) + 1
    found = np.bincount(rows.by_date[chosen] * width + figure, minlength=len(rows.buckets) * width)
    figures[:] = found.reshape(-1, width)[:, :-1]
    answered = chosen[(figure == _COUNTED["mail", False]) & (columns.answered_at[chosen] >= 0)]
    figures[:, _ANSWERED] = np.bincount(rows.by_date[answered], minlength=len(rows.buckets))


def _time_responses(rows: _Rows, side: int, figures: Ints) -> None:
    columns = rows.columns
    mail = columns.kind == KINDS.index("mail")
    answers = mail & rows.counts & rows.is_sent & (columns.answered_at >= 0)
    if side:
        answers &= (columns.answered_sides & side) != 0
    chosen = np.flatnonzero(answers)
    bucket, took = rows.by_date[chosen], columns.at[chosen] - columns.answered_at[chosen]
    order = np.lexsort((took, bucket))
    took = took[order]
    found = np.bincount(bucket, minlength=len(figures))
    figures[:, FIGURES.index("responses")] = found
    figures[:, FIGURES.index("response_time")] = NONE
    some = np.flatnonzero(found)
    first = (np.cumsum(found) - found)[some]
    low, high = took[first + (found[some] - 1) // 2], took[first + found[some] // 2]
    figures[some, FIGURES.index("response_time")] = (low + high + 1) // 2


def _see_days(rows: _Rows, side: int, figures: Ints, days: Ints) -> None:
    columns = rows.columns
    for name in ("day_start", "day_end", "day_length", "week_length"):
        figures[:, FIGURES.index(name)] = NONE
    chosen = np.flatnonzero(rows.is_activity & _in_block(rows, side))
    if not len(chosen):
        return
    day = (columns.local[chosen] - DIGITAL_DAY_STARTS) // DAY
    start = columns.local[chosen] - day * DAY
    place = rows.by_day[chosen] * 7 + (day + 4) % 7
    order = np.lexsort((start, place))
    place, start, chosen = place[order], start[order], chosen[order]
    own = np.where(rows.is_met[chosen], columns.seconds[chosen], 0)
    over = DIGITAL_DAY_STARTS + DAY
    ends = np.minimum(start + own, over)
    covered = np.minimum(start + own + _LENGTHS[columns.kind[chosen]], over)

    first = np.flatnonzero(np.diff(place, prepend=-1))
    number = np.cumsum(np.diff(place, prepend=-1) != 0) - 1
    # The days one after the other on one line, so that the furthest end so far never reaches into the next.
    furthest = np.maximum.accumulate(covered + number * _BEYOND)
    before = np.concatenate([[-1], furthest[:-1]])
    gained = np.maximum(furthest - np.maximum(start + number * _BEYOND, before), 0)

    day_start, day_end = start[first], np.maximum.reduceat(ends, first)
    places = place[first]
    days[places // 7, places % 7] = np.stack([day_start, day_end, day_end - day_start], axis=1)
    bucket = places // 7
    active = np.bincount(bucket, minlength=len(figures))
    figures[:, FIGURES.index("active_days")] = active
    some = np.flatnonzero(active)
    for name, values in (
        ("day_start", day_start),
        ("day_end", day_end),
        ("day_length", day_end - day_start),
    ):
        total = _sums(bucket, values, len(figures))[some]
        figures[some, FIGURES.index(name)] = (2 * total + active[some]) // (2 * active[some])
    week_length = _sums(place // 7, gained, len(figures))
    figures[some, FIGURES.index("week_length")] = week_length[some]


def _pairs(rows: _Rows) -> tuple[np.ndarray, list[int]]:
    """What users had with colleagues, by bucket and colleague; and where each bucket's end."""
    columns = rows.columns
    weights = np.array([WEIGHTS.get((kind, sent), 0.0) for kind in KINDS for sent in (False, True)])
    row = columns.named_row
    linked = rows.counts[row] & (rows.is_sent[row] | rows.is_met[row] | columns.named_is_sender)
    linked &= weights[columns.kind[row] * 2 + rows.is_sent[row]] > 0
    row, named = row[linked], columns.named[linked]
    is_sent, is_met, kind = rows.is_sent[row], rows.is_met[row], columns.kind[row]
    quarters = np.where(is_met, columns.seconds[row] / 900, 1.0)
    strength = weights[kind * 2 + is_sent] * quarters * TEN_THOUSAND
    strength = np.rint(strength / np.sqrt(np.maximum(columns.others[row], 1))).astype(np.int64)
    order = np.lexsort((named, rows.by_date[row]))
    row, named, strength = row[order], named[order], strength[order]
    is_sent, is_met, kind = is_sent[order], is_met[order], kind[order]
    bucket = rows.by_date[row]
    is_first = (np.diff(bucket, prepend=-1) != 0) | (np.diff(named, prepend=-1) != 0)
    first, number = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    found = np.zeros(len(first), PAIR)
    found["colleague"] = named[first]
    for name, chosen in (("given", is_sent & ~is_met), ("got", ~is_sent & ~is_met), ("together", is_met)):
        found[name] = _sums(number[chosen], strength[chosen], len(first))
    for (of_kind, sent), name in _PAIR_COUNTS.items():
        chosen = (kind == KINDS.index(of_kind)) & (is_sent == sent)
        found[name] += np.bincount(number[chosen], minlength=len(first)).astype(np.int32)
    found["talked_seconds"] = _sums(number[is_met], columns.seconds[row][is_met], len(first))
    if len(first):
        found["last_at"] = np.maximum.reduceat(columns.at[row], first)
    ends = np.cumsum(np.bincount(bucket[first], minlength=len(rows.buckets)))
    return found, ends.tolist()


def _sums(place: Ints, values: Ints, size: int) -> Ints:
    """The sum of the values at each place: exact, as no sum of seconds here reaches 2**53."""
    return np.bincount(place, weights=values, minlength=size).astype(np.int64)
