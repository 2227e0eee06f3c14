"""What the table says of roll-ups beside Polars, and which interactions they are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.rollups import rows
from bench.rollups_rows import ANSWERS, KINDS, ZONES, interactions, users_of

OURS: dict[str, Any] = {
    "full": 12.0,
    "full_cpu": 10.0,
    "day": 0.3,
    "day_interactions": 2_747,
    "peak": 150_000_000,
    "report": [9.0, 60.0, 8.0],
    "circle": [70.0, 51.0, 4.0],
}
PEER: dict[str, Any] = {
    "scratch": 9.0,
    "scratch_cpu": 12.5,
    "memory": 3.0,
    "peak": 600_000_000,
    "report_scratch": 0.018,
    "report_memory": 0.009,
    "circle_scratch": 0.102,
    "circle_memory": 0.051,
}


def test_a_build_stands_beside_polars_and_one_more_day_beside_a_build() -> None:
    made = rows(1_000_000, OURS, PEER)
    assert [(row.work, row.unit, row.ours, row.peer, row.ratio, row.is_met) for row in made[:6]] == [
        ("roll-ups of 1,000,000 interactions", "s", 12.0, "Polars, from the database", 0.75, True),
        ("roll-ups of 1,000,000 interactions", "cpu-s", 10.0, "Polars, from the database", 1.25, None),
        ("roll-ups of 1,000,000 interactions", "s", 12.0, "Polars, in memory", 0.25, None),
        ("one more day, 2,747 interactions", "s", 0.3, "Polars, from the database", 30.0, None),
        ("one more day, 2,747 interactions, of a full build", "%", 2.5, "", None, False),
        ("roll-ups, memory", "MB", 150.0, "Polars, from the database", 4.0, None),
    ]
    slow = rows(1_000_000, OURS | {"full": 13.6, "day": 0.13}, PEER)
    assert [row.is_met for row in slow if row.target][:2] == [False, True]


def test_reports_and_circles_are_held_to_their_limit_in_the_median() -> None:
    shown = [(row.work, row.ours, row.peer, row.ratio, row.is_met) for row in rows(10, OURS, PEER)[6:]]
    assert shown == [
        ("report", 9.0, "worst of 3", None, True),
        ("report", 9.0, "Polars, from the database", 2.0, None),
        ("report", 9.0, "Polars, in memory", 1.0, None),
        ("circle", 51.0, "worst of 3", None, False),
        ("circle", 51.0, "Polars, from the database", 2.0, None),
        ("circle", 51.0, "Polars, in memory", 1.0, None),
    ]
    assert [row.peer for row in rows(10, OURS, None)] == ["", "", "", "worst of 3", "worst of 3"]


def test_a_million_is_of_ten_thousand_users_and_fewer_of_fewer() -> None:
    assert [users_of(count) for count in (10_000_000, 1_000_000, 20_000, 100)] == [10_000, 10_000, 200, 120]


def test_interactions_are_of_every_kind_and_time_zone_and_answers_stand_on_both_sides() -> None:
    made = interactions(list(range(1, 201)), 5_000, 1_000 * 86_400, 7, seed=1)
    assert {len(values) for values in made.values()} == {5_000}
    assert set(made["kind"].tolist()) == set(range(len(KINDS)))
    assert set((made["place"] % len(ZONES)).tolist()) == set(range(len(ZONES)))
    answers = made["answered_sides"] > 0
    assert int(answers.sum()) == 5_000 * ANSWERS
    assert made["is_sent"][answers].all()
    assert (made["at"][answers] > made["answered_at"][answers]).all()
    asked = ~answers & (made["answered_at"] >= 0)
    pairs = [sorted(zip(made["at"][one], made["answered_at"][one], strict=True)) for one in (asked, answers)]
    assert pairs[0] == sorted((came, sent) for sent, came in pairs[1])
    assert not (made["is_sent"] | made["is_automatic"])[asked].any()
    assert (made["is_inside"] | made["is_outside"]).all()
    again = interactions(list(range(1, 201)), 5_000, 1_000 * 86_400, 7, seed=1)
    assert all(np.array_equal(values, again[name]) for name, values in made.items())
