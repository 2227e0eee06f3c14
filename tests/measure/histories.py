"""Made-up histories for Hypothesis, mostly at the edges: midnight, 04:00, the ends of weeks, where clocks change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import strategies as st
from reference_week import Had

from postroom.core.metrics import KINDS
from postroom.measure.columns import AUTOMATIC, INSIDE, OUTSIDE, SENT, Columns, local_times

CHANGES = {
    "Europe/Berlin": ("2024-03-31", "2024-10-27"),
    "America/New_York": ("2024-03-10", "2024-11-03"),
    "Australia/Lord_Howe": ("2024-04-07", "2024-10-06"),
    "Asia/Kathmandu": ("2024-01-06", "2024-06-30"),
    "Pacific/Apia": ("2011-12-31", "2011-09-24"),
    "America/Sao_Paulo": ("2018-11-04", "2019-02-17"),
    "Europe/Moscow": ("2010-03-28", "2010-10-31"),
    "America/St_Johns": ("2010-03-14", "2010-11-07"),
    "Antarctica/Casey": ("2020-10-04", "2021-03-14"),
    "Pacific/Kiritimati": ("2024-01-06", "2023-12-31"),
    "Pacific/Pago_Pago": ("2024-01-06", "2023-12-31"),
    "": ("1970-01-10", "2024-02-29"),
}
"""Time zones, with days on which their clocks change, or a month or year begins."""
EDGES = (
    time(0),
    time(0, 0, 1),
    time(1, 30),
    time(2, 30),
    time(3, 59, 59),
    time(4),
    time(9),
    time(12, 0, 7),
    time(23, 30),
    time(23, 59, 59),
)
COLLEAGUES = (7, 8, 9)

zones = st.sampled_from(sorted(CHANGES))


def zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name or "UTC")


@st.composite
def times(draw: st.DrawFn, zone: str) -> int:
    """A time around one of the zone's days, Unix seconds."""
    day = date.fromisoformat(draw(st.sampled_from(CHANGES[zone]))) + timedelta(
        days=draw(st.sampled_from((-8, -1, 0, 0, 0, 1, 7)))
    )
    if draw(st.booleans()):
        fold = draw(st.integers(0, 1))
        local = datetime.combine(day, draw(st.sampled_from(EDGES)), zone_named(zone)).replace(fold=fold)
        return int(local.astimezone(UTC).timestamp())
    return int(datetime.combine(day, time(), UTC).timestamp()) + draw(st.integers(0, 86_399))


@st.composite
def interactions(draw: st.DrawFn, zone: str) -> Had:
    """Any interaction, also ones that the product does not make."""
    kind = draw(st.sampled_from((*KINDS, "mail", "mail", "mail")))
    is_sent = draw(st.booleans())
    at = draw(times(zone))
    answered_at = None
    if kind == "mail" and draw(st.booleans()):
        apart = draw(st.sampled_from((0, 1, 59, 3_600, 86_399, 400_001)))
        answered_at = max(0, at - apart) if is_sent else at + apart
    linked = answered_at is not None and is_sent
    named = draw(st.dictionaries(st.sampled_from(COLLEAGUES), st.booleans(), max_size=3))
    return Had(
        at,
        kind,
        is_sent,
        draw(st.integers(0, 5)) == 0,
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.sampled_from((0, 1, 2, 3, 4, 17, 64, 1_000))),
        draw(st.sampled_from((0, 1, 9, 225, 450, 900, 3_601, 20_000, 90_000)))
        if kind in ("call", "meeting")
        else 0,
        answered_at,
        linked and draw(st.booleans()),
        linked and draw(st.booleans()),
        tuple(sorted(named.items())),
    )


def histories(zone: str) -> st.SearchStrategy[list[Had]]:
    return st.lists(interactions(zone), max_size=14)


def columns_of(
    histories: Mapping[int, list[Had]], zones: dict[int, str], order: list[int] | None = None
) -> Columns:
    """As the database would hand them over; ``order``: another order of the rows."""
    rows = [(user, had) for user, history in histories.items() for had in history]
    rows = [rows[place] for place in order] if order else rows

    def ints(values: list[int]) -> np.ndarray:
        return np.array(values, np.int64)

    user, at = ints([user for user, _ in rows]), ints([had.at for _, had in rows])
    marks = [
        KINDS.index(had.kind)
        + SENT * had.is_sent
        + AUTOMATIC * had.is_automatic
        + INSIDE * had.is_inside
        + OUTSIDE * had.is_outside
        for _, had in rows
    ]
    named = [(place, *who) for place, (_, had) in enumerate(rows) for who in had.colleagues]
    return Columns(
        user,
        at,
        ints(marks),
        ints([had.others for _, had in rows]),
        ints([had.seconds for _, had in rows]),
        ints([-1 if had.answered_at is None else had.answered_at for _, had in rows]),
        ints([INSIDE * had.answers_inside + OUTSIDE * had.answers_outside for _, had in rows]),
        local_times(user, at, zones),
        ints([place for place, _, _ in named]),
        ints([colleague for _, colleague, _ in named]),
        np.array([is_sender for _, _, is_sender in named], np.bool_),
    )
