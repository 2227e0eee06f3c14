"""What is packed of a week is read again as it was (E1-E9)."""

from __future__ import annotations

from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from postroom.core.metrics import BLOCKS, FIGURES, METRICS, NONE, UNITS, title_of
from postroom.core.rollup import Day, Pair, read_days, read_figures, read_pairs

numbers = st.integers(NONE, 2**31 - 1)
SIZE = len(BLOCKS) * len(FIGURES)


@given(st.lists(numbers, min_size=SIZE, max_size=SIZE))
def test_figures_are_read_by_block_and_name_E1(values: list[int]) -> None:
    read = read_figures(pack(f"<{SIZE}i", *values))
    assert [(block, *figures) for block, figures in read.items()] == [(block, *FIGURES) for block in BLOCKS]
    flat = [value for figures in read.values() for value in figures.values()]
    assert flat == [None if value == NONE else value for value in values]


@given(st.lists(numbers, min_size=63, max_size=63))
def test_days_are_read_by_block_sunday_first_E5(values: list[int]) -> None:
    read = read_days(pack("<63i", *values))
    assert {block: len(days) for block, days in read.items()} == dict.fromkeys(BLOCKS, 7)
    flat = [None if value == NONE else value for value in values]
    assert [value for days in read.values() for day in days for value in day] == flat
    assert read["int"][2] == Day(*flat[27:30])


def test_pairs_are_read_one_after_the_other_E8() -> None:
    first = (2**40, 10_000, 7_000, 5, 1, 2, 3, 4, 5, 6, 7, 8, 2**35, 1_700_000_000)
    second = (2, *[0] * 13)
    read = list(read_pairs(pack("<4q8i2q", *first) + pack("<4q8i2q", *second)))
    assert read == [Pair(*first), Pair(*second)]
    assert [pair.strength for pair in read] == [17_005, 0]
    assert list(read_pairs(b"")) == []


def test_each_metric_is_whole_and_titled_by_its_block_E1() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS) == 14
    for metric in METRICS:
        assert {*metric.of, metric.count} <= set(FIGURES)
        assert metric.unit in UNITS and metric.definition and metric.excludes
    titles = [title_of(METRICS[0], block) for block in BLOCKS]
    assert titles == [
        "Number of received emails",
        "INT: Number of received emails",
        "EXT: Number of received emails",
    ]
